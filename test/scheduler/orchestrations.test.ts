import { RetryPolicy, type TActivity, type TOrchestrator, whenAll, whenAny } from '@microsoft/durabletask-js'
import { describe, expect, test } from 'vitest'
import { openBench, Status, type Steps, until } from './sdk.ts'

const sequence: TOrchestrator = async function* (ctx, count: number): Steps {
  let sum = 0
  for (let i = 0; i < count; i++) sum = yield ctx.callActivity('add', sum)
  return sum
}
const add: TActivity<number, number> = (_, value) => value + 1

/** Adds what it is told until it is told to stop, in a new generation each time. */
const adder: TOrchestrator = async function* (ctx, sum: number): Steps {
  const told: number | 'stop' = yield ctx.waitForExternalEvent('add')
  if (told === 'stop') return sum
  return ctx.continueAsNew(sum + told, true)
}

describe.for(['in-process', 'tcp'] as const)('%s', (transport) => {
  test('an orchestration without steps ends with its result', async () => {
    const bench = await openBench(transport)
    await bench.worker({ echo: async (_, input) => input })

    expect(await bench.run('echo', { deep: ['ä', null, 1.5] })).toMatchObject({
      status: Status.COMPLETED,
      output: { deep: ['ä', null, 1.5] },
    })
  })

  test('activities one after the other see what the one before gave', async () => {
    const bench = await openBench(transport)
    await bench.worker({ sequence }, { add })

    expect(await bench.run('sequence', 10)).toMatchObject({ status: Status.COMPLETED, output: 10 })
  })

  test('activities side by side are all performed, once each', async () => {
    const bench = await openBench(transport)
    const performed: number[] = []
    await bench.worker(
      {
        fan: async function* (ctx, count: number): Steps {
          return yield whenAll(Array.from({ length: count }, (_, i) => ctx.callActivity('square', i)))
        },
      },
      {
        square: (_, value: number) => {
          performed.push(value)
          return value * value
        },
      },
    )

    const { output } = await bench.run('fan', 50)
    expect(output).toEqual(Array.from({ length: 50 }, (_, i) => i * i))
    expect(performed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })

  test('a failure carries type, message and stack to the caller', async () => {
    const bench = await openBench(transport)
    await bench.worker(
      {
        fails: async function* (ctx): Steps {
          yield ctx.callActivity('break')
        },
      },
      {
        break: () => {
          throw new RangeError('too far')
        },
      },
    )

    const ended = await bench.run('fails')
    expect(ended.status).toBe(Status.FAILED)
    expect(ended.failure).toMatchObject({
      type: 'TaskFailedError',
      message: expect.stringContaining('too far'),
    })
  })

  test('the SDK retries a failed activity after its pause', async () => {
    const bench = await openBench(transport)
    let attempts = 0
    await bench.worker(
      {
        stubborn: async function* (ctx): Steps {
          const retry = new RetryPolicy({ maxNumberOfAttempts: 3, firstRetryIntervalInMilliseconds: 5_000 })
          return yield ctx.callActivity('moody', undefined, { retry })
        },
      },
      {
        moody: () => {
          attempts++
          if (attempts < 3) throw new Error('not yet')
          return 'at last'
        },
      },
    )

    const id = await bench.client.scheduleNewOrchestration('stubborn')
    for (const count of [1, 2]) {
      await bench.hasEvent(id, 'TimerCreated', count)
      bench.clock.advance(5_000)
    }
    expect(await bench.ended(id)).toMatchObject({ status: Status.COMPLETED, output: 'at last' })
    expect(attempts).toBe(3)
  })

  test('a child gives its result to its parent, and its failure too', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      parent: async function* (ctx): Steps {
        const good = yield ctx.callSubOrchestrator('child', 'good')
        try {
          yield ctx.callSubOrchestrator('child', 'bad', { instanceId: 'the-bad-one' })
        } catch (error) {
          return [good, String(error)]
        }
        return undefined
      },
      child: async (ctx, input) => {
        if (input === 'bad') throw new Error(`${ctx.instanceId} is bad`)
        return input
      },
    })

    const { output } = await bench.run('parent')
    expect(output).toEqual(['good', expect.stringContaining('the-bad-one is bad')])
  })

  test('a child whose id is taken by a live instance fails its parent', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      parent: async function* (ctx): Steps {
        yield ctx.callSubOrchestrator('waits', null, { instanceId: 'taken' })
      },
      waits: async function* (ctx): Steps {
        yield ctx.waitForExternalEvent('never')
      },
    })
    await bench.client.scheduleNewOrchestration('waits', null, 'taken')

    const ended = await bench.run('parent')
    expect(ended.failure?.message).toContain('There is an instance "taken" already')
  })

  test.for([
    ['a second', 1],
    ['three years', 3 * 365 * 24 * 3600],
  ] as const)('a timer of %s fires when it is due, and not before', async ([, seconds]) => {
    const bench = await openBench(transport)
    await bench.worker({
      sleeper: async function* (ctx): Steps {
        const before = ctx.currentUtcDateTime.getTime()
        yield ctx.createTimer(seconds)
        return ctx.currentUtcDateTime.getTime() - before
      },
    })

    const id = await bench.client.scheduleNewOrchestration('sleeper')
    await bench.hasEvent(id, 'TimerCreated')
    bench.clock.leap(seconds * 1000 - 1)
    expect((await bench.state(id)).status).toBe(Status.RUNNING)
    bench.clock.advance(1)
    expect((await bench.ended(id)).output).toBe(seconds * 1000)
  })

  test('of two timers the earlier wins, and the other does no harm', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      race: async function* (ctx): Steps {
        const [late, early] = [ctx.createTimer(20), ctx.createTimer(10)]
        const winner = yield whenAny([late, early])
        yield ctx.createTimer(30)
        return winner === early ? 'early' : 'late'
      },
    })

    const id = await bench.client.scheduleNewOrchestration('race')
    await bench.hasEvent(id, 'TimerCreated', 2)
    bench.clock.advance(10_000)
    await bench.hasEvent(id, 'TimerCreated', 3)
    bench.clock.advance(30_000)
    expect((await bench.ended(id)).output).toBe('early')
  })

  test('events are heard whether they come early or late, and in any case', async () => {
    const bench = await openBench(transport)
    const { client } = bench
    const id = await client.scheduleNewOrchestration('listener')
    await client.raiseOrchestrationEvent(id, 'FIRST', 'early')
    await bench.worker({
      listener: async function* (ctx): Steps {
        const first = yield ctx.waitForExternalEvent('first')
        const second = yield ctx.waitForExternalEvent('Second')
        return [first, second]
      },
    })
    await bench.hasEvent(id, 'EventRaised')
    await client.raiseOrchestrationEvent(id, 'sEcOnD', 'late')

    expect((await bench.ended(id)).output).toEqual(['early', 'late'])
  })

  test('an orchestration sends events to another', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      listener: async function* (ctx): Steps {
        return yield ctx.waitForExternalEvent('hail')
      },
      caller: async function* (ctx, to: string): Steps {
        ctx.sendEvent(to, 'hail', { from: ctx.instanceId })
        ctx.sendEvent('nobody', 'hail', null)
        yield ctx.createTimer(0)
      },
    })
    const listener = await bench.client.scheduleNewOrchestration('listener')
    const caller = await bench.client.scheduleNewOrchestration('caller', listener)

    expect((await bench.ended(listener)).output).toEqual({ from: caller })
  })

  test('every event that was raised while an orchestration continues as new is heard once, in order', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      collector: async function* (ctx, heard: number[]): Steps {
        const next = yield ctx.waitForExternalEvent('next')
        if (heard.length === 29) return [...heard, next]
        return ctx.continueAsNew([...heard, next], true)
      },
    })
    const id = await bench.client.scheduleNewOrchestration('collector', [])
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => bench.client.raiseOrchestrationEvent(id, 'next', i)),
    )

    expect((await bench.ended(id)).output).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  test('a generation hears nothing of what the one before had asked for', async () => {
    const bench = await openBench(transport)
    const slow = Promise.withResolvers<void>()
    await bench.worker(
      {
        restless: async function* (ctx, generation: number): Steps {
          if (generation === 1) {
            ctx.callActivity('slow', 'old')
            ctx.createTimer(1)
            ctx.continueAsNew(2, true)
            return undefined
          }
          return yield ctx.callActivity('quick', 'new')
        },
      },
      {
        slow: async (_, value: string) => {
          await slow.promise
          return value
        },
        quick: async (_, value: string) => value,
      },
    )
    const ended = await bench.run('restless', 1)
    slow.resolve()

    expect(ended).toMatchObject({ status: Status.COMPLETED, output: 'new' })
  })

  test('a pause that comes together with a new generation is not lost, nor is what comes after it', async () => {
    const bench = await openBench(transport)
    const { client } = bench
    const id = await client.scheduleNewOrchestration('adder', 0)
    await client.raiseOrchestrationEvent(id, 'add', 1)
    await client.suspendOrchestration(id)
    await client.raiseOrchestrationEvent(id, 'add', 2)
    await bench.worker({ adder })
    await client.raiseOrchestrationEvent(id, 'add', 'stop')
    expect((await bench.state(id)).status).toBe(Status.SUSPENDED)
    await client.resumeOrchestration(id)

    expect((await bench.ended(id)).output).toBe(3)
  })

  test('an end from outside that comes together with a new generation is not lost', async () => {
    const bench = await openBench(transport)
    const id = await bench.client.scheduleNewOrchestration('adder', 0)
    await bench.client.raiseOrchestrationEvent(id, 'add', 1)
    await bench.client.terminateOrchestration(id, 'enough')
    await bench.worker({ adder })

    expect(await bench.ended(id)).toMatchObject({ status: Status.TERMINATED, output: 'enough' })
  })

  test('the custom status can be seen while it runs and stays after its end', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      teller: async function* (ctx): Steps {
        ctx.setCustomStatus({ at: 'half' })
        yield ctx.waitForExternalEvent('go')
      },
    })
    const id = await bench.client.scheduleNewOrchestration('teller')
    await until(async () => (await bench.state(id)).customStatus !== undefined)
    expect((await bench.state(id)).customStatus).toEqual({ at: 'half' })
    await bench.client.raiseOrchestrationEvent(id, 'go')

    expect((await bench.ended(id)).customStatus).toEqual({ at: 'half' })
  })

  test('entities are refused in a sentence, by the client and in an orchestration', async () => {
    const bench = await openBench(transport)
    const { EntityInstanceId } = await import('@microsoft/durabletask-js')
    await bench.worker({
      signals: async function* (ctx): Steps {
        ctx.entities.signalEntity(new EntityInstanceId('counter', 'a'), 'add', 1)
        yield ctx.createTimer(1)
      },
    })

    await expect(
      bench.client.signalEntity(new EntityInstanceId('counter', 'a'), 'add', 1),
    ).rejects.toMatchObject({
      code: 12,
      details: expect.stringContaining('entities'),
    })
    expect(await bench.run('signals')).toMatchObject({
      status: Status.FAILED,
      failure: { type: 'hub.unsupported', message: 'The embedded hub cannot serve entities' },
    })
  })
})
