import { expect, test } from 'vitest'
import { codes } from '../../engine/language/codes.ts'
import { command } from '../support/shell.ts'

test.for(Object.keys(codes))('explain %s shows what "validate" says to the bad example', async (code) => {
  const { code: exit, out } = await command(['explain', code], { cwd: '/' })
  const [bad = '', good = ''] = out.split(/^good$/m)
  expect(exit).toBe(0)
  expect(bad).toMatch(
    new RegExp(`^  (?:example|other-\\d)\\.yaml:\\d+:\\d+ {2}${code.replace('.', '\\.')}`, 'm'),
  )
  expect(bad).toMatch(/^\s*\|\s+\^+/m)
  expect(good).not.toContain(code)
})

test('explain --json gives the entry of a code', async () => {
  const { out } = await command(['explain', 'key.unknown', '--json'], { cwd: '/' })
  expect(JSON.parse(out)).toEqual({ code: 'key.unknown', ...codes['key.unknown'] })
})
