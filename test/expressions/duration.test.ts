import { expect, test } from 'vitest'
import { parseDuration, parseTimestamp } from '../../engine/expressions/duration.ts'

test.for([
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  ['500ms', 500],
  ['1m500ms', 60_500],
  ['1.5h', 5_400_000],
  ['0s', 0],
  ['PT1H', 3_600_000],
  ['P1DT2H', 93_600_000],
  ['PT0.5S', 500],
  ['P2W', 1_209_600_000],
  [{ hours: 1 }, 3_600_000],
  [{ day: 1, minutes: 30 }, 88_200_000],
  [{ milliseconds: 5 }, 5],
] as const)('%j is %i ms', ([text, ms]) => {
  expect(parseDuration(text)).toBe(ms)
})

test.for([
  ['5'],
  [5],
  [''],
  ['s'],
  ['-5s'],
  ['5 s'],
  ['30m1h'],
  ['1h1h'],
  ['1x'],
  ['1h30'],
  ['P'],
  ['PT'],
  ['P1M'],
  ['P1Y'],
  ['PT1H30'],
  ['PT1..5S'],
  ['9'.repeat(30) + 'd'],
  [{}],
  [{ hours: '1' }],
  [{ hours: -1 }],
  [{ fortnights: 1 }],
  [null],
  [true],
  [['1h']],
] as const)('%j is no duration', ([text]) => {
  expect(parseDuration(text)).toBeUndefined()
})

test.for([
  ['2030-01-31T12:00:00Z', Date.UTC(2030, 0, 31, 12)],
  ['2030-01-31T12:00Z', Date.UTC(2030, 0, 31, 12)],
  ['2030-01-31 12:00:00+01:30', Date.UTC(2030, 0, 31, 10, 30)],
  ['2030-01-31T12:00:00-0500', Date.UTC(2030, 0, 31, 17)],
  ['2030-01-31T12:00:00.123456z', Date.UTC(2030, 0, 31, 12, 0, 0, 123)],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
] as const)('%s is an instant', ([text, ms]) => {
  expect(parseTimestamp(text)).toBe(ms)
})

test.for([
  '2030-01-31T12:00:00',
  '2030-01-31',
  '2030-02-30T12:00:00Z',
  '2030-02-29T12:00:00Z',
  '2030-13-01T12:00:00Z',
  '2030-00-01T12:00:00Z',
  '2030-01-00T12:00:00Z',
  '2030-01-31T24:00:00Z',
  '2030-01-31T12:60:00Z',
  '2030-01-31T12:00:60Z',
  '2030-01-31T12:00:00+25:00',
  'tomorrow',
  1_900_000_000_000,
  null,
])('%j is no instant', (text) => {
  expect(parseTimestamp(text)).toBeUndefined()
})
