import { Callable, Tail } from './callable.ts'
import { Fault, shown } from './fault.ts'
import type { Frame } from './frame.ts'
import { unavailable } from './library/catalogue.ts'
import { faultOf } from './library/library-error.ts'
import type { Call, Node } from './syntax.ts'
import { isTrue } from './truth.ts'
import type { Value } from './value.ts'

/** The value of a call; `handed` is what `~>` passes before the written arguments. */
export function call(node: Call, input: Value, frame: Frame, ...handed: Value[]): Value {
  const procedure = frame.evaluate(node.procedure, input)
  const passed = [...handed]
  for (const argument of node.arguments) passed.push(frame.evaluate(argument, input))
  const { start, end } = node.procedure
  if (!(procedure instanceof Callable)) throw notCallable(node.procedure, procedure)
  try {
    return apply(
      procedure,
      passed.map((value) => asArgument(value, frame)),
      input,
      frame,
    )
  } catch (error) {
    if (error instanceof Fault && error.offset === undefined && !error.source)
      throw error.at(start, end - start).within(frame.source)
    throw error
  }
}

/** Calls a function, and whatever it leaves to its caller. */
export function apply(callable: Callable, passed: readonly Value[], context: Value, frame: Frame): Value {
  const { meter } = frame.evaluation
  meter.enter()
  let result = perform(callable, passed, context, frame)
  while (result instanceof Tail) {
    const { call: next, input, frame: around } = result
    const [procedure, ...rest] = inside(around, () =>
      [next.procedure, ...next.arguments].map((part) => around.evaluate(part, input)),
    )
    if (!(procedure instanceof Callable)) throw notCallable(next.procedure, procedure).within(around.source)
    result = perform(procedure, rest, context, frame)
  }
  meter.leave()
  return result
}

function perform(callable: Callable, passed: readonly Value[], context: Value, frame: Frame): Value | Tail {
  const { signature } = callable
  try {
    return callable.perform(signature ? signature.validate(passed, context) : passed, context, frame)
  } catch (error) {
    throw faultOf(error, callable)
  }
}

/** A function that is passed on is called without a context item. */
function asArgument(value: Value, frame: Frame): Value {
  if (!(value instanceof Callable)) return value
  return new Callable((passed) => apply(value, passed, null, frame), value.arity, undefined, value.label)
}

/** The function that `function($x) { … }` stands for. */
export function lambda(node: Node<'lambda'>, input: Value, frame: Frame): Callable {
  const { parameters, body, signature } = node
  return new Callable(
    (passed) => {
      const inner = frame.inner()
      for (const [index, { name }] of parameters.entries()) inner.bind(name, passed[index])
      return inside(frame, () => bodyOf(body, input, inner))
    },
    parameters.length,
    signature,
  )
}

/** What goes wrong in a function stands where the function is written, not where it is called. */
function inside<T>(frame: Frame, evaluation: () => T): T {
  try {
    return evaluation()
  } catch (error) {
    throw error instanceof Fault ? error.within(frame.source) : error
  }
}

/** The value of a lambda's body, or the call that it ends with. */
function bodyOf(node: Node, input: Value, frame: Frame): Value | Tail {
  const { meter } = frame.evaluation
  if (node.kind === 'tail') return new Tail(node.call, input, frame)
  if (node.predicates || node.group || node.keepArray) return frame.evaluate(node, input)
  if (node.kind === 'condition') {
    const way = isTrue(frame.evaluate(node.test, input), meter) ? node.yes : node.no
    return way && bodyOf(way, input, frame)
  }
  if (node.kind !== 'block') return frame.evaluate(node, input)
  const inner = frame.inner()
  const last = node.body.at(-1)
  for (const part of node.body) if (part !== last) inner.evaluate(part, input)
  return last && bodyOf(last, input, inner)
}

/** The function that `$f(?, x)` stands for. */
export function partial(node: Node<'partial'>, input: Value, frame: Frame): Callable {
  const given = node.arguments.map((argument) =>
    argument.kind === 'placeholder' ? argument : { value: frame.evaluate(argument, input) },
  )
  const procedure = frame.evaluate(node.procedure, input)
  if (!(procedure instanceof Callable)) throw notCallable(node.procedure, procedure)
  const open = given.filter((argument) => 'kind' in argument).length
  // A lambda's own signature no longer counts.
  const whole = procedure.label === undefined ? new Callable(procedure.perform, procedure.arity) : procedure
  return new Callable((passed) => {
    const rest = passed.values()
    const all = given.map((argument) => ('value' in argument ? argument.value : rest.next().value))
    return apply(whole, all, undefined, frame)
  }, open)
}

/** `left ~> right`: the value passed to the function, or two functions made one. */
export function hand(node: Node<'apply'>, input: Value, frame: Frame): Value {
  const left = frame.evaluate(node.left, input)
  if (node.right.kind === 'call') return call(node.right, input, frame, left)
  const right = frame.evaluate(node.right, input)
  if (!(right instanceof Callable)) throw notCallable(node.right, right)
  if (!(left instanceof Callable)) return apply(right, [left], null, frame)
  return new Callable((passed) => apply(right, [apply(left, passed, null, frame)], null, frame), 1)
}

function notCallable({ start, end, ...node }: Node, found: Value): Fault {
  const name =
    node.kind === 'variable'
      ? node.name
      : node.kind === 'path' && node.steps[0]?.kind === 'name'
        ? node.steps[0].name
        : ''
  const cure = unavailable.get(name)
  if (node.kind === 'variable' && (found === undefined || cure !== undefined)) {
    const message = cure === undefined ? `There is no function "$${name}"` : `"$${name}()" is not available`
    return new Fault('expression.failed', message, cure, start, end - start)
  }
  const hint = node.kind === 'path' && name !== '' ? `functions begin with $: write "$${name}(…)"` : undefined
  return new Fault(
    'expression.type',
    `Only a function can be called, not ${shown(found)}`,
    hint,
    start,
    end - start,
  )
}
