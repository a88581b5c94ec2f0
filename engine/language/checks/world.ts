import { referenceOf, newestMatching } from '../newest.ts'
import type { Definition, Step } from '../definition.ts'
import type { Span } from '../sheet.ts'
import type { Unit } from '../unit.ts'
import { fieldOf } from '../written.ts'
import { sequencesIn } from './steps-within.ts'

/** Checks definitions against each other: names and versions are unique, and no workflow waits for itself. */
export function checkWorld(units: readonly Unit[]): void {
  checkUnique(units)
  checkCycles(units)
}

function checkUnique(units: readonly Unit[]): void {
  const first = new Map<string, Unit>()
  for (const unit of units) {
    const { definition, root } = unit.lowered ?? {}
    if (!definition || !root || definition.name === '') continue
    const key = `${definition.name}@${definition.version}`
    const before = first.get(key)
    first.set(key, before ?? unit)
    const span = fieldOf(root, 'version') ?? fieldOf(root, 'name')
    if (!before || !span) continue
    const hint = 'Give it another name, or another version'
    unit.report(
      'workflow.duplicate',
      span,
      `${before.sheet.file} already defines "${definition.name}" in version ${definition.version}`,
      hint,
    )
  }
}

/** One workflow that starts another, and where. */
interface Edge {
  readonly from: Unit
  readonly to: Unit
  readonly span: Span
  /** Not every run gets there. */
  readonly isGuarded: boolean
}

function checkCycles(units: readonly Unit[]): void {
  const readable = units.filter((unit) => unit.lowered !== undefined)
  const edges = new Map(readable.map((unit) => [unit, edgesOf(unit, readable)]))
  const said = new Set<string>()
  for (const unit of readable) {
    for (const edge of edges.get(unit) ?? []) {
      const way = edge.to === unit ? [edge] : wayBack(edge, unit, edges)
      const key = way && [...new Set(way.map(({ from }) => from.sheet.file))].toSorted().join(' ')
      if (!way || key === undefined || (way.length > 1 && said.has(key))) continue
      said.add(key)
      reportCycle(way)
    }
  }
}

function reportCycle(way: readonly Edge[]): void {
  const [first] = way
  if (!first) return
  const names = [...way.map(({ from }) => nameOf(from)), nameOf(first.from)].join(' → ')
  if (way.length === 1 && first.isGuarded) {
    const message = `"${nameOf(first.from)}" starts itself: each run waits for the next one`
    first.from.report('workflow.recursion', first.span, message, 'A loop does the same in one run')
    return
  }
  const hint =
    way.length === 1
      ? 'Put a condition on it, or use a loop'
      : 'Take what both need into a workflow of its own'
  first.from.report('workflow.cycle', first.span, `Workflows start each other without end: ${names}`, hint)
}

/** The shortest way from the end of an edge back to `goal`, the edge itself included. */
function wayBack(
  edge: Edge,
  goal: Unit,
  edges: ReadonlyMap<Unit, readonly Edge[]>,
): readonly Edge[] | undefined {
  const queue: (readonly Edge[])[] = [[edge]]
  const seen = new Set<Unit>([edge.to])
  for (let way = queue.shift(); way; way = queue.shift()) {
    const end = way.at(-1)?.to
    for (const next of (end && edges.get(end)) ?? []) {
      if (next.to === goal) return [...way, next]
      if (seen.has(next.to)) continue
      seen.add(next.to)
      queue.push([...way, next])
    }
  }
  return undefined
}

function edgesOf(unit: Unit, units: readonly Unit[]): readonly Edge[] {
  const { definition, origins } = unit.lowered ?? {}
  if (!definition || !origins) return []
  const edges: Edge[] = []
  const add = (owner: object, workflow: string, isGuarded: boolean): void => {
    const to = unitNamed(workflow, units)
    const span = fieldOf(origins.written.get(owner), 'workflow')
    if (to && span) edges.push({ from: unit, to, span, isGuarded })
  }
  const visit = (steps: readonly Step[], isGuarded: boolean): void => {
    for (const step of steps) {
      const isSkippable = isGuarded || step.guard !== undefined
      if (step.kind === 'workflow') add(step, step.workflow, isSkippable)
      if (step.compensate && 'workflow' in step.compensate)
        add(step.compensate, step.compensate.workflow, true)
      const branches =
        step.kind === 'if' || step.kind === 'switch' || step.kind === 'forEach' || step.kind === 'loop'
      const always = step.kind === 'try' ? [step.steps] : []
      for (const inner of sequencesIn(step))
        visit(inner, isSkippable || branches || (step.catch !== undefined && !always.includes(inner)))
    }
  }
  visit(definition.steps, false)
  visit(definition.finally ?? [], false)
  for (const clause of definition.catch ?? []) visit(clause.steps, true)
  return edges
}

function unitNamed(workflow: string, units: readonly Unit[]): Unit | undefined {
  const { name } = referenceOf(workflow)
  const candidates = units.filter((unit) => unit.lowered?.definition.name === name)
  const newest = newestMatching(definitionsOf(candidates), workflow)
  return candidates.find((unit) => unit.lowered?.definition === newest)
}

function definitionsOf(units: readonly Unit[]): readonly Definition[] {
  return units.flatMap((unit) => unit.lowered?.definition ?? [])
}

function nameOf(unit: Unit): string {
  return unit.lowered?.definition.name ?? ''
}
