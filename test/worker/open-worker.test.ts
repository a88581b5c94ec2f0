import { TaskHubGrpcClient } from '@microsoft/durabletask-js'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Json } from '../../engine/json.ts'
import type { Definition } from '../../engine/language/definition.ts'
import type { Run } from '../../engine/run.ts'
import type { WorkerOptions } from '../../engine/worker/open-worker.ts'
import { untilAborted } from '../support/activity-host.ts'
import { clientOf, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

async function outcomeOf(
  definition: Definition,
  options: Partial<WorkerOptions>,
  input: Json = null,
): Promise<Run> {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, options)
  return client.wait((await client.start(definition, input)).id)
}

const calls = (activity: string, more = ''): Definition =>
  compiled(`
name: constructor
steps:
  - id: it
    call: ${activity}
    with: { n: 1 }
${more}`)

test('names that every object has are names of workflows and activities like any other', async () => {
  const run = await outcomeOf(calls('toString'), { activities: { toString: () => 'mine' } })
  expect(run).toMatchObject({ workflow: 'constructor', status: 'completed', output: 'mine' })
})

test('an activity that is not registered is told with the one that was probably meant', async () => {
  const run = await outcomeOf(calls('card.chrage'), { activities: { 'card.charge': () => 1 } })
  expect(run).toMatchObject({
    status: 'failed',
    error: {
      type: 'activity.unknown',
      message: 'Activity "card.chrage" is not registered. Did you mean "card.charge"?',
      retryable: false,
      step: 'it',
      source: { file: 'sample.yaml', line: 4, column: 5 },
    },
  })
})

test('a typed error of an activity reaches the run whole', async () => {
  const run = await outcomeOf(calls('pay'), {
    activities: {
      pay: () => {
        throw Object.assign(new Error('No'), {
          name: 'ActivityError',
          type: 'payment.declined',
          data: { code: 51 },
          retryable: false,
        })
      },
    },
  })
  expect(run.error).toMatchObject({
    type: 'payment.declined',
    message: 'No',
    data: { code: 51 },
    retryable: false,
  })
})

test('a child run is started from the definitions as they are when it starts', async () => {
  const childText = `
name: child
input: { type: object, required: [n], properties: { n: { type: integer } } }
steps: [{ return: "\${ $input.n + 1 }" }]
`
  const parent = compiled(
    `
name: parent
steps:
  - id: one
    workflow: child
    with: { n: 1 }
result: \${ $steps.one }
`,
    childText,
  )
  let definitions: readonly Definition[] = []
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { definitions: () => definitions })
  const before = await client.wait((await client.start(parent, null)).id)
  expect(before.error).toMatchObject({
    type: 'workflow.unknown',
    message: 'There is no workflow "child". No definition is loaded',
  })
  definitions = [compiled(childText)]
  expect(await client.wait((await client.start(parent, null)).id)).toMatchObject({
    status: 'completed',
    output: 2,
  })
})

test('a run that another program started says what is missing', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, {})
  const sdk = new TaskHubGrpcClient(await hub.clientOptions())
  onTestFinished(() => void sdk.stop())
  const id = await sdk.scheduleNewOrchestration('greet', { hello: 'world' })
  expect((await client.wait(id)).error).toMatchObject({
    type: 'definition.unknown',
    message: expect.stringContaining('its input carries no definition'),
  })
})

test('the loser of a race is aborted', async () => {
  const aborted = Promise.withResolvers<void>()
  const race = compiled(`
name: race
steps:
  - race:
      slow: [{ call: slow, with: {} }]
      quick: [{ call: quick, with: {} }]
`)
  const run = await outcomeOf(race, {
    activities: {
      quick: () => 1,
      slow: (input, context) => {
        context.signal.addEventListener('abort', () => aborted.resolve())
        return untilAborted(input, context)
      },
    },
  })
  expect(run.status).toBe('completed')
  await aborted.promise
})

test('a cancelled run aborts what it waits for', async () => {
  const begun = Promise.withResolvers<void>()
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const slow = (...call: Parameters<typeof untilAborted>): Promise<never> => (
    begun.resolve(),
    untilAborted(...call)
  )
  const worker = await workerOf(hub, { activities: { slow } })
  const { id } = await client.start(calls('slow'), null)
  await begun.promise
  await client.cancel(id)
  expect((await client.wait(id)).status).toBe('cancelled')
  await vi.waitFor(() => expect(worker.running).toBe(0), { interval: 2 })
})

test('a detached run is started once, and an event reaches it', async () => {
  const listenerText = `
name: listener
steps: [{ id: heard, waitFor: { event: news, timeout: 1h } }]
`
  const speaker = compiled(
    `
name: speaker
steps:
  - id: other
    workflow: listener
    with: {}
    detached: true
  - emit: { event: news, to: "\${ $steps.other }", data: { far: true } }
result: \${ $steps.other }
`,
    listenerText,
  )
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { definitions: () => [compiled(listenerText)] })
  const { id, output, error } = await client.wait((await client.start(speaker, null)).id)
  expect(error).toBeUndefined()
  const other = await client.wait(typeof output === 'string' ? output : '')
  expect(other).toMatchObject({
    workflow: 'listener',
    output: { far: true },
    tags: { 'longhaul.parent': id },
  })
})

test('an event to a run that is not there is an error that can be caught', async () => {
  const run = await outcomeOf(
    compiled(`
name: speaker
steps:
  - emit: { event: news, to: nobody, data: {} }
    catch:
      - on: [run.unknown]
        result: caught
`),
    {},
  )
  expect(run).toMatchObject({ status: 'completed', output: 'caught' })
})

test('a child whose input does not fit fails where it was asked for, and can be caught', async () => {
  const childText = `
name: child
input: { type: object, required: [n], properties: { n: { type: integer } } }
steps: [{ return: "\${ $input.n }" }]
`
  const run = await outcomeOf(
    compiled(
      `
name: parent
steps:
  - id: one
    workflow: child
    with: "\${ $input }"
    catch:
      - on: [workflow.invalidInput]
        as: error
        result: \${ $error.data }
`,
      childText,
    ),
    { definitions: () => [compiled(childText)] },
    { n: 'three' },
  )
  expect(run).toMatchObject({ status: 'completed', output: [{ path: '/n', message: 'must be integer' }] })
})
