import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshRoot } from '../activities/root.ts'
import { runSample, sampleEngine } from './running.ts'

const root = freshRoot()

/** A report that was last changed in November 2023. */
function old(name: string): void {
  const file = join(root(), 'reports', name)
  mkdirSync(join(root(), 'reports'), { recursive: true })
  writeFileSync(file, 'text')
  utimesSync(file, 0, 1_700_000_000)
}

test('old files go to the folder of their month, new ones stay', async () => {
  old('a.md')
  old('b.md')
  writeFileSync(join(root(), 'reports/new.md'), 'text')
  const run = await runSample(await sampleEngine(root()), 'tidy-reports', {})
  expect(run).toMatchObject({ status: 'completed', output: { found: 2, moved: 2, bytes: 8, problems: [] } })
  expect(new Set(readdirSync(join(root(), 'reports'), { recursive: true, encoding: 'utf8' }))).toEqual(
    new Set(['archive', 'archive/2023-11', 'archive/2023-11/a.md', 'archive/2023-11/b.md', 'new.md']),
  )
})

test('a file that cannot be moved is reported, and the others are moved', async () => {
  old('a.md')
  old('b.md')
  mkdirSync(join(root(), 'reports/archive/2023-11/'), { recursive: true })
  writeFileSync(join(root(), 'reports/archive/2023-11/a.md'), 'taken')
  const run = await runSample(await sampleEngine(root()), 'tidy-reports', {})
  expect(run.output).toMatchObject({
    found: 2,
    moved: 1,
    problems: [expect.stringContaining('is there already')],
  })
})

test.for([
  ['a dry run', { dryRun: true }, { found: 1, moved: 0 }],
  ['a folder that does not exist', { folder: 'gone' }, { found: 0, moved: 0 }],
  ['nothing that is old enough', { days: 36500 }, { found: 0, moved: 0 }],
] as const)('%s moves nothing', async ([, input, output]) => {
  old('a.md')
  const run = await runSample(await sampleEngine(root()), 'tidy-reports', input)
  expect(run).toMatchObject({ status: 'completed', output })
  expect(readdirSync(join(root(), 'reports'))).toEqual(['a.md'])
})
