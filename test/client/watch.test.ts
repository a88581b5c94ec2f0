import { expect, test, vi } from 'vitest'
import { type Pace, type Sight, watchRun } from '../../engine/client/watch.ts'
import type { Report, Run, RunStatus } from '../../engine/run.ts'

const quick: Pace = { firstMs: 1, lastMs: 1, factor: 1 }

/** A run that changes when told to. */
class Stage implements Sight {
  #run: Run = {
    id: 'r',
    workflow: 'w',
    status: 'running',
    createdAt: '',
    updatedAt: '',
    report: {},
    tags: {},
  }
  #version = 0
  readonly #ended = Promise.withResolvers<void>()
  looks = 0
  glances = 0

  show(status: RunStatus, report: Report, glanceChanges = true): void {
    this.#run = { ...this.#run, status, report }
    if (glanceChanges) this.#version += 1
    if (status === 'completed') this.#ended.resolve()
  }

  glance = async (signal: AbortSignal): Promise<string> => {
    signal.throwIfAborted()
    this.glances += 1
    return `${this.#version}`
  }

  look = async (): Promise<Run> => {
    this.looks += 1
    return this.#run
  }

  end = (): Promise<void> => this.#ended.promise
}

const never = new AbortController().signal

test('a watcher sees the run now, each change, and the end, and then no more', async () => {
  const stage = new Stage()
  const watcher = watchRun(stage, never, quick)
  expect((await watcher.next()).value?.report).toEqual({})
  const next = watcher.next()
  stage.show('running', { message: 'half' })
  expect((await next).value?.report.message).toBe('half')
  stage.show('completed', { message: 'half' })
  expect((await watcher.next()).value?.status).toBe('completed')
  expect(await watcher.next()).toEqual({ done: true, value: undefined })
})

test('what changes while the watcher is busy is seen once, as it is then', async () => {
  const stage = new Stage()
  const watcher = watchRun(stage, never, quick)
  await watcher.next()
  for (const message of ['1', '2', '3']) stage.show('running', { message })
  expect((await watcher.next()).value?.report.message).toBe('3')
})

test('two changes within one tick of the clock of the hub are both seen', async () => {
  const stage = new Stage()
  const watcher = watchRun(stage, never, quick)
  await watcher.next()
  stage.show('running', { message: 'first' })
  await watcher.next()
  stage.show('running', { message: 'second' }, false)
  expect((await watcher.next()).value?.report.message).toBe('second')
})

test('a run that does not change is only glanced at', async () => {
  const stage = new Stage()
  const watcher = watchRun(stage, never, quick)
  await watcher.next()
  const next = watcher.next()
  await vi.waitFor(() => expect(stage.glances).toBeGreaterThan(10), { interval: 1 })
  expect(stage.looks).toBeLessThanOrEqual(2)
  stage.show('completed', {})
  await next
})

test('the end is seen at once, however long the pause', async () => {
  const stage = new Stage()
  const watcher = watchRun(stage, never, { firstMs: 3_600_000, lastMs: 3_600_000, factor: 1 })
  await watcher.next()
  const next = watcher.next()
  stage.show('completed', {})
  expect((await next).value?.status).toBe('completed')
})

test('a watcher that is told to stop ends quietly', async () => {
  const leaving = new AbortController()
  const watcher = watchRun(new Stage(), leaving.signal, { firstMs: 3_600_000, lastMs: 3_600_000, factor: 1 })
  await watcher.next()
  const next = watcher.next()
  leaving.abort()
  expect(await next).toEqual({ done: true, value: undefined })
})

test('what goes wrong while looking is told to the watcher', async () => {
  const stage = new Stage()
  stage.look = () => Promise.reject(new Error('gone'))
  await expect(watchRun(stage, never, quick).next()).rejects.toThrow('gone')
})
