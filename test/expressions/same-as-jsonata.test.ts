import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../engine/expressions/analyse.ts'
import { project } from '../../engine/expressions/evaluate.ts'
import { builtIns } from '../../engine/expressions/library/catalogue.ts'
import { native } from '../../engine/expressions/library/native.ts'
import type { Json } from '../../engine/json.ts'
import { data, expression } from './arbitrary-expression.ts'
import { examples, order } from './examples.ts'
import { ours, plainly } from './plain-jsonata.ts'

/** JSONata has ways of its own to go wrong, which a test that must not fail by chance keeps clear of. */
const seed = 17

describe('the same value as plain JSONata', () => {
  test.for(examples)('%s', async (source) => {
    const plain = await plainly(source, { o: order })
    expect(plain).toHaveProperty('value')
    expect(ours(source, { o: order })).toEqual(plain)
  })

  test.for(examples.filter((source) => source.includes('$o')))('%s of the context item', async (source) => {
    // What `keep` does: the same with the order as the context item, which `$$` is everywhere.
    const bare = source.replaceAll('$o', '$$$$')
    const plain = await plainly(source, { o: order })
    if (!('value' in plain) || plain.value === undefined) return
    expect(project(bare, order)).toEqual(plain.value)
  })

  test.for([
    '1 + "a"',
    '"a" < 1',
    '-"a"',
    '$o.lines ~> 5',
    '$sum(["a"])',
    '$number("x")',
    '$power(10, 1000)',
    '$sqrt(-1)',
    '{1: 2}',
    '{"a": 1, $string("a"): 2}',
    '[1, "a"]^($)',
    '$single([1, 2])',
    '$formatBase(10, 99)',
    '$match("", 5)',
    '$undefined(1)',
    '(1)(2)',
    '$reduce([1], function($x){ $x })',
    '$assert(false)',
    '$toMillis("yesterday")',
    '$decodeUrl("%")',
    '(function($x)<n>{ $x })("a")',
    '$o ~> |lines|5|',
    '$match("abc", /x*/)',
  ])('%s fails as it does there', async (source) => {
    expect(await plainly(source, { o: order })).toHaveProperty('failed')
    expect(ours(source, { o: order })).toHaveProperty('failed')
  })

  test('any expression on any data', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(expression, data, data, async (source, x, y) => {
        if (isBeyondComparison(source)) return
        const bindings: Record<string, Json> = { x, y }
        const plain = await plainly(source, bindings)
        // JSONata stumbles over some of its own: what it cannot do, ours may.
        if ('failed' in plain) return
        compared++
        expect(ours(source, bindings)).toEqual(plain)
      }),
      { numRuns: 400, seed },
    )
    expect(compared).toBeGreaterThan(100)
  })

  test('an expression leaves its data as they are', () => {
    fc.assert(
      fc.property(expression, data, (source, x) => {
        const before = structuredClone(x)
        ours(source, { x, y: x })
        expect(x).toEqual(before)
      }),
      { numRuns: 80 },
    )
  })

  test('an expression gives the same value and throws the same dice again', () => {
    fc.assert(
      fc.property(expression, data, data, (source, x, y) => {
        expect(ours(source, { x, y })).toEqual(ours(source, { x, y }))
      }),
      { numRuns: 80 },
    )
  })
})

describe('the catalogue', () => {
  const beyond = new Set(['uuid', 'hash', 'parse', 'range', 'partition', 'addTime'])
  const all = [...builtIns.values()]

  test.for(all.filter(({ name }) => !beyond.has(name)))(
    'knows the signature of $name',
    ({ name, signature }) => {
      expect(native(name).signature.definition).toBe(signature)
    },
  )

  test.for(all.filter(({ name, isPure }) => isPure && !beyond.has(name)))(
    '$name has an example',
    ({ name }) => {
      expect(examples.some((source) => source.includes(`$${name}`))).toBe(true)
    },
  )
})

/** Where JSONata itself goes wrong: it changes its data, loops for ever, or joins a function to a text. */
function isBeyondComparison(source: string): boolean {
  const analysed = analyse(source)
  if (!analysed.ok || analysed.analysis.bare.length > 0) return true
  // Its copy of what stands left of `??` has no regexes any more, and it adds nothing to an empty list that it groups.
  return / \?[?:] /.test(source) ? source.includes(', /') : false
}
