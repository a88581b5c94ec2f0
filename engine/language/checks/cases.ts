import { builtIns } from '../../expressions/library/catalogue.ts'
import { parse } from '../../expressions/parse.ts'
import type { Node } from '../../expressions/syntax.ts'
import type { Expression } from '../../expressions/template.ts'
import type { Step } from '../definition.ts'
import { spanIn, spanOf } from '../origins.ts'
import { entryOf } from '../written.ts'
import { peek } from './analysis.ts'
import type { Checker } from './checker.ts'

/** A case that came before: in which line, and what suffices for it to hold, each a set of conditions. */
interface Earlier {
  readonly line: number
  readonly ways: readonly ReadonlySet<string>[]
}

/** Checks that no case is dead: behind one that always holds, in the shadow of an earlier one, or never holding. */
export function checkCases(step: Step<'switch'>, { origins, report }: Checker): void {
  const before: Earlier[] = []
  let always: number | undefined
  for (const { when } of step.cases) {
    const parts = partsOf(when)
    const reason =
      always === undefined ? reasonFor(when, parts, before) : `the one in line ${always} always holds`
    if (reason !== undefined) {
      const message = `This case is never reached: ${reason}`
      report('switch.deadCase', spanIn(origins, when), message, 'Move it up, or remove it')
    }
    if (when.jsonata === 'true') always ??= when.at[0]
    if (parts) before.push({ line: when.at[0], ways: parts.ways })
  }
  if (always === undefined || step.default.length === 0) return
  const place = entryOf(origins.written.get(step), 'default')?.keySpan ?? spanOf(origins, step)
  const message = `"default" is never reached: the case in line ${always} always holds`
  report('switch.deadCase', place, message, 'Remove one of the two')
}

function reasonFor(
  when: Expression,
  parts: Parts | undefined,
  before: readonly Earlier[],
): string | undefined {
  if (when.jsonata === 'false') return 'it never holds'
  const shadow = before.find(({ ways }) => ways.some((way) => parts && isWithin(way, parts.all)))
  if (!shadow || !parts) return undefined
  const [whole] = shadow.ways
  const isSame = whole !== undefined && whole.size === parts.all.size && isWithin(whole, parts.all)
  return `the one in line ${shadow.line} ${isSame ? 'has the same condition' : 'holds whenever this one does'}`
}

/** A condition taken apart: what must hold all together, and what suffices, the whole itself first. */
interface Parts {
  readonly all: ReadonlySet<string>
  readonly ways: readonly ReadonlySet<string>[]
}

/** Nothing for what may hold one time and not the next. */
function partsOf(when: Expression): Parts | undefined {
  const analysis = peek(when)
  const isSteady = analysis?.calls.every(({ name, kind }) => kind !== 'builtIn' || builtIns.get(name)?.isPure)
  if (!isSteady) return undefined
  const { root, tokens } = parse(when.jsonata)
  const textOf = (node: Node): string =>
    tokens.all
      .filter(({ start, end }) => start >= node.start && end <= node.end)
      .map(({ text }) => text)
      .join(' ')
  const conditions = (node: Node): ReadonlySet<string> => new Set(split(node, 'and').map(textOf))
  const all = conditions(root)
  return { all, ways: [all, ...split(root, 'or').map(conditions)] }
}

function split(node: Node, operator: 'and' | 'or'): readonly Node[] {
  if (node.kind === 'block' && node.body.length === 1 && !node.predicates && !node.group)
    return node.body.flatMap((only) => split(only, operator))
  if (node.kind !== 'logical' || node.operator !== operator || node.predicates || node.group) return [node]
  return [...split(node.left, operator), ...split(node.right, operator)]
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((one) => all.has(one))
}
