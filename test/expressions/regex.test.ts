import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Meter } from '../../engine/expressions/meter.ts'
import { firstMatch } from '../../engine/expressions/regex/match.ts'
import { regexDanger, regexOf } from '../../engine/expressions/regex/regex.ts'

/** All matches, as JSONata asks for them. */
function ours(source: string, flags: string, text: string): unknown {
  const { program, danger } = regexOf(source, flags)
  if (!program) throw new Error(danger)
  const match = firstMatch(program, text, 0, new Meter())
  return match && [match.start, text.slice(match.start, match.end), ...match.groups]
}

function hosts(source: string, flags: string, text: string): unknown {
  const match = new RegExp(source, flags).exec(text)
  return match === null ? undefined : [match.index, ...match]
}

const atom = fc.constantFrom(
  ...String.raw`a b c A . \d \w \s \W [ab] [^a] [a-c1] 1 ß é \n (?:) \b \B ^ $`.split(' '),
)
const pattern = fc.letrec<Record<'pattern' | 'piece' | 'quantified', string>>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'regex' },
    tie('piece'),
    fc.tuple(tie('pattern'), tie('piece')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
  ),
  piece: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'regex' },
    atom,
    tie('quantified'),
    tie('pattern').map((inner) => `(${inner})`),
    fc
      .tuple(fc.constantFrom('?=', '?!', '?<=', '?<!'), tie('pattern'))
      .map(([look, inner]) => `(${look}${inner})`),
    fc.constantFrom('\\1', '\\2'),
  ),
  quantified: fc
    .tuple(
      fc.oneof(
        fc.constantFrom('a', 'b', '.', '[ab]', '\\w'),
        tie('pattern').map((inner) => `(${inner})`),
      ),
      fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,3}', '{2,}'),
      fc.constantFrom('', '?'),
    )
    .map((parts) => parts.join('')),
})).pattern

test('a regex matches what the host would match', () => {
  let compared = 0
  fc.assert(
    fc.property(
      pattern,
      fc.constantFrom('', 'i', 'm', 'im'),
      fc.stringMatching(/^[abcAB1 \nßé]{0,12}$/),
      (source, flags, text) => {
        if (regexDanger(source, flags) !== undefined) return
        compared++
        expect(ours(source, flags, text)).toEqual(hosts(source, flags, text))
      },
    ),
    { numRuns: 1500 },
  )
  expect(compared).toBeGreaterThan(500)
})
