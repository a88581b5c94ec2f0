import type { Failure } from '../../failure.ts'
import type { Json } from '../../json.ts'
import type { Branch, Step } from '../../language/definition.ts'
import type { Outcome } from '../effect.ts'
import { Failed, valueOf } from '../ending.ts'
import type { Executor, Frame } from '../frame.ts'
import { block } from '../sequence.ts'

interface ParallelCursor {
  readonly need: number
  /** The values of the branches that have succeeded. */
  readonly values: Record<string, Json>
  /** The failures of the others that have ended, in the order of time. */
  readonly failures: Record<string, Failure>
}

export const parallel: Executor<'parallel'> = function* (step, frame) {
  const all = step.branches.length
  const cursor = frame.begun(() => begin(step, frame))
  const waits = step.onFailure === 'continue' && !step.need
  let thrown: Outcome | undefined
  yield {
    do: 'fork',
    indexes: pending(step.branches, cursor),
    limit: Infinity,
    flow: (index, strand) => {
      const { name, steps } = branchAt(step.branches, index)
      return block(steps, frame.as({ strand }).part(name), {}, undefined)
    },
    settled: (index, outcome) => {
      const { name } = branchAt(step.branches, index)
      if (outcome.ok) cursor.values[name] = outcome.value
      else if (outcome.error instanceof Failed) cursor.failures[name] = outcome.error.failure
      else thrown = outcome
      frame.part(name).drop()
      const failed = Object.keys(cursor.failures).length
      const isDecided =
        Object.keys(cursor.values).length >= cursor.need || (failed > all - cursor.need && !waits)
      return thrown || isDecided ? 'stop' : 'continue'
    },
  }
  if (thrown) return valueOf(thrown)
  const [first] = Object.values(cursor.failures)
  if (first && Object.keys(cursor.values).length < cursor.need) throw new Failed(first)
  return Object.fromEntries(step.branches.flatMap(({ name }) => entry(name, cursor.values)))
}

function begin(step: Step<'parallel'>, frame: Frame): ParallelCursor {
  const all = step.branches.length
  const need = step.need ? frame.count(step.need, 'need', '"need"', 1) : all
  if (need > all)
    throw frame.failed('expression.type', `"need" is ${need}, but there are only ${all} branches`)
  return { need, values: {}, failures: {} }
}

function pending(branches: readonly Branch[], { values, failures }: ParallelCursor): number[] {
  const isPending = ({ name }: Branch): boolean =>
    !Object.hasOwn(values, name) && !Object.hasOwn(failures, name)
  return branches.flatMap((branch, index) => (isPending(branch) ? [index] : []))
}

function entry(name: string, values: Readonly<Record<string, Json>>): [string, Json][] {
  const value = values[name]
  return value === undefined ? [] : [[name, value]]
}

/** The branch that a fork's index stands for. */
export function branchAt(branches: readonly Branch[], index: number): Branch {
  return branches[index] ?? { name: '', steps: [] }
}
