import type { Flow, Outcome, Strand } from './effect.ts'

/** Runs a flow until `dueAt`, epoch ms, at the latest: gives how it ended, or nothing where it was cancelled then. */
export function* bounded(dueAt: number, flow: (strand: Strand) => Flow): Flow<Outcome | undefined> {
  let ended: Outcome | undefined
  yield {
    do: 'fork',
    indexes: [0],
    limit: 1,
    dueAt,
    flow: (_, strand) => flow(strand),
    settled: (_, outcome) => {
      ended = outcome
      return 'continue'
    },
  }
  return ended
}
