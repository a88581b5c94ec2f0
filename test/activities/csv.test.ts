import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { perform } from './perform.ts'
import { freshRoot } from './root.ts'
import { sales } from './sales.ts'

const root = freshRoot()
const file = (name: string, text: string): void => writeFileSync(join(root(), name), text)

const small = 'name,units\nAda,1\n"Bo, Jr.",2\n"two\nlines",3\n\nÉve,4\n'

test('the sample of sales is the one that its script makes', () => {
  expect(readFileSync('definitions/data/sales.csv', 'utf8')).toBe(sales().csv)
})

describe('csv.split', () => {
  test('cuts between rows, wherever quotes, line breaks and accents lie', async () => {
    file('a.csv', small)
    const split = await perform('csv.split', { path: 'a.csv', rows: 2 })
    expect(split).toMatchObject({
      columns: ['name', 'units'],
      rows: 4,
      chunks: [
        { start: 11, linesBefore: 1, rows: 2 },
        { linesBefore: 3, rows: 2, end: Buffer.byteLength(small) },
      ],
    })
  })

  test.for([1, 2, 3, 4, 5])('chunks of %i hold all rows once', async (rows) => {
    file('a.csv', small)
    const whole = await perform('csv.read', { path: 'a.csv' })
    const { chunks } = Object(await perform('csv.split', { path: 'a.csv', rows }))
    const parts = await Promise.all(
      chunks.map((chunk: object) => perform('csv.read', { path: 'a.csv', chunk })),
    )
    expect(parts.flatMap((part: object) => Object(part).rows)).toEqual(Object(whole).rows)
    expect(Object(whole).rows).toHaveLength(4)
  })

  test('a byte order mark, CRLF and semicolons are understood', async () => {
    file('a.csv', '\uFEFFname;units\r\nAda;1\r\nBo;2')
    const split = { path: 'a.csv', delimiter: ';', rows: 1 }
    expect(await perform('csv.split', split)).toMatchObject({
      columns: ['name', 'units'],
      chunks: [
        { start: 15, end: 22, rows: 1 },
        { start: 22, end: 26, rows: 1 },
      ],
    })
  })

  test('a file of nothing but names has no chunks', async () => {
    file('a.csv', 'name,units\n')
    expect(await perform('csv.split', { path: 'a.csv' })).toMatchObject({ rows: 0, chunks: [] })
    expect(await perform('csv.summarize', { path: 'a.csv', sum: ['units'] })).toMatchObject({
      sums: { units: 0 },
    })
  })

  test.for([
    ['nothing', '', 'csv.invalid', '"a.csv" is empty: its first row must name the columns'],
    ['a name twice', 'a,b,a\n1,2,3\n', 'csv.invalid', '"a.csv" has two columns called "a"'],
    [
      'an open quote',
      'a,b\n1,"2\n',
      'csv.invalid',
      expect.stringMatching(/"a.csv" is not CSV near line \d: Quote Not Closed/),
    ],
    [
      'too many chunks',
      `a\n${'1\n'.repeat(1001)}`,
      'csv.tooManyChunks',
      expect.stringContaining('ask for at least 2 rows in each'),
    ],
  ] as const)('%s is an error', async ([, text, type, message]) => {
    file('a.csv', text)
    const split = perform('csv.split', { path: 'a.csv', rows: 1 })
    await expect(split).rejects.toMatchObject({ type, message, retryable: false })
  })

  test('a file that is not there is the error of every file', async () => {
    await expect(perform('csv.split', { path: 'a.csv' })).rejects.toMatchObject({ type: 'file.notFound' })
  })

  test('tells how far it is with a large file, and stops when it is told to', async () => {
    file('a.csv', `n\n${'1\n'.repeat(200_000)}`)
    const lines: string[] = []
    const controller = new AbortController()
    const progress = (line: string): void => {
      lines.push(line)
      controller.abort(new Error('enough'))
    }
    const split = perform('csv.split', { path: 'a.csv', rows: 1000 }, { progress, signal: controller.signal })
    await expect(split).rejects.toThrow('enough')
    expect(lines).toEqual(['Read 100000 rows of a.csv'])
  })
})

describe('csv.read', () => {
  test('gives a page, and where the next one begins', async () => {
    file('a.csv', small)
    expect(await perform('csv.read', { path: 'a.csv', from: 2, limit: 2 })).toEqual({
      columns: ['name', 'units'],
      rows: [
        { name: 'Bo, Jr.', units: '2' },
        { name: 'two\nlines', units: '3' },
      ],
      next: 4,
    })
    expect(await perform('csv.read', { path: 'a.csv', from: 4 })).toMatchObject({ next: null })
  })
})

describe('csv.write', () => {
  test('writes what csv.read reads', async () => {
    const rows = [
      { name: 'a "quoted", one', units: '1' },
      { name: 'two\nlines', units: '' },
    ]
    expect(await perform('csv.write', { path: 'out/a.csv', rows })).toMatchObject({ rows: 2, bytes: 46 })
    expect(await perform('csv.read', { path: 'out/a.csv' })).toMatchObject({ rows })
  })

  test('writes the columns that were asked for, even without rows', async () => {
    const columns = ['units', 'name', 'isOpen']
    await perform('csv.write', {
      path: 'a.csv',
      columns,
      rows: [{ name: 'Ada', other: 1, units: 2, isOpen: true }],
    })
    await perform('csv.write', { path: 'b.csv', columns, rows: [] })
    expect(readFileSync(join(root(), 'a.csv'), 'utf8')).toBe('units,name,isOpen\n2,Ada,true\n')
    expect(readFileSync(join(root(), 'b.csv'), 'utf8')).toBe('units,name,isOpen\n')
  })
})

describe('csv.summarize', () => {
  const row = {
    properties: {
      date: { format: 'date' },
      region: { enum: ['n', 's'] },
      units: { type: 'integer', minimum: 1 },
    },
  }
  const input = { path: 'a.csv', row, groupBy: ['region', 'date'], sum: ['units', 'amount'] }

  test('checks, counts and sums, once for each grouping', async () => {
    file('a.csv', 'date,region,units,amount\n2025-01-01,s,2,0.1\n2025-01-02,n,3,0.2\n2025-01-01,s,4,0.7\n')
    expect(await perform('csv.summarize', input)).toEqual({
      rows: 3,
      accepted: 3,
      rejected: 0,
      problems: [],
      sums: { units: 9, amount: 1 },
      groups: {
        region: [
          { key: 'n', rows: 1, sums: { units: 3, amount: 0.2 } },
          { key: 's', rows: 2, sums: { units: 6, amount: 0.8 } },
        ],
        date: [
          { key: '2025-01-01', rows: 2, sums: { units: 6, amount: 0.8 } },
          { key: '2025-01-02', rows: 1, sums: { units: 3, amount: 0.2 } },
        ],
      },
    })
  })

  test.for([
    ['2025-02-30,s,1,1', 'date', '2025-02-30', 'must match format "date"'],
    ['2025-01-01,x,1,1', 'region', 'x', 'must be one of n, s'],
    ['2025-01-01,s,0,1', 'units', '0', 'must be >= 1'],
    ['2025-01-01,s,,1', 'units', '', 'must be integer'],
    ['2025-01-01,s,1,', 'amount', '', 'is not a number'],
    ['2025-01-01,s,1,n/a', 'amount', 'n/a', 'is not a number'],
    ['2025-01-01,s,1', '', '2025-01-01,s,1', 'has 3 values where there are 4 columns'],
    ['2025-01-01,s,1,1,1', '', '2025-01-01,s,1,1,1', 'has 5 values where there are 4 columns'],
  ])('%j is rejected at its line', async ([line, column, value, message]) => {
    file('a.csv', `date,region,units,amount\n2025-01-01,s,2,5\n${line}\n`)
    expect(await perform('csv.summarize', input)).toMatchObject({
      accepted: 1,
      rejected: 1,
      problems: [{ line: 3, column, value, message }],
      sums: { amount: 5 },
    })
  })

  test('lists no more problems than it was asked for, and counts all', async () => {
    file('a.csv', `date,region,units,amount\n${'x,s,1,1\n'.repeat(7)}`)
    const summary = await perform('csv.summarize', { ...input, maxProblems: 2 })
    expect(summary).toMatchObject({ rejected: 7, problems: [{ line: 2 }, { line: 3 }] })
  })

  test('the chunks of the sample add up to what is known about it', async () => {
    file('sales.csv', sales().csv)
    const split = Object(await perform('csv.split', { path: 'sales.csv', rows: 700 }))
    const parts = await Promise.all(
      split.chunks.map(async (chunk: object) => {
        const { version } = split
        return perform('csv.summarize', { ...salesInput, version, chunk })
      }),
    )
    const total = (key: string) => parts.reduce((sum, part) => sum + Object(part)[key], 0)
    expect(parts).toHaveLength(8)
    expect(total('rows')).toBe(sales().rows)
    expect(total('rejected')).toBe(sales().rejected)
    const revenue = parts.reduce((sum, part) => sum + Object(part).sums.amount, 0)
    expect(revenue).toBeCloseTo(sales().revenue, 6)
    const whole = Object(await perform('csv.summarize', salesInput))
    expect(parts.flatMap((part) => Object(part).problems)).toEqual(whole.problems)
    expect(whole.groups.region.find(({ key }: { key: string }) => key === 'east')).toEqual({
      key: 'east',
      rows: sales().regions['east']?.orders,
      sums: { amount: sales().regions['east']?.revenue },
    })
  })

  test('a file that changed since it was split is refused', async () => {
    file('a.csv', small)
    const { version } = Object(await perform('csv.split', { path: 'a.csv' }))
    expect(await perform('csv.summarize', { path: 'a.csv', version })).toMatchObject({ rows: 4 })
    utimesSync(join(root(), 'a.csv'), 0, 1_700_000_000)
    await expect(perform('csv.summarize', { path: 'a.csv', version })).rejects.toMatchObject({
      type: 'csv.changed',
      retryable: false,
    })
  })

  test.for([
    [
      { path: 'a.csv', groupBy: ['unit'] },
      'csv.unknownColumn',
      '"a.csv" has no column "unit"; its columns are name, units',
    ],
    [
      { path: 'a.csv', row: { type: 'strnig' } },
      'csv.invalidSchema',
      expect.stringContaining('"row" is not a JSON Schema'),
    ],
  ] as const)('%j is the error %s', async ([wrong, type, message]) => {
    file('a.csv', small)
    await expect(perform('csv.summarize', wrong)).rejects.toMatchObject({ type, message, retryable: false })
  })
})

const salesInput = {
  path: 'sales.csv',
  row: {
    properties: {
      date: { type: 'string', format: 'date' },
      region: { enum: ['north', 'east', 'south', 'west', 'online'] },
      units: { type: 'integer', minimum: 1 },
      amount: { type: 'number', exclusiveMinimum: 0 },
    },
  },
  groupBy: ['region'],
  sum: ['amount'],
}
