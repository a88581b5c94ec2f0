import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseDocument, stringify } from 'yaml'
import { formatIssue } from '../../engine/language/frame.ts'
import type { Issue } from '../../engine/language/issue.ts'
import { errorMatches, globCovers, isSlip, meantOrKnown, nearest } from '../../engine/language/names.ts'
import { isRange, newestMatching } from '../../engine/language/newest.ts'
import { offsetsOf } from '../../engine/language/offsets.ts'
import { readDefinitions, readWithNeighbours, relativeTo } from '../../engine/language/read.ts'
import { checkAgainst, schemaProblems } from '../../engine/language/schema.ts'
import type { WrittenScalar } from '../../engine/language/written.ts'

describe('names', () => {
  test.for([
    ['call', 'cal', true],
    ['timeout', 'timout', true],
    ['parallel', 'parralel', true],
    ['with', 'wiht', true],
    ['with', 'data', false],
    ['inventory.reserve', 'inventory.resreve', true],
    ['a', 'b', false],
  ] as const)('"%s" for "%s" is a slip: %s', ([right, written, isMeant]) => {
    expect(nearest(written, [right, 'something else'])).toBe(isMeant ? right : undefined)
  })

  test('the nearest of several is meant', () => {
    expect(nearest('chrge', ['change', 'charge', 'chart'])).toBe('charge')
  })

  test('what is known is listed when nothing is near', () => {
    expect(meantOrKnown('x', ['alpha', 'beta'], 'Known')).toBe('Known: "alpha", "beta"')
    expect(meantOrKnown('alpa', ['alpha', 'beta'], 'Known')).toBe('Did you mean "alpha"?')
    expect(meantOrKnown('x', [], 'Known')).toBeUndefined()
  })

  test('plurals and numbers are no slips', () => {
    expect(isSlip('items', ['item'])).toBe(false)
    expect(isSlip('line2', ['line1'])).toBe(false)
    expect(isSlip('custommer', ['customer'])).toBe(true)
  })

  test.for([
    ['*', 'anything.at.all', true],
    ['payment.*', 'payment.declined', true],
    ['payment.*', 'payment.card.declined', true],
    ['payment.*', 'payments.declined', false],
    ['payment.declined', 'payment.declined', true],
    ['payment.declined', 'payment.declinedTwice', false],
    ['*.declined', 'payment.declined', true],
    ['payment', 'payment.declined', false],
  ] as const)('the glob %s on %s: %s', ([glob, type, isMatch]) => {
    expect(errorMatches(glob, type)).toBe(isMatch)
  })

  test('a glob covers another when it matches all that the other does', () => {
    expect(globCovers('a.*', 'a.b.*')).toBe(true)
    expect(globCovers('a.b', 'a.*')).toBe(false)
    expect(globCovers('*', 'a.*')).toBe(true)
    expect(globCovers('a.*', '*')).toBe(false)
  })
})

describe('versions', () => {
  const versions = ['1.0.0', '1.10.0', '1.9.0', '2.0.0-beta.1'].map((version) => ({ name: 'a', version }))

  test.for([
    ['a', '1.10.0'],
    ['a@^1.0', '1.10.0'],
    ['a@1.9.x', '1.9.0'],
    ['a@<1.9', '1.0.0'],
    ['a@>=2.0.0-alpha', '2.0.0-beta.1'],
    ['a@^3', undefined],
    ['b', undefined],
  ] as const)('%s is %s', ([reference, version]) => {
    expect(newestMatching(versions, reference)?.version).toBe(version)
  })

  test('a preview alone is the newest', () => {
    expect(newestMatching(versions.slice(3), 'a')?.version).toBe('2.0.0-beta.1')
  })

  test('a word is no range', () => {
    expect([isRange('^1.0'), isRange('latest'), isRange(' ')]).toEqual([true, false, false])
  })
})

describe('schemas', () => {
  test('defaults are filled in, types are not coerced, the value is left alone', () => {
    const value = { a: 1 }
    const schema = { type: 'object', properties: { a: { type: 'integer' }, b: { default: [2] } } }
    expect(checkAgainst(schema, value)).toEqual({ ok: true, value: { a: 1, b: [2] } })
    expect(value).toEqual({ a: 1 })
    expect(checkAgainst(schema, { a: '1' })).toMatchObject({
      ok: false,
      problems: [{ path: '/a', message: 'must be integer' }],
    })
  })

  test('every problem is told, with its place', () => {
    const schema = {
      type: 'object',
      required: ['a'],
      properties: { b: { type: 'array', items: { enum: ['x', 'y'] } } },
      additionalProperties: false,
    }
    const checked = checkAgainst(schema, { b: ['z'], c: 1 })
    expect(
      checked.ok ? [] : checked.problems.map(({ path, message }) => `${path} ${message}`).toSorted(),
    ).toEqual([' must have "a"', ' must not have "c"', '/b/0 must be one of "x", "y"'])
  })

  test('formats are checked', () => {
    expect(checkAgainst({ format: 'date-time' }, 'yesterday').ok).toBe(false)
    expect(checkAgainst({ format: 'email' }, 'a@example.com').ok).toBe(true)
  })

  test.for([
    ['a type that is none', { type: 'text' }, '/type'],
    ['a remote reference', { properties: { a: { $ref: 'https://example.com/a' } } }, '/properties/a/$ref'],
    ['a reference to nothing', { $ref: '#/$defs/missing' }, '/$ref'],
    ['a text', 'string', ''],
    ['a pattern that is none', { pattern: '(' }, '/pattern'],
  ] as const)('%s is no schema', ([, schema, path]) => {
    expect(schemaProblems(schema)[0]?.path).toBe(path)
  })

  test('a reference in an example is data', () => {
    expect(schemaProblems({ examples: [{ $ref: 'https://example.com' }] })).toEqual([])
  })

  test('two schemas of the same $id do not meet', () => {
    expect(checkAgainst({ $id: 'https://example.com/a', type: 'string' }, 'x').ok).toBe(true)
    expect(checkAgainst({ $id: 'https://example.com/a', type: 'number' }, 'x').ok).toBe(false)
  })

  test('true and false are schemas', () => {
    expect([checkAgainst(true, 1).ok, checkAgainst(false, 1).ok]).toEqual([true, false])
  })
})

describe('offsets', () => {
  const word = fc.stringMatching(/^[a-z$(){}'"\\é]{1,8}$/)
  const text = fc
    .array(fc.tuple(word, fc.constantFrom(' ', '  ', '\n', '\n\n', '\n  ', '\t')))
    .map((parts) => parts.flat().join('').trim())

  test('every visible character of a value is found where it is written, in every style', () => {
    const styles = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_FOLDED', 'BLOCK_LITERAL'] as const
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...styles),
        fc.constantFrom(20, 80),
        (value, defaultStringType, lineWidth) => {
          fc.pre(value !== '')
          const source = stringify({ key: value }, { defaultStringType, lineWidth, defaultKeyType: 'PLAIN' })
          const scalar = scalarIn(source)
          const at = offsetsOf(scalar, source)
          const astray = String(scalar.value)
            .split('')
            .filter((character, index) => {
              const isEscaped = source.charAt(at(index)) === '\\'
              return /\S/.test(character) && !isEscaped && source.charAt(at(index)) !== character
            })
          expect(astray).toEqual([])
        },
      ),
    )
  })

  function scalarIn(source: string): WrittenScalar {
    const node: unknown = parseDocument(source).get('key', true)
    const { range, type, value } = node as { range: [number, number, number]; type: string; value: string }
    const style = { PLAIN: 'plain', QUOTE_SINGLE: 'single', QUOTE_DOUBLE: 'double' }[type] ?? 'block'
    return { type: 'scalar', value, style: style as WrittenScalar['style'], start: range[0], end: range[1] }
  }
})

describe('frames', () => {
  const issue: Issue = {
    code: 'a.b',
    severity: 'error',
    file: 'a.yaml',
    line: 2,
    column: 3,
    endLine: 2,
    endColumn: 7,
    message: 'Wrong',
    hint: 'Right',
  }

  test('an issue is shown with its characters underlined', () => {
    expect(formatIssue(issue, 'one\n  twos\nthree\n')).toBe(
      'a.yaml:2:3  a.b\n  Wrong\n  Right\n  2 |   twos\n    |   ^^^^',
    )
  })

  test('several lines are underlined, and long ones cut', () => {
    const lines = Array.from({ length: 9 }, (_, line) => `  line ${line}`)
    const shown = formatIssue({ ...issue, line: 1, endLine: 9, endColumn: 3 }, lines.join('\n')).split('\n')
    expect(shown.slice(3)).toEqual([
      '  1 |   line 0',
      '    |   ^^^^^^',
      '  2 |   line 1',
      '    |   ^^^^^^',
      '  3 |   line 2',
      '    |   ^^^^^^',
      '  4 |   line 3',
      '    |   ^^^^^^',
      '    | …',
    ])
    const wide = formatIssue(
      { ...issue, line: 1, column: 201, endLine: 1, endColumn: 203 },
      `${'a'.repeat(200)}bb${'c'.repeat(200)}`,
    )
    expect(wide.split('\n').slice(3)).toEqual([
      `  1 | …${'a'.repeat(60)}bb${'c'.repeat(40)}…`,
      `    | ${' '.repeat(61)}^^`,
    ])
  })

  test('wide characters take two columns, and what could steer a terminal is not shown', () => {
    const shown = formatIssue({ ...issue, line: 1, column: 4, endLine: 1, endColumn: 5 }, '日本 x\u001B[2J')
    expect(shown.split('\n').slice(3)).toEqual(['  1 | 日本 x [2J', '    |      ^'])
  })

  test('colours are used when asked for, and warnings say so', () => {
    expect(formatIssue({ ...issue, severity: 'warning' }, 'a\nb')).toContain('a.b (warning)')
    expect(formatIssue(issue, 'a\nb', { color: true })).toContain('\u001B[31ma.b\u001B[0m')
  })
})

describe('reading', () => {
  async function folder(files: Readonly<Record<string, string>>): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'longhaul-'))
    onTestFinished(() => rm(path, { recursive: true }))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(path, name, '..'), { recursive: true })
      await writeFile(join(path, name), text)
    }
    return path
  }

  test('definitions are read from folders, sorted, without tests and hidden files', async () => {
    const path = await folder({
      'b.yaml': '2',
      'a.yml': '1',
      'a.test.yaml': '',
      'c.txt': '',
      '.d.yaml': '',
      'sub/e.yaml': '3',
      'node_modules/f.yaml': '',
    })
    const sources = relativeTo(path, await readDefinitions([path, join(path, 'b.yaml')]))
    expect(sources).toEqual([
      { file: 'a.yml', text: '1' },
      { file: 'b.yaml', text: '2' },
      { file: 'sub/e.yaml', text: '3' },
    ])
  })

  test('a single file is read with its neighbours', async () => {
    const path = await folder({ 'a.yaml': '1', 'b.yaml': '2' })
    const read = await readWithNeighbours([join(path, 'b.yaml')])
    expect(read.sources.map(({ file, text }) => [text, read.isAsked(file)])).toEqual([
      ['1', false],
      ['2', true],
    ])
  })

  test('a path that is not there is refused', async () => {
    await expect(readDefinitions(['/nowhere/at/all'])).rejects.toMatchObject({ code: 'usage' })
  })
})
