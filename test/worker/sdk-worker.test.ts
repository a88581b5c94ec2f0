import { createRequire } from 'node:module'
import { TaskHubGrpcWorker, type TOrchestrator } from '@microsoft/durabletask-js'
import { expect, test } from 'vitest'
import { sdkWorker } from '../../engine/worker/sdk-worker.ts'

const require = createRequire(import.meta.url)

test('the version whose insides we know is the one that is installed', () => {
  const { version }: { version: string } = require('@microsoft/durabletask-js/package.json')
  expect(version).toBe('0.4.0')
})

test('the SDK still looks orchestrators and activities up where we replace the look-up', () => {
  const registry: unknown = Reflect.get(new TaskHubGrpcWorker({}), '_registry')
  expect(registry).toMatchObject({ getOrchestrator: expect.any(Function), getActivity: expect.any(Function) })
  expect(TaskHubGrpcWorker.toString()).toContain(
    'new orchestration_executor_1.OrchestrationExecutor(this._registry',
  )
  expect(Reflect.get(TaskHubGrpcWorker.prototype, '_executeOrchestratorInternal')).toHaveLength(3) // request, token, stub
  expect(TaskHubGrpcWorker.toString()).toContain('new activity_executor_1.ActivityExecutor(this._registry')
})

test('every name leads to the one orchestrator and to the one activity', async () => {
  const orchestrator: TOrchestrator = () => 'run'
  const asked: unknown[] = []
  const worker = sdkWorker(
    {},
    { orchestrator, activity: async (name, input) => asked.push([name, input]) },
    0,
  )
  const registry: unknown = Reflect.get(worker, '_registry')
  if (typeof registry !== 'object' || registry === null) throw new TypeError('no registry')
  const look = (method: string, name: string): unknown =>
    Reflect.apply(Reflect.get(registry, method), registry, [name])
  for (const name of ['order', 'constructor', '__proto__']) {
    expect(look('getOrchestrator', name)).toBe(orchestrator)
    const activity = look('getActivity', name)
    if (typeof activity !== 'function') throw new TypeError('no activity')
    await activity({}, 1)
  }
  expect(asked).toEqual([
    ['order', 1],
    ['constructor', 1],
    ['__proto__', 1],
  ])
})
