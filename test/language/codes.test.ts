import { expect, test } from 'vitest'
import { type CodeEntry, codeEntry, codes } from '../../engine/language/codes.ts'
import { issuesOf } from './marked.ts'

const entries = Object.entries<CodeEntry>(codes)

test.for(entries)('the bad example of %s gives that issue and no other', ([code, { bad, severity }]) => {
  const issues = issuesOf(bad)
  expect(new Set(issues.map((issue) => issue.code))).toEqual(new Set([code]))
  expect(issues[0]?.severity).toBe(severity)
})

test.for(entries)('the good example of %s is clean', ([, { good }]) => {
  expect(issuesOf(good)).toEqual([])
})

test.for(entries)('%s is explained in sentences', ([code, { title, means }]) => {
  expect(code).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/)
  expect(title).toMatch(/[^.]$/)
  expect(means).toMatch(/\.$/)
})

test('an entry is found by its code, and only by one that there is', () => {
  expect(codeEntry('key.unknown')?.title).toBe('An unknown key')
  expect(codeEntry('toString')).toBeUndefined()
})
