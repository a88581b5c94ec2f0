import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type ActivityContext,
  NoOpLogger,
  type Task,
  TaskHubGrpcWorker,
  type TOrchestrator,
  whenAll,
} from '@microsoft/durabletask-js'
import { connectHub } from '../../engine/hub/connect.ts'

// A process of a torture: the Durable Task SDK's own worker, unmodified, in a task hub of its own beside Longhaul's.

interface Done {
  readonly value: number
  readonly by: string
}
type Perform = (input: object, call: object) => Promise<Done>
// oxlint-disable-next-line typescript/no-explicit-any -- the SDK gives whatever came
type Steps = AsyncGenerator<Task<any>>

const { perform }: { perform: Perform } = await import(
  pathToFileURL(join(process.cwd(), 'activities/perform.mjs')).href
)

const ladder: TOrchestrator = async function* (ctx, { steps, name }: { steps: number; name: string }): Steps {
  let last: Done = { value: 0, by: '' }
  for (let step = 1; step <= steps; step++)
    last = yield ctx.callActivity('work', {
      path: `${name}/${step}`,
      value: last.value + 1,
      after: last.by ? [last.by] : [],
    })
  const naps: Done[] = yield whenAll(
    [40, 80].map((pauseMs) => ctx.callSubOrchestrator('nap', { pauseMs, name, last })),
  )
  return { value: naps.reduce((sum, { value }) => sum + value, last.value), by: naps.map(({ by }) => by) }
}

const nap: TOrchestrator = async function* (
  ctx,
  { pauseMs, name, last }: { pauseMs: number; name: string; last: Done },
): Steps {
  yield ctx.createTimer(pauseMs / 1000)
  return yield ctx.callActivity('work', {
    path: `${name}/nap/${pauseMs}`,
    value: 100,
    after: [last.by],
    pauseMs,
  })
}

/** Begins anew after every third letter; those that wait are carried over. */
const mailbox: TOrchestrator = async function* (ctx, letters: string[]): Steps {
  for (let count = 0; count < 3; count++) {
    const letter: { name: string; last: boolean } = yield ctx.waitForExternalEvent('letter')
    letters.push(letter.name)
    if (letter.last) return { letters }
  }
  return ctx.continueAsNew(letters, true)
}

/** Its child fails for as long as something is not repaired. */
const shaky: TOrchestrator = async function* (ctx, { name }: { name: string }): Steps {
  const first: Done = yield ctx.callActivity('work', { path: `${name}/first`, value: 1 })
  yield ctx.callSubOrchestrator('stumbling', name)
  const last: Done = yield ctx.callActivity('work', { path: `${name}/last`, value: 2, after: [first.by] })
  return { value: last.value, by: [last.by] }
}

const stumbling: TOrchestrator = async function* (ctx, name: string): Steps {
  yield ctx.callActivity('stumble', name)
}

const plain: TOrchestrator = async function* (ctx): Steps {
  yield ctx.createTimer(0.05)
  return { value: 300 }
}

const connection = await connectHub(process.env['HUB'] ?? '')
const worker = new TaskHubGrpcWorker({
  ...(await connection.workerOptions()),
  logger: new NoOpLogger(),
  shutdownTimeoutMs: 500,
})
for (const [name, orchestrator] of Object.entries({ ladder, nap, mailbox, shaky, stumbling, plain }))
  worker.addNamedOrchestrator(name, orchestrator)
worker.addNamedActivity('work', (context: ActivityContext, input: { path: string }) => {
  const { orchestrationId: run } = context
  return perform(input, { run, path: input.path, key: `${run}/${input.path}`, attempt: 1 })
})
worker.addNamedActivity('stumble', (_: ActivityContext, name: string) => {
  if (!existsSync(join(process.cwd(), 'repaired', name))) throw new Error(`Nobody has repaired "${name}"`)
})
await worker.start()
process.stderr.write(`Works for ${connection.description}\n`)
process.once('SIGTERM', () => {
  void worker.stop().then(() => process.exit(0))
})
