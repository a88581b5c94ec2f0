import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Report, Run, RunStatus } from '../../engine/run.ts'
import type { ActivityHost } from '../../engine/worker/host.ts'
import { startPatrol } from '../../engine/worker/patrol.ts'
import { failureOf, hostOf, request, untilAborted } from '../support/activity-host.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A host whose runs another process looks after. */
class Elsewhere {
  readonly host: ActivityHost = hostOf({ slow: untilAborted })
  looks = 0
  #run: Run | undefined = {
    id: 'run-1',
    workflow: 'w',
    status: 'running',
    createdAt: '',
    updatedAt: '',
    report: {},
    tags: {},
  }

  constructor() {
    onTestFinished(
      startPatrol(this.host, async () => {
        this.looks += 1
        return this.#run
      }),
    )
  }

  becomes(status: RunStatus | undefined, report: Report = {}): void {
    this.#run = status && {
      id: 'run-1',
      workflow: 'w',
      status,
      createdAt: '',
      updatedAt: '',
      report,
      tags: {},
    }
  }

  call(path: string): Promise<unknown> {
    return this.host.perform('slow', request({ path })).catch((error: unknown) => error)
  }

  get paths(): string[] {
    return this.host.running.all().map(({ path }) => path)
  }
}

const round = (): Promise<unknown> => vi.advanceTimersByTimeAsync(2_000)

test.for<[string, RunStatus | undefined]>([
  ['ended', 'cancelled'],
  ['was purged', undefined],
])('the calls of a run that %s elsewhere are aborted', async ([, status]) => {
  const elsewhere = new Elsewhere()
  const call = elsewhere.host.perform('slow', request())
  const failure = failureOf(call)
  await round()
  expect(elsewhere.paths).toEqual(['charge'])
  elsewhere.becomes(status)
  await round()
  expect((await failure).type).toBe('cancelled')
})

test('a run that is cancelling loses the calls it had before, and keeps those that clean up', async () => {
  const elsewhere = new Elsewhere()
  void elsewhere.call('work')
  await round()
  await round()
  elsewhere.becomes('running', { cancelling: true })
  void elsewhere.call('clean-up')
  await round()
  await round()
  expect(elsewhere.paths).toEqual(['clean-up'])
  elsewhere.becomes('cancelled')
  await round()
  expect(elsewhere.paths).toEqual([])
})

test('nobody is asked about calls that are quick, or when there are none', async () => {
  const elsewhere = new Elsewhere()
  await round()
  void elsewhere.call('work')
  await vi.advanceTimersByTimeAsync(1_000)
  elsewhere.host.abort('run-1')
  await round()
  expect(elsewhere.looks).toBe(0)
})
