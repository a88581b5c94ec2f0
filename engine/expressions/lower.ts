import { Fault } from './fault.ts'
import { limits } from './meter.ts'
import { isPairs, type Raw } from './raw.ts'
import { literalOf } from './regex/regex.ts'
import type { Call, Node, Operator, Pair, Place, Stage } from './syntax.ts'
import type { Tokens } from './tokens.ts'

/** Makes of JSONata's tree one with types, exact places and nothing twice. */
export function lower(raw: Raw, tokens: Tokens): Node {
  return new Lowering(tokens).node(raw, false)
}

/** What a kind of node is made of; the marks that any node may carry are added to it. */
type Made = { [K in Node['kind']]: Bare<Node<K>> }[Node['kind']]
type Bare<N> = Omit<N, Exclude<keyof Marks, keyof Place>>
type Marks = Pick<
  Node,
  | 'ancestor'
  | 'cons'
  | 'focus'
  | 'group'
  | 'index'
  | 'keepArray'
  | 'predicates'
  | 'stages'
  | 'tuple'
  | keyof Place
>

class Lowering {
  readonly #tokens: Tokens
  #depth = 0

  constructor(tokens: Tokens) {
    this.#tokens = tokens
  }

  /** `tail`: whether a call here may be left to the caller of the lambda around it. */
  node(raw: Raw, tail: boolean): Node {
    // JSONata wraps a call in tail position in a lambda of its own, and forgets what stands behind the call.
    if (raw.thunk && raw.body && (!tail || raw.body.keepArray || raw.body.group))
      return this.node(raw.body, false)
    if (++this.#depth > limits.depth)
      throw new Fault('expression.limit', `The expression is nested more than ${limits.depth} deep`)
    const made = this.#made(raw, tail && !raw.predicate && !raw.group && !raw.keepArray)
    const marks: Marks = {
      start: made.start,
      end: Math.max(made.end, ...this.#tails(raw)),
      predicates: raw.predicate?.map(({ expr }) => this.#needed(expr)),
      group: raw.group && { ...this.#bracket(raw.group.position), pairs: this.#pairs(raw.group.lhs) },
      stages: raw.stages?.map((stage): Stage =>
        stage.type === 'index' ? { index: String(stage.value) } : { filter: this.#needed(stage.expr) },
      ),
      keepArray: raw.keepArray === true,
      cons: raw.consarray === true,
      focus: raw.focus,
      index: raw.index,
      ancestor: raw.ancestor?.label,
      tuple: raw.tuple === true,
    }
    this.#depth--
    return { ...made, ...marks }
  }

  /** Where what follows the node itself ends: its predicates and its group. */
  #tails({ predicate = [], stages = [], group }: Raw): number[] {
    return [...predicate, ...stages, ...(group ? [group] : [])].map(
      ({ position }) => this.#bracket(position).end,
    )
  }

  #needed(raw: Raw | undefined): Node {
    if (!raw) throw new Error('JSONata left a part of an expression out')
    return this.node(raw, false)
  }

  #all(raws: readonly Raw[] | undefined): Node[] {
    return (raws ?? []).map((raw) => this.node(raw, false))
  }

  #pairs(raw: Raw['lhs']): Pair[] {
    return isPairs(raw) ? raw.map(([key, value]) => [this.node(key, false), this.node(value, false)]) : []
  }

  #made(raw: Raw, tail: boolean): Made {
    switch (raw.type) {
      case 'path':
        return this.#path(raw)
      case 'unary':
        return this.#unary(raw)
      case 'binary':
        return this.#binary(raw)
      case 'condition':
        return this.#condition(raw, tail)
      case 'function':
        return { kind: 'call', ...this.#call(raw) }
      case 'partial':
        return { kind: 'partial', ...this.#call(raw) }
      case 'lambda':
        return raw.thunk && raw.body ? this.#tail(raw.body) : this.#lambda(raw)
      case 'block':
        return this.#block(raw, tail)
      case 'bind':
        return this.#bind(raw)
      case 'apply': {
        const [left, right] = [this.#left(raw), this.#needed(raw.rhs)]
        return { kind: 'apply', left, right, start: left.start, end: right.end }
      }
      case 'sort':
        return this.#sort(raw)
      case 'transform':
        return this.#transform(raw)
      default:
        return this.#leaf(raw)
    }
  }

  #leaf(raw: Raw): Made {
    const place = this.#token(raw.position)
    switch (raw.type) {
      case 'name':
        return { kind: 'name', name: String(raw.value), ...place }
      case 'variable':
        return { kind: 'variable', name: String(raw.value), ...place }
      case 'wildcard':
        return { kind: 'wildcard', ...place }
      case 'descendant':
        return { kind: 'descendants', ...place }
      case 'parent':
        return { kind: 'parent', label: raw.slot?.label ?? '', ...place }
      case 'operator':
        return { kind: 'placeholder', ...place }
      case 'regex':
        return {
          kind: 'regex',
          regex: literalOf(this.#tokens.byEnd.get(raw.position ?? -1)?.text ?? ''),
          ...place,
        }
      default:
        return { kind: 'literal', value: constantOf(raw.value), ...place }
    }
  }

  #path(raw: Raw): Made {
    const steps = this.#all(raw.steps)
    const [first, last] = [steps[0], steps.at(-1)]
    return {
      kind: 'path',
      steps,
      keepSingleton: raw.keepSingletonArray === true,
      isBare: !raw.keepSingletonArray && !raw.group && steps.every(isBare),
      start: first?.start ?? 0,
      end: last?.end ?? 0,
    }
  }

  #unary(raw: Raw): Made {
    if (raw.value === '[')
      return { kind: 'array', items: this.#all(raw.expressions), ...this.#bracket(raw.position) }
    if (raw.value === '{')
      return { kind: 'object', pairs: this.#pairs(raw.lhs), ...this.#bracket(raw.position) }
    const operand = this.#needed(raw.expression)
    return { kind: 'negate', operand, start: this.#token(raw.position).start, end: operand.end }
  }

  #binary(raw: Raw): Made {
    const [left, right] = [this.#left(raw), this.#needed(raw.rhs)]
    const place = { start: left.start, end: right.end }
    const operator = String(raw.value)
    if (operator === 'and' || operator === 'or') return { kind: 'logical', operator, left, right, ...place }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser makes no other operators
    return { kind: 'binary', operator: operator as Operator, left, right, ...place }
  }

  /** `a ? b : c`; but also `a ?? b` and `a ?: b`, of which JSONata makes conditions with a copy of `a`. */
  #condition(raw: Raw, tail: boolean): Made {
    const operator = this.#tokens.byEnd.get(raw.position ?? -1)?.text
    if (!raw.then) throw new Error('JSONata left the consequence of a condition out')
    const yes = this.node(raw.then, tail && operator === '?')
    const no = raw.else && this.node(raw.else, tail)
    if (operator !== '?' && no) {
      const of = operator === '??' ? 'missing' : 'false'
      return { kind: 'fallback', of, left: yes, right: no, start: yes.start, end: no.end }
    }
    const test = this.#needed(raw.condition)
    return { kind: 'condition', test, yes, no, start: test.start, end: (no ?? yes).end }
  }

  #call(raw: Raw): Call {
    const procedure = this.#needed(raw.procedure)
    const { end } = this.#bracket(raw.position)
    return { procedure, arguments: this.#all(raw.arguments), start: procedure.start, end, until: end }
  }

  #lambda(raw: Raw): Made {
    if (!raw.body) throw new Error('JSONata left the body of a function out')
    const body = this.node(raw.body, true)
    const parameters = (raw.arguments ?? []).map(({ value, position }) => ({
      name: String(value),
      ...this.#token(position),
    }))
    return {
      kind: 'lambda',
      parameters,
      signature: raw.signature,
      body,
      ...this.#lambdaPlace(raw.position ?? 0),
    }
  }

  #tail(raw: Raw): Made {
    const call = this.#call(raw)
    return { kind: 'tail', call, start: call.start, end: call.end }
  }

  /** From the word `function` before the parenthesis that ends at `position` to the brace behind the body. */
  #lambdaPlace(position: number): Place {
    const { all, closing } = this.#tokens
    const parenthesis = all.findIndex(({ end }) => end === position)
    const brace = all.find(({ start, text }) => text === '{' && start >= (closing.get(position) ?? position))
    const start = all[parenthesis - 1]?.start ?? position
    return { start, end: closing.get(brace?.end ?? -1) ?? position }
  }

  #block(raw: Raw, tail: boolean): Made {
    const body = (raw.expressions ?? []).map((part, index, all) =>
      this.node(part, tail && index === all.length - 1),
    )
    return { kind: 'block', body, ...this.#bracket(raw.position) }
  }

  #bind(raw: Raw): Made {
    const value = this.#needed(raw.rhs)
    const name = isPairs(raw.lhs) ? undefined : raw.lhs
    const nameAt = this.#token(name?.position)
    return { kind: 'bind', name: String(name?.value), nameAt, value, start: nameAt.start, end: value.end }
  }

  #sort(raw: Raw): Made {
    const terms = (raw.terms ?? []).map(({ expression, descending }) => ({
      by: this.node(expression, false),
      descending,
    }))
    const { all, closing } = this.#tokens
    const caret = this.#token(raw.position)
    const parenthesis = all.find(({ start }) => start >= caret.end)
    return { kind: 'sort', terms, start: caret.start, end: closing.get(parenthesis?.end ?? -1) ?? caret.end }
  }

  #transform(raw: Raw): Made {
    const [pattern, update] = [this.#needed(raw.pattern), this.#needed(raw.update)]
    const remove = raw.delete && this.node(raw.delete, false)
    const last = (remove ?? update).end
    const bar = this.#tokens.all.find(({ start, text }) => text === '|' && start >= last)
    return {
      kind: 'transform',
      pattern,
      update,
      remove,
      start: this.#token(raw.position).start,
      end: bar?.end ?? last,
    }
  }

  #left(raw: Raw): Node {
    return this.#needed(isPairs(raw.lhs) ? undefined : raw.lhs)
  }

  #token(position: number | undefined): Place {
    const end = position ?? 0
    return { start: this.#tokens.byEnd.get(end)?.start ?? end, end }
  }

  /** From the opening bracket that ends at `position` to its partner. */
  #bracket(position: number | undefined): Place {
    const { start, end } = this.#token(position)
    return { start, end: this.#tokens.closing.get(end) ?? end }
  }
}

/** A step of a path that is a variable first, and a name after it, with nothing behind. */
function isBare(step: Node, index: number): boolean {
  const { kind, predicates, stages, group, focus, tuple, keepArray } = step
  return (
    kind === (index === 0 ? 'variable' : 'name') &&
    !(predicates ?? stages ?? group ?? focus) &&
    !tuple &&
    !keepArray
  )
}

function constantOf(value: unknown): boolean | null | number | string {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string' ? value : null
}
