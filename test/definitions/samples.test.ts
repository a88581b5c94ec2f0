import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { activities } from '../../activities/index.ts'
import { compile } from '../../engine/language/compile.ts'
import { formatIssue } from '../../engine/language/frame.ts'
import { catalogOf } from '../../engine/worker/registry.ts'

const sources = globSync('definitions/*.yaml', { exclude: ['**/*.test.yaml'] }).map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}))
const { definitions, issues } = compile(sources, catalogOf(activities))

test.for(sources)('$file has neither errors nor warnings', ({ file, text }) => {
  expect(issues.filter((issue) => issue.file === file).map((issue) => formatIssue(issue, text))).toEqual([])
})

test.for(sources)(
  '$file tells editors its schema, and people and models what it is for',
  ({ file, text }) => {
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/schemas\/workflow\.schema\.json\n/)
    const definition = definitions.find((one) => one.file === file)
    expect(definition).toMatchObject({
      title: expect.any(String),
      description: expect.stringMatching(/\w{3}.+\.$/),
    })
    expect(definition?.input).toMatchObject({ type: 'object', additionalProperties: false })
    expect(definition?.output).toMatchObject({ type: 'object' })
    expect(text.split('\n').length).toBeLessThan(160)
  },
)

describe('together the samples show', () => {
  const keys = `
    call set if forEach loop parallel wait try fail return ask waitFor switch
    then else id retry catch finally timeout progress result compensate keep saga concurrency tolerate
    vars defaults retries functions schedule input output tool`
  test.for(keys.trim().split(/\s+/))('%s', (key) => {
    expect(sources.filter(({ text }) => new RegExp(`^[ -]*${key}:`, 'm').test(text))).not.toEqual([])
  })
})
