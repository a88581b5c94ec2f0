import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codes } from '../../engine/language/codes.ts'
import { repository } from '../support/process.ts'
import { codesPage } from './codes-page.ts'
import { examplesIn, pageOf } from './page.ts'

test('docs/codes.md says what the code says; `npx vitest run test/docs -u` writes it', async () => {
  await expect(codesPage()).toMatchFileSnapshot(join(repository, 'docs/codes.md'))
})

test('every code has a section, and no family is left out', () => {
  const sections = [...codesPage().matchAll(/^### (.+)$/gm)].map(([, code = '']) => code)
  expect(new Set(sections)).toEqual(new Set(Object.keys(codes)))
  expect(sections).toHaveLength(Object.keys(codes).length)
})

test('the codes that the reference names are codes', () => {
  const named = examplesIn(pageOf('language.md')).flatMap(({ code }) => code ?? [])
  expect(named.filter((code) => !Object.hasOwn(codes, code))).toEqual([])
})
