import { type TOrchestrator, terminateOptions, whenAll } from '@microsoft/durabletask-js'
import { describe, expect, test } from 'vitest'
import { type Bench, openBench, Status, type Steps, until } from './sdk.ts'

const waits: TOrchestrator = async function* (ctx, input): Steps {
  yield ctx.waitForExternalEvent('go')
  return input
}
const echo: TOrchestrator = async (_, input) => input

/** Starts a child that waits, and waits for it. */
const parent: TOrchestrator = async function* (ctx, depth: number): Steps {
  if (depth === 0) return yield ctx.waitForExternalEvent('go')
  return yield ctx.callSubOrchestrator('parent', depth - 1, { instanceId: `child-${depth - 1}` })
}

async function started(bench: Bench, name: string, input?: unknown, id?: string): Promise<string> {
  const given = await bench.client.scheduleNewOrchestration(name, input, id)
  await bench.client.waitForOrchestrationStart(given, false, 20)
  return given
}

describe.for(['in-process', 'tcp'] as const)('%s', (transport) => {
  test('what has ended from outside keeps its output, and its late answers are refused', async () => {
    const bench = await openBench(transport)
    const { promise, resolve } = Promise.withResolvers<string>()
    await bench.worker(
      {
        calls: async function* (ctx): Steps {
          return yield ctx.callActivity('slow')
        },
      },
      { slow: () => promise },
    )
    const id = await started(bench, 'calls')
    await bench.hasEvent(id, 'TaskScheduled')
    await bench.client.terminateOrchestration(id, { because: 'I say so' })
    resolve('too late')

    expect(await bench.ended(id)).toMatchObject({
      status: Status.TERMINATED,
      output: { because: 'I say so' },
    })
    expect((await bench.events(id)).slice(-2)).toEqual(['ExecutionTerminated', 'ExecutionCompleted'])
  })

  test('an interpreter that hangs can be ended from outside', async () => {
    const bench = await openBench(transport)
    await bench.worker({ hangs: () => new Promise(() => {}) })
    const id = await bench.client.scheduleNewOrchestration('hangs')
    await bench.client.terminateOrchestration(id, 'enough')

    expect((await bench.ended(id)).status).toBe(Status.TERMINATED)
  })

  test.for([
    [true, Status.TERMINATED],
    [false, Status.RUNNING],
  ] as const)('ending a family recursively: %j leaves its youngest %j', async ([recursive, status]) => {
    const bench = await openBench(transport)
    await bench.worker({ parent })
    const id = await started(bench, 'parent', 3)
    await until(async () => (await bench.client.getOrchestrationState('child-0')) !== undefined)
    await bench.client.waitForOrchestrationStart('child-0', false, 20)
    await bench.client.terminateOrchestration(id, terminateOptions({ output: 'over', recursive }))

    expect((await bench.state(id)).status).toBe(Status.TERMINATED)
    expect((await bench.state('child-0')).status).toBe(status)
  })

  test('a parent hears that its child was ended from outside', async () => {
    const bench = await openBench(transport)
    await bench.worker({ parent })
    const id = await started(bench, 'parent', 1)
    await until(async () => (await bench.client.getOrchestrationState('child-0')) !== undefined)
    await bench.client.terminateOrchestration('child-0')

    expect((await bench.ended(id)).failure?.message).toContain('Sub-orchestration "child-0" was terminated')
  })

  test('what is suspended takes no turn until it is resumed, and then hears everything', async () => {
    const bench = await openBench(transport)
    await bench.worker({
      listens: async function* (ctx): Steps {
        const heard = []
        for (let i = 0; i < 3; i++) heard.push(yield ctx.waitForExternalEvent('word'))
        return heard
      },
    })
    const id = await started(bench, 'listens')
    await bench.client.suspendOrchestration(id)
    await bench.client.suspendOrchestration(id)
    for (const word of ['a', 'b', 'c']) await bench.client.raiseOrchestrationEvent(id, 'word', word)
    expect((await bench.state(id)).status).toBe(Status.SUSPENDED)
    expect(await bench.events(id)).not.toContain('EventRaised')
    await bench.client.resumeOrchestration(id)

    expect(await bench.ended(id)).toMatchObject({ status: Status.COMPLETED, output: ['a', 'b', 'c'] })
    expect(await bench.events(id)).toEqual(expect.arrayContaining(['ExecutionSuspended', 'ExecutionResumed']))
    await bench.client.resumeOrchestration(id)
    expect((await bench.state(id)).status).toBe(Status.COMPLETED)
  })

  test('a result that comes while its instance is suspended waits for it', async () => {
    const bench = await openBench(transport)
    const { promise, resolve } = Promise.withResolvers<string>()
    await bench.worker(
      {
        calls: async function* (ctx): Steps {
          return yield ctx.callActivity('slow')
        },
      },
      { slow: () => promise },
    )
    const id = await started(bench, 'calls')
    await bench.hasEvent(id, 'TaskScheduled')
    await bench.client.suspendOrchestration(id)
    resolve('done')
    await bench.client.resumeOrchestration(id)

    expect((await bench.ended(id)).output).toBe('done')
  })

  test('an id is given again once its instance has ended, and not before', async () => {
    const bench = await openBench(transport)
    await bench.worker({ waits, echo })
    await started(bench, 'waits', 1, 'mine')
    await expect(bench.client.scheduleNewOrchestration('echo', 2, 'mine')).rejects.toMatchObject({
      code: 6,
      details: 'There is an instance "mine" already, and it is running; give another id, or purge it',
    })
    await bench.client.terminateOrchestration('mine')
    await bench.client.scheduleNewOrchestration('echo', 2, 'mine')

    expect(await bench.ended('mine')).toMatchObject({ status: Status.COMPLETED, output: 2 })
  })

  test('a start that is scheduled begins when it is due, and hears what was raised before', async () => {
    const bench = await openBench(transport)
    await bench.worker({ waits })
    const startAt = new Date(bench.clock.now() + 60_000)
    const id = await bench.client.scheduleNewOrchestration('waits', 'me', 'later', startAt)
    await bench.client.raiseOrchestrationEvent(id, 'go')
    bench.clock.advance(59_999)
    expect((await bench.state(id)).status).toBe(Status.PENDING)
    bench.clock.advance(1)

    expect(await bench.ended(id)).toMatchObject({ status: Status.COMPLETED, output: 'me' })
  })

  test('a start that is scheduled can be called off', async () => {
    const bench = await openBench(transport)
    const startAt = new Date(bench.clock.now() + 60_000)
    const id = await bench.client.scheduleNewOrchestration('waits', 'me', 'later', startAt)
    await bench.client.terminateOrchestration(id)
    await bench.worker({ waits, echo })
    bench.clock.advance(60_000)

    expect(await bench.run('echo', 1)).toMatchObject({ output: 1 })
    expect((await bench.state(id)).status).toBe(Status.TERMINATED)
  })

  test('an ended instance restarts with its input, under its own id or a new one', async () => {
    const bench = await openBench(transport)
    const { client } = bench
    await bench.worker({ waits, echo })
    await client.scheduleNewOrchestration('echo', { n: 1 }, 'one')
    await bench.ended('one')

    expect(await client.restartOrchestration('one')).toBe('one')
    expect(await bench.ended('one')).toMatchObject({ output: { n: 1 } })
    const other = await client.restartOrchestration('one', true)
    expect(other).not.toBe('one')
    expect(await bench.ended(other)).toMatchObject({ output: { n: 1 } })
    await started(bench, 'waits', 0, 'live')
    await expect(client.restartOrchestration('live')).rejects.toThrow('cannot be restarted')
    await expect(client.restartOrchestration('nobody')).rejects.toThrow('was not found')
  })

  test('a failed instance is rewound to where it failed, and its failed child with it', async () => {
    const bench = await openBench(transport)
    const performed: string[] = []
    let isRepaired = false
    const fragile = (_: unknown, name: string): string => {
      performed.push(name)
      if (name === 'broken' && !isRepaired) throw new Error('broken')
      return name
    }
    await bench.worker(
      {
        outer: async function* (ctx): Steps {
          const first = yield ctx.callActivity('fragile', 'sound')
          return [first, yield ctx.callSubOrchestrator('inner', null, { instanceId: 'inner' })]
        },
        inner: async function* (ctx): Steps {
          yield ctx.callActivity('fragile', 'sound inside')
          return yield ctx.callActivity('fragile', 'broken')
        },
        waits,
      },
      { fragile },
    )
    const id = await bench.client.scheduleNewOrchestration('outer')
    expect((await bench.ended(id)).status).toBe(Status.FAILED)
    isRepaired = true
    await bench.client.rewindInstance(id, 'repaired')

    const ended = await bench.ended(id)
    expect(ended).toMatchObject({ status: Status.COMPLETED, output: ['sound', 'broken'] })
    expect(ended).not.toHaveProperty('failure')
    expect(performed).toEqual(['sound', 'sound inside', 'broken', 'broken'])
    await expect(bench.client.rewindInstance(id, 'again')).rejects.toThrow('does not allow rewinding')
    await expect(bench.client.rewindInstance('nobody', 'again')).rejects.toThrow('was not found')
  })

  test('what was under way when an instance failed is under way again when it is rewound', async () => {
    const bench = await openBench(transport)
    const { client, clock } = bench
    let isRepaired = false
    const slow = Promise.withResolvers<string>()
    await bench.worker(
      {
        busy: async function* (ctx): Steps {
          const open = [
            ctx.callActivity('slow'),
            ctx.createTimer(60),
            ctx.callSubOrchestrator('waits', 'live', { instanceId: 'live' }),
            ctx.callSubOrchestrator('waits', 'ended', { instanceId: 'ended' }),
            ctx.callSubOrchestrator('waits', 'purged', { instanceId: 'purged' }),
          ]
          yield ctx.callActivity('fragile')
          return yield whenAll(open)
        },
        waits,
      },
      {
        slow: () => slow.promise,
        fragile: () => {
          if (!isRepaired) throw new Error('broken')
        },
      },
    )
    await client.scheduleNewOrchestration('busy', null, 'busy')
    expect((await bench.ended('busy')).status).toBe(Status.FAILED)
    for (const id of ['ended', 'purged']) {
      await client.raiseOrchestrationEvent(id, 'go')
      await bench.ended(id)
    }
    await client.purgeOrchestration('purged')
    clock.advance(120_000)
    isRepaired = true
    await client.rewindInstance('busy', 'repaired')
    await until(async () => (await client.getOrchestrationState('purged')) !== undefined)
    for (const id of ['live', 'purged']) await client.raiseOrchestrationEvent(id, 'go')
    slow.resolve('slow')
    clock.advance(60_000)

    expect((await bench.ended('busy')).output).toEqual(['slow', null, 'live', 'ended', 'purged'])
  })

  test.for([
    ['raising', (bench: Bench) => bench.client.raiseOrchestrationEvent('nobody', 'x', 1)],
    ['ending', (bench: Bench) => bench.client.terminateOrchestration('nobody')],
    ['suspending', (bench: Bench) => bench.client.suspendOrchestration('nobody')],
    ['waiting for', (bench: Bench) => bench.client.waitForOrchestrationCompletion('nobody', true, 20)],
  ] as const)('%s what is not there is refused', async ([, attempt]) => {
    const bench = await openBench(transport)

    await expect(attempt(bench)).rejects.toMatchObject({
      code: 5,
      details: 'There is no instance "nobody" in this task hub',
    })
  })

  test('what is too large is refused or fails in a sentence, and nothing else suffers', async () => {
    const bench = await openBench(transport, { maxMessageBytes: 100_000 })
    const large = 'x'.repeat(150_000)
    await bench.worker(
      {
        echo,
        waits,
        returns: async () => large,
        calls: async function* (ctx): Steps {
          return yield ctx.callActivity('boast')
        },
        hoards: async function* (ctx): Steps {
          for (let i = 0; i < 20; i++) yield ctx.callActivity('fill')
        },
      },
      { boast: () => large, fill: () => 'x'.repeat(20_000) },
    )
    const complaint = 'measures 150002 bytes, the hub takes 100000'

    await expect(bench.client.scheduleNewOrchestration('echo', large)).rejects.toMatchObject({
      code: 8,
      details: expect.stringContaining(complaint),
    })
    const waiting = await started(bench, 'waits', 1)
    await expect(bench.client.raiseOrchestrationEvent(waiting, 'go', large)).rejects.toMatchObject({
      code: 8,
    })
    expect((await bench.run('returns')).failure).toMatchObject({
      type: 'limit.size',
      message: expect.stringContaining(complaint),
    })
    expect((await bench.run('calls')).failure?.message).toContain(complaint)
    expect((await bench.run('hoards')).failure).toMatchObject({
      type: 'limit.size',
      message: expect.stringContaining('The history of the run'),
    })
    await bench.client.raiseOrchestrationEvent(waiting, 'go', 'small')
    expect((await bench.ended(waiting)).output).toBe(1)
  })
})
