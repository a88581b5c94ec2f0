import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { exampleCatalog } from '../../engine/language/codes.ts'
import { compile } from '../../engine/language/compile.ts'
import { formatIssue } from '../../engine/language/frame.ts'
import type { Issue } from '../../engine/language/issue.ts'
import { program } from './programs.ts'

/** Compiles anything; gives the issues that do not stand inside the text, or cannot be shown. */
function astray(text: string): readonly Issue[] {
  const { issues } = compile([{ file: 'any.yaml', text }], exampleCatalog)
  const last = text.split('\n').length + 1
  return issues.filter((issue) => {
    const isInside = issue.line >= 1 && issue.endLine <= last && issue.column >= 1
    const isForward =
      issue.endLine > issue.line || (issue.endLine === issue.line && issue.endColumn > issue.column)
    return !isInside || !isForward || !formatIssue(issue, text).includes(issue.code)
  })
}

test('a program in which anything was cut, doubled or replaced is compiled or refused, never a crash', () => {
  const piece = fc.constantFrom(
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ': ',
    ' #',
    '${',
    '\n',
    '  ',
    '- ',
    '&a ',
    '*a',
    '|',
    '\t',
    '\r\n',
    '$',
    '(',
    'if: ',
    '💥',
  )
  fc.assert(
    fc.property(program, fc.nat(), fc.nat({ max: 30 }), piece, (definition, at, length, inserted) => {
      const text = stringify(definition, { lineWidth: 60 })
      const start = at % text.length
      expect(astray(`${text.slice(0, start)}${inserted}${text.slice(start + length)}`)).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('any JSON under any key is compiled or refused, never a crash', () => {
  const key = fc.constantFrom(
    'name',
    'steps',
    'input',
    'vars',
    'catch',
    'retries',
    'defaults',
    'functions',
    'schedule',
    'tool',
    'secrets',
    'config',
    'timeout',
  )
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (definition) => {
      expect(astray(stringify({ name: 'any', ...definition }))).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('any JSON as a step or in a step is compiled or refused, never a crash', () => {
  const key = fc.constantFrom(
    'call',
    'with',
    'set',
    'if',
    'then',
    'switch',
    'forEach',
    'loop',
    'parallel',
    'race',
    'try',
    'wait',
    'waitFor',
    'ask',
    'emit',
    'fail',
    'return',
    'break',
    'retry',
    'catch',
    'finally',
    'compensate',
    'id',
    'timeout',
  )
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()))), {
        maxLength: 4,
      }),
      (steps) => {
        expect(astray(stringify({ name: 'any', steps }))).toEqual([])
      },
    ),
    { numRuns: 150 },
  )
})

test.for([
  ['nothing', ''],
  ['white space', ' \n\t\n'],
  ['a mark of the byte order', '\uFEFFname: a\nsteps: [{ wait: 5 }]\n'],
  ['a scalar', 'hello'],
  ['a list', '- wait: 1s\n'],
  ['ten thousand brackets', `steps: ${'['.repeat(10_000)}`],
  ['ten thousand levels', Array.from({ length: 10_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
  ['steps a thousand deep', `name: a\nsteps: ${'[{try: '.repeat(1000)}[{wait: 1s}]${'}]'.repeat(1000)}`],
  [
    'an expression a thousand deep',
    `name: a\nsteps: [{ return: "\${ ${'('.repeat(1000)}1${')'.repeat(1000)} }" }]`,
  ],
  [
    'the name of a prototype',
    'name: a\n__proto__: 1\nvars: { constructor: 1, toString: 2 }\nsteps: [{ return: "${ $vars.toString & $constructor & $steps.toString }" }]\n',
  ],
  ['an alias in itself', 'name: a\nsteps: &a [{ try: *a }]\n'],
] as const)('%s is compiled or refused, never a crash', ([, text]) => {
  expect(astray(text)).toEqual([])
})
