import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { exampleCatalog } from '../../engine/language/codes.ts'
import { compile } from '../../engine/language/compile.ts'
import { formatIssue } from '../../engine/language/frame.ts'
import type { Issue } from '../../engine/language/issue.ts'
import { program } from './programs.ts'

const issuesIn = (text: string): readonly Issue[] =>
  compile([{ file: 'generated.yaml', text }], exampleCatalog).issues

test('a program that is right has no issue', () => {
  fc.assert(
    fc.property(program, fc.constantFrom(40, 80, 200), (definition, lineWidth) => {
      const text = stringify(definition, { lineWidth })
      expect(issuesIn(text).map((issue) => formatIssue(issue, text))).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('one misspelt key of a program is an error in its line', () => {
  fc.assert(
    fc.property(program, fc.nat(), (definition, choice) => {
      const text = stringify(definition, { lineWidth: 0 })
      const keys = [...text.matchAll(languageKey)]
      const slip = keys[choice % keys.length]
      fc.pre(slip !== undefined)
      const at = (slip?.index ?? 0) + (slip?.[0].length ?? 0) - 1
      const broken = `${text.slice(0, at)}x${text.slice(at)}`
      const line = broken.slice(0, at).split('\n').length
      const found = issuesIn(broken).filter(({ severity }) => severity === 'error')
      expect(found.map((issue) => issue.line)).toContain(line)
    }),
    { numRuns: 200 },
  )
})

/** Keys that cannot be names of the author's in what the generator makes. */
const languageKey =
  /^ *(?:- )*(?:call|with|retry|forEach|in|concurrency|tolerate|loop|every|backoff|parallel|race|try|saga|catch|on|when|then|else|switch|wait|waitFor|event|match|ask|prompt|emit|to|compensate|progress|finally|timeout|keep|need):/gm
