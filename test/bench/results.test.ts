import { expect, test } from 'vitest'
import { bestPeer, type PeerNote, type Results, type Row, summary } from '../../bench/report.ts'
import { told } from '../../bench/results.ts'
import { judged, unmeasured } from '../../bench/targets.ts'

const peer = { version: '1.0.0', settings: 'as shipped', onOurHub: false }
const peers: readonly PeerNote[] = [
  { ...peer, name: 'restate', title: 'Restate' },
  { ...peer, name: 'dbos', title: 'DBOS' },
  { ...peer, name: 'byHand', title: 'By hand', onOurHub: true },
]

function row(ours: number, floor: number, others: Readonly<Record<string, number>> = {}): Row {
  const all = Object.entries(others).map(([name, ms]) => [name, summary([ms])] as const)
  return {
    id: 'W1',
    title: 'sequence',
    size: 1_000,
    ours: summary([ours]),
    floor: summary([floor]),
    peers: Object.fromEntries(all),
  }
}

function results(...rows: Row[]): Results {
  return { at: '2026-01-01', machine: 'a machine', load: { before: 0, after: 0 }, rows, facts: [], peers }
}

test('a summary tells the median, the extremes and the 99th percentile, in any order', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => ((n * 37) % 100) + 1)
  expect(summary(hundred)).toEqual({ median: 51, min: 1, max: 100, p99: 100, count: 100 })
})

test('the best peer is the fastest that was measured and has a hub of its own', () => {
  expect(bestPeer(row(1, 1, { restate: 5, dbos: 3, byHand: 2 }), peers)).toEqual({ title: 'DBOS', ms: 3 })
  expect(bestPeer(row(1, 1, { byHand: 2 }), peers)).toBeUndefined()
})

test.for([
  [row(500, 300), 'W1 at 1,000, times the floor: 1.67; wanted: at most 2; **reached**.'],
  [row(900, 300), 'W1 at 1,000, times the floor: 3.00; wanted: at most 2; **not reached**.'],
  [
    row(500, 300, { restate: 1_500, dbos: 600 }),
    'W1 at 1,000, times faster than the best peer: 1.20; wanted: at least 1.3; **not reached**.',
  ],
  [
    row(500, 300, { restate: 1_500, dbos: 600 }),
    'W1 at 1,000, times faster than Restate: 3.00; wanted: at least 2.5; **reached**.',
  ],
] as const)('a target is held against the figure of the run: %j', ([measured, sentence]) => {
  expect(judged(results(measured))).toContain(sentence)
})

test('a target that nothing was measured for is not judged', () => {
  const alone = results(row(500, 300))
  expect(judged(alone)).toHaveLength(1)
  expect(unmeasured(alone)).toContain('W1 at 1,000, times faster than Restate')
  expect(unmeasured(alone)).not.toContain('W1 at 1,000, times the floor')
})

test('a peer that could not be measured says why', () => {
  const missing = { ...peer, name: 'dbos', title: 'DBOS', missing: 'there is no "initdb"' }
  const text = told({ ...results(row(500, 300)), peers: [missing] })
  expect(text).toContain('**DBOS 1.0.0**: as shipped. Not measured, or only in part: there is no "initdb".')
})
