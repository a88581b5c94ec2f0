import { expect, test } from 'vitest'
import { FollowingClient } from '../../engine/cli/following-client.ts'
import type { RunClient } from '../../engine/client/client.ts'
import { EngineError } from '../../engine/error.ts'
import type { Definition } from '../../engine/language/definition.ts'
import type { Run, RunStatus } from '../../engine/run.ts'

const gone = new EngineError('hub.unavailable', 'Nobody answers')

/** A client that knows only what a test tells it. */
function client(verbs: Partial<RunClient>): RunClient {
  return new Proxy<Partial<RunClient>>(verbs, {
    get: (target, name) => Reflect.get(target, name) ?? (() => Promise.reject(gone)),
  }) as RunClient
}

function run(status: RunStatus): Run {
  const at = '2026-01-01T00:00:00Z'
  return { id: 'r', workflow: 'w', status, createdAt: at, updatedAt: at, report: {}, tags: {} }
}

/** Follows `clients` from one to the next; after the last there is none. */
function following(...clients: readonly RunClient[]): FollowingClient {
  let index = 0
  return new FollowingClient({
    current: () => clients[index] ?? client({}),
    canMove: () => true,
    moved: async (lost) => {
      if (clients[index] !== lost) return true
      index++
      return index < clients.length
    },
  })
}

async function statusesSeen(runs: AsyncIterable<Run>): Promise<RunStatus[]> {
  const seen: RunStatus[] = []
  for await (const { status } of runs) seen.push(status)
  return seen
}

test('what was asked of a lost owner is asked of the next one', async () => {
  const next = client({ get: async () => run('running'), list: async () => ({ runs: [] }) })
  expect(await following(client({}), next).get('r')).toEqual(run('running'))
  expect(await following(client({}), next).list()).toEqual({ runs: [] })
})

test('when there is no next one, the error of the last is told', async () => {
  await expect(following(client({})).get('r')).rejects.toBe(gone)
})

test('any other error is nobody else’s business', async () => {
  const refusing = client({ get: () => Promise.reject(new EngineError('run.unknown', 'No such run')) })
  await expect(following(refusing, client({})).get('r')).rejects.toMatchObject({ code: 'run.unknown' })
})

test('a change of a run is not asked for twice', async () => {
  const next = client({ raise: async () => {} })
  await expect(following(client({}), next).raise('r', 'paid', null)).rejects.toBe(gone)
})

test('a watcher goes on with the next owner, whether its client fails or is closed', async () => {
  const failing = client({
    async *watch() {
      yield run('pending')
      throw gone
    },
  })
  const closed = client({
    async *watch() {
      yield run('running')
    },
  })
  const last = client({
    async *watch() {
      yield run('completed')
    },
  })
  expect(await statusesSeen(following(failing, closed, last).watch('r'))).toEqual([
    'pending',
    'running',
    'completed',
  ])
})

test('a watcher whose caller leaves ends', async () => {
  const leaving = new AbortController()
  const watched = client({
    async *watch() {
      yield run('running')
      leaving.abort()
    },
  })
  expect(await statusesSeen(following(watched, client({})).watch('r', leaving.signal))).toEqual(['running'])
})

test('a run that a lost owner accepted without a word is found, and not started twice', async () => {
  const started: (string | undefined)[] = []
  const definition = { name: 'w' } as Definition
  const mute = client({
    start: async (_definition, _input, options) => {
      started.push(options?.id)
      throw gone
    },
  })
  const found = client({ get: async () => run('running') })
  expect(await following(mute, found).start(definition, null)).toEqual(run('running'))
  const fresh = client({
    get: async () => undefined,
    start: async (_definition, _input, options) => {
      started.push(options?.id)
      return run('pending')
    },
  })
  expect(await following(mute, fresh).start(definition, null)).toEqual(run('pending'))
  expect(started[1]).toBe(started[2])
})
