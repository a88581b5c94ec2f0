import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { type Input, OpenWorkflow } from 'openworkflow'
import { BackendSqlite } from 'openworkflow/sqlite'
import type { Contestant } from '../contestant.ts'

type Workflow = ReturnType<OpenWorkflow['defineWorkflow']>

/**
 * OpenWorkflow on SQLite. As shipped it polls for runs every 100 ms to 1 s and for results every second, and offers no
 * way to change either; here its worker is told of every new run, and its result asked for as soon as there is one.
 */
export async function openOpenWorkflow(folder: string): Promise<Contestant> {
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'))
  const engine = new OpenWorkflow({ backend })
  const ended = new Map<number, () => void>()
  const define = (name: string, work: Parameters<OpenWorkflow['defineWorkflow']>[1]): Workflow =>
    engine.defineWorkflow({ name }, (context) =>
      work(context).finally(() => setImmediate(() => ended.get(context.input.key)?.())),
    )
  const sequence = define('sequence', async ({ input, step }) => {
    let n = input.from
    for (let at = 0; at < input.steps; at += 1) n = await step.run({ name: `s${at}` }, async () => n + 1)
    return n
  })
  const fan = define('fan', async ({ input, step }) => {
    const names = Array.from({ length: input.steps }, (_, at) => `s${at}`)
    return (await Promise.all(names.map((name, at) => step.run({ name }, async () => at + 1)))).length
  })
  // A worker asks once for each run that it could still take, so that one for a hundred is slow where there is one.
  const alone = engine.newWorker({ concurrency: 1 })
  const together = engine.newWorker({ concurrency: 100 })
  for (const worker of [alone, together]) await worker.start()

  let isTicking = false
  let isAsked = false
  const tick = async (): Promise<void> => {
    isAsked = true
    if (isTicking) return
    isTicking = true
    while (isAsked) {
      isAsked = false
      await nextTurn()
      await (ended.size > 1 ? together : alone).tick()
    }
    isTicking = false
  }
  let lastKey = 0
  const run = async (workflow: Workflow, input: Omit<Input, 'key'>): Promise<number> => {
    const key = (lastKey += 1)
    const end = new Promise<true>((resolve) => ended.set(key, () => resolve(true)))
    const handle = await workflow.run({ ...input, key })
    handle.resultPollIntervalMs = 1
    do
      void tick() // again and again: all of its slots may have been taken
    while (!(await Promise.race([end, pause(20, false)])))
    ended.delete(key)
    return handle.result({ timeoutMs: 60_000 })
  }
  return {
    sequence: (steps, from) => run(sequence, { steps, from }),
    loop: (passes) => run(sequence, { steps: passes, from: 0 }),
    fan: (steps) => run(fan, { steps, from: 0 }),
    stop: async () => {
      for (const worker of [alone, together]) await worker.stop()
      await backend.stop()
    },
  }
}
