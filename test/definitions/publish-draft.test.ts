import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../engine/engine.ts'
import type { Json } from '../../engine/json.ts'
import type { Question, Run } from '../../engine/run.ts'
import { freshRoot } from '../activities/root.ts'
import { begin, copyInto, sampleEngine } from './running.ts'

const root = freshRoot()

async function review(input: Json = {}): Promise<{ engine: Engine; id: string }> {
  copyInto(root(), 'definitions/data/draft.md')
  const engine = await sampleEngine(root())
  const { id } = await begin(engine, 'publish-draft', input)
  return { engine, id }
}

/** The run once `holds` is true of it. */
async function until(engine: Engine, id: string, holds: (run: Run) => boolean): Promise<Run> {
  for await (const run of engine.client.watch(id)) if (holds(run)) return run
  throw new Error('the run ended before')
}

async function question(engine: Engine, id: string, not?: Question): Promise<Question> {
  const asks = (run: Run) => run.report.questions?.find(({ key }) => key !== not?.key)
  const asked = asks(await until(engine, id, (run) => asks(run) !== undefined))
  if (!asked) throw new Error('no question')
  return asked
}

test('an editor who likes the draft gets a page', async () => {
  const { engine, id } = await review()
  const asked = await question(engine, id)
  expect(asked.prompt).toBe(
    'Publish "Work that survives a restart" with its 271 words?\nNo problems were found.',
  )
  await engine.client.answer(id, asked.key, { verdict: 'publish' })
  expect(await engine.client.wait(id)).toMatchObject({
    status: 'completed',
    output: { status: 'published', page: 'reports/draft.html' },
  })
  expect(readFileSync(join(root(), 'reports/draft.html'), 'utf8')).toContain(
    '<h2>Write down what happened</h2>',
  )
})

test('an editor who wants changes is asked again, and may then reject', async () => {
  const { engine, id } = await review()
  const first = await question(engine, id)
  await engine.client.answer(id, first.key, { verdict: 'revise', note: 'shorter' })
  await engine.client.raise(id, 'draft-revised', {})
  const second = await question(engine, id, first)
  await engine.client.answer(id, second.key, { verdict: 'reject', note: 'still too long' })
  expect(await engine.client.wait(id)).toMatchObject({
    output: { status: 'rejected', note: 'still too long' },
  })
  expect(existsSync(join(root(), 'reports'))).toBe(false)
})

test('an answer that is none is refused, and a page can wait for its time', async () => {
  const publishAt = new Date(Date.now() + 1000).toISOString()
  const { engine, id } = await review({ publishAt })
  const { key } = await question(engine, id)
  await expect(engine.client.answer(id, key, { verdict: 'perhaps' })).rejects.toMatchObject({
    code: 'answer.invalid',
  })
  await engine.client.answer(id, key, { verdict: 'publish' })
  const run = await engine.client.wait(id)
  expect(run).toMatchObject({ output: { status: 'published' } })
  expect(run.updatedAt >= publishAt).toBe(true)
})
