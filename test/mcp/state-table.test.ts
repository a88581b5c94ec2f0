import { expect, test } from 'vitest'
import type { Failure } from '../../engine/failure.ts'
import type { Run } from '../../engine/run.ts'
import { connectLegacy, type Answer } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { raw } from './support/modern-client.ts'
import { serveReal } from './support/real.ts'
import { serve } from './support/served.ts'

const question = { key: 'q', step: 'q', prompt: 'Well?', askedAt: '2026-01-01T00:00:00.000Z', reminders: 0 }
const declined: Failure = { type: 'payment.declined', message: 'No', retryable: false }
const broken: Failure = { type: 'expression.undefined', message: 'No value', retryable: false }
const stopped: Failure = { type: 'cancelled', message: 'Enough', retryable: false }

/** How a run stands, and what its task is to a client of each era, with how the result says that it is an error. */
const table: readonly (readonly [Partial<Run>, legacy: string, modern: string, isError?: true])[] = [
  [{ status: 'pending' }, 'working', 'working'],
  [{ status: 'running' }, 'working', 'working'],
  [{ status: 'suspended' }, 'working', 'working'],
  [{ status: 'suspended', report: { questions: [question] } }, 'working', 'working'],
  [{ status: 'waiting', report: { questions: [question] } }, 'input_required', 'input_required'],
  [{ status: 'completed', output: { a: 1 } }, 'completed', 'completed'],
  [{ status: 'failed', error: declined }, 'failed', 'completed', true],
  [{ status: 'failed', error: broken }, 'failed', 'failed', true],
  [{ status: 'cancelled', error: stopped }, 'cancelled', 'cancelled', true],
  [{ status: 'running', report: { cancelling: true } }, 'cancelled', 'cancelled', true],
  [
    { status: 'waiting', report: { cancelling: true, questions: [question] } },
    'cancelled',
    'cancelled',
    true,
  ],
]

test.for(table)(
  'a run that is %j is %s in the older era and %s in the newer',
  async ([run, older, newer, isError]) => {
    await using served = await serve([definition('order')])
    await using client = await connectLegacy(served.url)
    const { taskId } = await client.start('order')
    served.runs.change(taskId, run)
    const legacy = await client.request('tasks/get', { taskId })
    const { result: modern = {} } = await raw(served.url, 'tasks/get', { taskId })
    expect([legacy['status'], modern['status']]).toEqual([older, newer])
    expect((await client.request('tasks/list'))['tasks']).toEqual([legacy])

    const isFinal = older !== 'working' && older !== 'input_required'
    const payload = isFinal ? await client.request('tasks/result', { taskId }) : {}
    expect(payload['isError']).toBe(isError)
    expect(ends(modern)).toEqual(endsOf(newer, isError))
  },
)

/** What a task of the newer era brings with it, beside how it stands. */
function ends({ result, error, inputRequests }: Answer): readonly unknown[] {
  return [result?.isError, result === undefined, error?.code, inputRequests && Object.keys(inputRequests)]
}

function endsOf(status: string, isError: true | undefined): readonly unknown[] {
  if (status === 'completed') return [isError, false, undefined, undefined]
  if (status === 'failed') return [undefined, true, -32603, undefined]
  return [undefined, true, undefined, status === 'input_required' ? ['q'] : undefined]
}

test('what has ended stays as it is: a second try is another task', async () => {
  const fails = 'name: fails\ndescription: Fails\nsteps: [{ fail: { type: door.closed, message: Closed } }]\n'
  await using real = await serveReal({ 'fails.yaml': fails })
  await using client = await connectLegacy(real.url)
  const { taskId } = await client.start('fails')
  const failed = await client.request('tasks/result', { taskId })
  const before = await client.request('tasks/get', { taskId })
  const again = await real.engine.client.retry(taskId)
  await client.request('tasks/result', { taskId: again.id })
  expect(await client.request('tasks/get', { taskId })).toEqual(before)
  expect(await client.request('tasks/result', { taskId })).toEqual(failed)
  await expect(client.request('tasks/cancel', { taskId })).rejects.toMatchObject({ code: -32602 })
  const { tasks } = await client.request('tasks/list')
  expect(tasks.map((task: Answer) => task['taskId']).toSorted()).toEqual([taskId, again.id].toSorted())
})

test('ids carry 122 bits that nobody can guess', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order')
  const keyed = await client.start('order', {}, { 'longhaul/idempotencyKey': 'k' })
  for (const id of [taskId, keyed.taskId])
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-[48][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
})
