import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshRoot } from '../activities/root.ts'
import { sales } from '../activities/sales.ts'
import { copyInto, runSample, sampleEngine } from './running.ts'

const root = freshRoot()

test('the sample of sales gives the totals that its script knows, and a report', async () => {
  copyInto(root(), 'definitions/data/sales.csv')
  const engine = await sampleEngine(root())
  const run = await runSample(engine, 'csv-report', {})
  const { rows, rejected, revenue, regions } = sales()
  const ranking = Object.entries(regions)
    .map(([name, group]) => ({ name, ...group }))
    .toSorted((a, b) => b.revenue - a.revenue)
  expect(run).toMatchObject({
    status: 'completed',
    output: {
      rows,
      accepted: rows - rejected,
      rejected,
      revenue,
      regions: ranking,
      report: 'reports/sales.md',
    },
  })
  const report = readFileSync(join(root(), 'reports/sales.md'), 'utf8')
  expect(report).toContain('4931 of the 5000 rows')
  expect(report).toContain('a revenue of\n662,334.71.')
  expect(report).toContain(`| ${ranking[0]?.name} | ${ranking[0]?.orders} | ${ranking[0]?.revenue} |`)
  const list = readFileSync(join(root(), 'reports/sales-rejected.csv'), 'utf8').trim().split('\n')
  expect(list).toHaveLength(rejected + 1)
})

test('one good row is a report too, and one bad row as well', async () => {
  const engine = await sampleEngine(root())
  const header = 'date,region,product,units,amount\n'
  writeFileSync(join(root(), 'good.csv'), `${header}2025-01-01,north,tea,1,6.5\n`)
  writeFileSync(join(root(), 'bad.csv'), `${header}2025-01-01,north,tea,0,6.5\n`)
  expect(await runSample(engine, 'csv-report', { file: 'good.csv' })).toMatchObject({
    output: {
      rows: 1,
      rejected: 0,
      regions: [{ name: 'north', orders: 1, revenue: 6.5 }],
      products: [{ name: 'tea' }],
    },
  })
  expect(await runSample(engine, 'csv-report', { file: 'bad.csv' })).toMatchObject({
    output: { rows: 1, accepted: 0, rejected: 1, revenue: 0, regions: [], products: [] },
  })
})

test.for([
  ['date,region,product,units,amount\n', { type: 'report.noRows' }],
  ['a,b\n1,2\n', { type: 'csv.unknownColumn', message: expect.stringContaining('no column "region"') }],
] as const)('%j is no report', async ([text, error]) => {
  writeFileSync(join(root(), 'a.csv'), text)
  const run = await runSample(await sampleEngine(root()), 'csv-report', { file: 'a.csv' })
  expect(run).toMatchObject({ status: 'failed', error })
})
