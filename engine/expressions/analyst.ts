import type { Bare, Bound, Call, Reference, RegexLiteral, Span } from './analysis.ts'
import { type Chain, destination, extended } from './chain.ts'
import { partsOf } from './children.ts'
import { factsWhen, narrows, type Path } from './facts.ts'
import { builtIns, unavailable } from './library/catalogue.ts'
import { assignedIn, NamesInScope } from './names-in-scope.ts'
import { staticType } from './static-type.ts'
import type { Call as CallNode, Node, NodeKind, Place } from './syntax.ts'
import type { Token, Tokens } from './tokens.ts'

/** What is known at a place inside an expression. */
interface Surroundings {
  readonly names: NamesInScope
  /** The context item: there is none, it is what a path leads to, or it cannot be told. */
  readonly item: 'none' | 'unknown' | { readonly path: Path }
  /** Paths that exist here. */
  readonly known: readonly Path[]
  readonly guard?: 'default' | 'exists'
}

/** Walks an expression and writes down what it reads, calls and binds. */
export class Analyst {
  readonly references: Reference[] = []
  readonly calls: Call[] = []
  readonly bare: Bare[] = []
  readonly bound: Bound[] = []
  readonly regexes: RegexLiteral[] = []
  readonly #tokens: readonly Token[]
  readonly #byStart: ReadonlyMap<number, Token>

  constructor({ all }: Tokens) {
    this.#tokens = all
    this.#byStart = new Map(all.map((token) => [token.start, token]))
  }

  isConstant(): boolean {
    const isPure = ({ name, kind }: Call): boolean => kind === 'local' || builtIns.get(name)?.isPure === true
    return this.references.length === 0 && this.bare.length === 0 && this.calls.every(isPure)
  }

  visit(node: Node, around: Surroundings): void {
    if (node.kind === 'path') {
      this.#path(node, around)
      return
    }
    const chain = this.#start(node, around)
    if (chain) this.#refer(chain, true, around)
    else this.#parts(node, around)
    const inside = at(around, chain)
    for (const predicate of node.predicates ?? []) this.visit(predicate, inside)
    this.#group(node, inside)
  }

  /** Each step leads the chain on, or ends it; what stands behind a step sees what the step leads to. */
  #path(node: Node<'path'>, around: Surroundings): void {
    const within: Surroundings = { ...around, names: new NamesInScope(around.names) }
    let inside = within
    let chain: Chain | undefined
    for (const [index, step] of node.steps.entries()) {
      const before = chain
      chain = index === 0 ? this.#start(step, inside) : onwards(before, step)
      if (before && !chain) this.#refer(before, false, around)
      if (!chain || step.kind === 'sort') this.#parts(step, inside, index > 0)
      inside = at(within, chain)
      this.#behind(step, inside)
      if (step.focus === undefined) continue
      // The context stays what it was before the step.
      if (chain) this.#refer(chain, false, around)
      chain = undefined
      inside = at(within, chain)
    }
    if (chain) this.#refer(chain, true, around)
    this.#group(node, inside)
  }

  /** Names and predicates behind a step. */
  #behind(step: Node, inside: Surroundings): void {
    this.#bindTuple(step.focus, 'item', step, inside.names)
    this.#bindTuple(step.index, 'index', step, inside.names)
    for (const predicate of step.predicates ?? []) this.visit(predicate, inside)
    for (const { filter, index } of step.stages ?? [])
      if (filter) this.visit(filter, inside)
      else this.#bindTuple(index, 'index', step, inside.names)
  }

  #group({ group }: Node, inside: Surroundings): void {
    for (const part of group?.pairs.flat() ?? []) this.visit(part, inside)
  }

  /** The chain that begins at `node`; a context item that is not there is noted. */
  #start(node: Node, { names, item }: Surroundings): Chain | undefined {
    const isItem = node.kind === 'variable' && (node.name === '' || node.name === '$')
    if (node.kind === 'variable' && !isItem)
      return names.has(node.name)
        ? undefined
        : { root: node.name, path: [], written: [node], relative: false }
    if (!isItem && node.kind !== 'name' && node.kind !== 'wildcard' && node.kind !== 'descendants')
      return undefined
    if (item === 'none')
      this.bare.push({ name: this.#byStart.get(node.start)?.text ?? '', ...this.#span(node) })
    if (item === 'none' || item === 'unknown' || node.kind === 'wildcard' || node.kind === 'descendants')
      return undefined
    const [root = '', ...path] = item.path
    const context: Chain = { root, path, written: [], relative: true }
    return node.kind === 'name' ? extended(context, node) : context
  }

  #refer({ root, path, written, relative }: Chain, whole: boolean, { known, guard }: Surroundings): void {
    const [first, last] = [written[0], written.at(-1)]
    if (!first || !last || (builtIns.has(root) && !relative && path.length === 0)) return
    const kind = guard ?? (narrows(known, [root, ...path]) ? 'narrowed' : undefined)
    const { offset, length } = this.#span(last)
    this.references.push({
      root,
      path,
      segments: written.filter(({ kind: step }) => step === 'name').map((step) => this.#span(step)),
      whole,
      relative,
      offset: first.start,
      length: offset + length - first.start,
      ...(kind && { guard: kind }),
    })
  }

  /** What a node that is no chain is made of. `isStep`: behind another step of a path, where names are not looked for. */
  #parts(node: Node, around: Surroundings, isStep = false): void {
    if (this.#byRow(node, around)) return
    if (node.kind !== 'variable') for (const part of partsOf(node)) this.visit(part, around)
    else if (isStep) this.visit(node, around)
  }

  #byRow<K extends NodeKind>(node: Node<K>, around: Surroundings): boolean {
    const row = this.#rows[node.kind]
    row?.(node, around)
    return row !== undefined
  }

  /** Kinds without a row are just made of their parts. */
  readonly #rows: { readonly [K in NodeKind]?: (node: Node<K>, around: Surroundings) => void } = {
    regex: (node) => {
      const { source, flags, danger } = node.regex
      this.regexes.push({ source, flags, ...(danger !== undefined && { danger }), ...spanOf(node) })
    },
    call: (node, around) => this.#call(node, around, 0),
    partial: (node, around) => this.#call(node, around, 0),
    tail: ({ call }, around) => this.#call(call, around, 0),
    apply: (node, around) => this.#apply(node, around),
    lambda: (node, around) => this.#lambda(node, around),
    block: (node, around) => this.#block(node, around),
    bind: (node, around) => this.#bind(node, around),
    condition: (node, around) => this.#choice(node, around),
    logical: (node, around) => this.#choice(node, around),
    fallback: (node, around) => this.#choice(node, around),
    transform: (node, around) => {
      for (const part of partsOf(node)) this.visit(part, { ...around, item: 'unknown' })
    },
  }

  /** What is tested first is known afterwards. */
  #choice(node: Node<'condition' | 'fallback' | 'logical'>, around: Surroundings): void {
    const after = (test: Node, outcome: boolean): Surroundings => ({
      ...around,
      known: [...around.known, ...factsWhen(outcome, test, around.names)],
    })
    if (node.kind === 'condition') {
      this.visit(node.test, around)
      this.visit(node.yes, after(node.test, true))
      if (node.no) this.visit(node.no, after(node.test, false))
    } else if (node.kind === 'logical') {
      this.visit(node.left, around)
      this.visit(node.right, after(node.left, node.operator === 'and'))
    } else {
      this.visit(node.left, { ...around, guard: around.guard ?? 'default' })
      this.visit(node.right, around)
    }
  }

  #call(call: CallNode, around: Surroundings, handed: number): void {
    const { procedure } = call
    if (procedure.kind === 'variable')
      this.#named(procedure, { start: call.start, end: call.until }, call.arguments.length + handed, around)
    else this.visit(procedure, around)
    const inside: Surroundings = isExists(procedure, around) ? { ...around, guard: 'exists' } : around
    for (const argument of call.arguments) this.visit(argument, inside)
  }

  #named(procedure: Node<'variable'>, whole: Place, passed: number, { names }: Surroundings): void {
    const { name } = procedure
    const kind = names.has(name)
      ? 'local'
      : builtIns.has(name)
        ? 'builtIn'
        : unavailable.has(name)
          ? 'unavailable'
          : 'other'
    this.calls.push({ name, kind, passed, whole: spanOf(whole), ...this.#span(procedure) })
  }

  #apply({ left, right }: Node<'apply'>, around: Surroundings): void {
    const procedure = right.kind === 'call' ? right.procedure : right
    this.visit(left, isExists(procedure, around) ? { ...around, guard: 'exists' } : around)
    if (right.kind === 'call') this.#call(right, around, 1)
    else if (right.kind === 'variable') this.#named(right, right, 1, around)
    else this.visit(right, around)
  }

  #lambda({ parameters, body }: Node<'lambda'>, around: Surroundings): void {
    for (const parameter of parameters)
      this.bound.push({ name: parameter.name, by: 'parameter', ...spanOf(parameter) })
    const names = [...parameters.map(({ name }) => name), ...assignedIn([body])]
    this.visit(body, { ...around, names: new NamesInScope(around.names, names) })
  }

  #block({ body }: Node<'block'>, around: Surroundings): void {
    const inside = { ...around, names: new NamesInScope(around.names, assignedIn(body)) }
    for (const part of body) this.visit(part, inside)
  }

  #bind({ name, nameAt, value }: Node<'bind'>, around: Surroundings): void {
    this.visit(value, around)
    const isAgain = this.bound.some((other) => other.name === name)
    around.names.bind(name, isAgain ? 'unknown' : staticType(value, around.names))
    this.bound.push({ name, by: 'assignment', ...spanOf(nameAt) })
  }

  /** `@$item` and `#$index` behind a step. */
  #bindTuple(name: string | undefined, by: 'index' | 'item', step: Node, names: NamesInScope): void {
    if (name === undefined) return
    names.bind(name, by === 'index' ? 'number' : 'unknown')
    const mark = by === 'index' ? '#' : '@'
    const token = this.#tokens.find(
      ({ start, text }, index) =>
        start >= step.start && text === `$${name}` && this.#tokens[index - 1]?.text === mark,
    )
    if (token) this.bound.push({ name, by, ...spanOf(token) })
  }

  /** The node's own token, without what stands behind it. */
  #span(node: Node): Span {
    return spanOf(this.#byStart.get(node.start) ?? node)
  }
}

/** The surroundings behind a step that leads to where `chain` does. */
function at(around: Surroundings, chain: Chain | undefined): Surroundings {
  return { ...around, item: chain ? { path: destination(chain) } : 'unknown' }
}

/** The chain after another step: a name leads it on, sorting leaves it, anything else ends it. */
function onwards(chain: Chain | undefined, step: Node): Chain | undefined {
  if (step.kind === 'sort') return chain
  return chain && step.kind === 'name' ? extended(chain, step) : undefined
}

function isExists(procedure: Node, { names }: Surroundings): boolean {
  return procedure.kind === 'variable' && procedure.name === 'exists' && !names.has('exists')
}

function spanOf({ start, end }: Place): Span {
  return { offset: start, length: end - start }
}
