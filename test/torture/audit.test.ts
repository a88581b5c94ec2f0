import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decide } from '../scheduler/raw.ts'
import { temporaryFolder } from '../support/process.ts'
import { audit, type Evidence } from './audit.ts'
import type { Deed } from './deeds.ts'
import type { Promised } from './ledger.ts'
import { type InstanceRecord, readFile } from './record.ts'
import { openStill } from './still-hub.ts'

/** What a run of one call leaves behind when all goes well; its result is handed to a second call. */
async function evidence(): Promise<Evidence> {
  const path = join(temporaryFolder(), 'hub.db')
  const { scheduler, clock, hub, worker } = await openStill(path)
  const began = clock.now()
  await hub.start('o', 'run')
  await hub.completeTurn((await worker.nextTurn()).token, [decide.call(1, 'work')])
  clock.advance(10)
  await hub.completeCall((await worker.nextCall()).token, { value: 1, by: 'first' })
  await hub.completeTurn((await worker.nextTurn()).token, [
    decide.end(2, { value: 1, letters: ['run/0', 'run/2'] }),
  ])
  await scheduler.close()
  const deed: Deed = {
    what: 'begin',
    at: began,
    pid: 1,
    by: 'first',
    run: 'run',
    path: 'a',
    key: 'run/undefined',
    attempt: 1,
    after: [],
    pauseMs: 0,
    input: '{"value":"cleaned"}',
  }
  const next: Deed = {
    ...deed,
    key: 'run/next',
    by: 'second',
    after: ['first'],
    pauseMs: 100,
    at: began + 110,
  }
  const letter = { isLast: false, isAcknowledged: true }
  const promised: Promised = {
    id: 'run',
    hub: 'default',
    workflow: 'chain',
    ends: 'completed',
    value: 1,
    deeds: { cleaned: 1 },
    letters: [
      { ...letter, name: 'run/0' },
      { ...letter, name: 'run/1', isAcknowledged: false },
      { ...letter, name: 'run/2' },
    ],
    end: { status: 'completed', output: { value: 1, letters: ['run/0', 'run/2'] } },
  }
  const file = readFile(path)
  const [instance] = file.instances
  if (!instance) throw new Error('There is no instance')
  const ticked = {
    ...instance,
    id: 'tick',
    name: 'ticking',
    output: { value: 2 },
    history: instance.history.slice(-1),
  }
  return {
    file: { ...file, instances: [instance, ticked] },
    copies: [{ file, told: ['run'] }],
    deeds: [deed, { ...deed, what: 'end', at: began + 10 }, next, { ...next, what: 'end' }],
    promised: [promised],
    complaints: [],
    largestWalBytes: 4_000_000,
  }
}

test('an auditor has nothing to say when every promise was kept', async () => {
  expect(audit(await evidence())).toEqual([])
})

/** What was done wrong, and the promise that it breaks. */
const wrongs: readonly (readonly [string, string, (right: Evidence) => Evidence])[] = [
  [
    'a process ended by itself',
    'nothing goes wrong by itself',
    (all) => ({ ...all, complaints: ['The hub ended'] }),
  ],
  [
    'a run is lost',
    'a run that a client was told of exists, and ends',
    (all) => ({ ...all, file: { ...all.file, instances: [] } }),
  ],
  [
    'a run ends otherwise than it was to',
    'a run that a client was told of exists, and ends',
    (all) => withInstance(all, { status: 'failed' }),
  ],
  [
    'an end is taken back',
    'what a client was told of an end stays true',
    (all) => withInstance(all, { output: { value: 1, letters: ['run/0', 'run/2'], more: true } }),
  ],
  [
    'a result is wrong',
    'a run has the result that its definition says',
    (all) => withInstance(all, { output: null }),
  ],
  [
    'an instance hangs',
    'every instance ends, and ends once',
    (all) => withInstance(all, { completedAt: undefined }),
  ],
  [
    'an instance ends twice',
    'every instance ends, and ends once',
    (all) => withHistory(all, (history) => [...history, ...history.slice(-1)]),
  ],
  [
    'a turn is missing in a history',
    'every instance ends, and ends once',
    (all) => withHistory(all, (history) => history.slice(0, 3)),
  ],
  [
    'what was purged is still there',
    'what was purged is gone, and leaves nothing behind',
    (all) => ({ ...all, promised: all.promised.map((one) => ({ ...one, isPurged: true })) }),
  ],
  [
    'the history of a run outlives it',
    'what was purged is gone, and leaves nothing behind',
    (all) => ({ ...all, file: { ...all.file, orphans: 3 } }),
  ],
  [
    'a schedule begins nothing',
    'a schedule begins runs for as long as it stands',
    (all) => ({ ...all, file: { ...all.file, instances: all.file.instances.slice(0, 1) } }),
  ],
  [
    'a run of a schedule does not do its work',
    'a schedule begins runs for as long as it stands',
    (all) => withInstance(all, { status: 'failed' }),
  ],
  [
    'a message is left',
    'nothing is left to be told or done',
    (all) => ({ ...all, file: { ...all.file, left: { messages: 1, calls: 0 } } }),
  ],
  [
    'a result is told twice',
    'an instance is told once of each result, child and timer',
    (all) =>
      withHistory(all, (history) => [...history.filter((event) => event.hasTaskcompleted()), ...history]),
  ],
  [
    'an acknowledged event is lost',
    'an event that was acknowledged is taken once, in order',
    (all) => withInstance(all, { output: { value: 1, letters: ['run/2'] } }),
  ],
  [
    'an event is taken twice',
    'an event that was acknowledged is taken once, in order',
    (all) => withInstance(all, { output: { value: 1, letters: ['run/0', 'run/0', 'run/2'] } }),
  ],
  [
    'a page is damaged',
    'the file stays whole',
    (all) => ({ ...all, file: { ...all.file, integrity: 'page 3' } }),
  ],
  [
    'a copy is damaged',
    'a copy is whole, and holds what clients were told of before it was begun',
    (all) => ({ ...all, copies: [{ file: { ...all.file, integrity: 'page 3' }, told: [] }] }),
  ],
  [
    'a copy lacks a run',
    'a copy is whole, and holds what clients were told of before it was begun',
    (all) => ({ ...all, copies: [{ file: all.file, told: ['run', 'another'] }] }),
  ],
  ['the log grows', 'the log of the file stays small', (all) => ({ ...all, largestWalBytes: 1e9 })],
  [
    'a result comes from nowhere',
    'a result that is recorded was made by an activity',
    (all) => ({ ...all, deeds: all.deeds.filter(({ what, by }) => what !== 'end' || by !== 'first') }),
  ],
  [
    'a call is made again after its result was recorded',
    'what is recorded does not run again',
    (all) => withDeed(all, { by: 'third', at: (all.deeds[1]?.at ?? 0) + 1 }, 2),
  ],
  [
    'a call is made again after its result was used',
    'what a later step was given does not run again',
    (all) => withDeed(all, { by: 'third' }, 4),
  ],
  [
    'two results of one call were taken',
    'every delivery of a call is given the same',
    (all) => withDeed(all, { by: 'third', key: 'run/next', input: '{}' }, 4),
  ],
  [
    'an attempt comes too soon',
    'an attempt follows the failure of the one before',
    (all) => withDeed(all, { by: 'third', attempt: 2 }, 1),
  ],
  [
    'a timer fires early',
    'no timer fires early',
    (all) => withDeed(all, { by: 'third', key: 'run/third', after: ['first'], pauseMs: 5000 }, 4),
  ],
  [
    'a clean-up is left out',
    'a run that ended did all its work',
    (all) => ({ ...all, promised: all.promised.map((one) => ({ ...one, deeds: { undone: 1 } })) }),
  ],
]

test.for(wrongs)('an auditor notices when %s', async ([, promise, spoil]) => {
  expect(audit(spoil(await evidence())).map((violation) => violation.promise)).toContain(promise)
})

function withInstance(all: Evidence, change: Partial<InstanceRecord>): Evidence {
  return {
    ...all,
    file: { ...all.file, instances: all.file.instances.map((one) => ({ ...one, ...change })) },
  }
}

function withHistory(
  all: Evidence,
  change: (history: InstanceRecord['history']) => InstanceRecord['history'],
): Evidence {
  return withInstance(all, { history: change(all.file.instances[0]?.history ?? []) })
}

/** Puts one more beginning, like the first one but for `change`, into the log at `place`. */
function withDeed(all: Evidence, change: Partial<Deed>, place: number): Evidence {
  const [first] = all.deeds
  if (!first) throw new Error('There is nothing in the log')
  return { ...all, deeds: all.deeds.toSpliced(place, 0, { ...first, ...change }) }
}
