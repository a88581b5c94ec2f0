import type { Json } from '../../json.ts'
import type { Outcome } from '../effect.ts'
import { valueOf } from '../ending.ts'
import type { Executor } from '../frame.ts'
import { block } from '../sequence.ts'
import { branchAt } from './parallel.ts'

export const race: Executor<'race'> = function* (step, frame) {
  let winner = ''
  let ended: Outcome | undefined
  yield {
    do: 'fork',
    indexes: [...step.branches.keys()],
    limit: Infinity,
    flow: (index, strand) => {
      const { name, steps } = branchAt(step.branches, index)
      return block(steps, frame.as({ strand }).part(name), {}, undefined)
    },
    settled: (index, outcome) => {
      winner = branchAt(step.branches, index).name
      ended = outcome
      return 'stop'
    },
  }
  const value: Json = ended ? valueOf(ended) : null
  return { winner, value }
}
