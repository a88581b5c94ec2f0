import { afterEach, describe, expect, test } from 'vitest'
import { diceFor } from '../../engine/expressions/dice.ts'
import { evaluate, holds, project, type Scope, valueOf } from '../../engine/expressions/evaluate.ts'
import type { Expression } from '../../engine/expressions/template.ts'
import { toJson } from '../../engine/json.ts'
import { errorOf, scope } from './plain-jsonata.ts'

const at = [3, 7] as const

function written(jsonata: string): Expression {
  return { jsonata, at }
}

describe('what the language adds', () => {
  test.for([
    ['$uuid()', '88888888-8888-4888-a888-888888888888'],
    ['$hash("abc")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$hash("abc", "SHA-1")', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$hash("abc", "md5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$hash("é", "sha512") ~> $substring(0, 8)', '9e2ad286'],
    ['$parse("{\\"a\\": [1, null]}").a', [1, null]],
    ['$range(1, 10, 3)', [1, 4, 7, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(0, 1, 0.25)', [0, 0.25, 0.5, 0.75, 1]],
    ['$range(2, 1)', []],
    ['$partition([1..5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1], 2)', [[1]]],
    ['$partition([], 2)', []],
    ['$addTime("2030-01-31T12:00:00+01:00", "1h30m")', '2030-01-31T12:30:00.000Z'],
    ['$addTime("2030-01-31T12:00:00Z", "-P1D")', '2030-01-30T12:00:00.000Z'],
    ['$addTime(0, {"hours": 1})', '1970-01-01T01:00:00.000Z'],
    ['$now()', '2030-01-31T12:00:00.000Z'],
    ['$now("[Y]/[M01]")', '2030/01'],
    ['$millis()', Date.UTC(2030, 0, 31, 12)],
    ['$random()', 0.5],
    ['$shuffle([1..4])', [1, 3, 4, 2]],
    ['$toMillis("12:30", "[H01]:[m01]")', Date.UTC(2030, 0, 31, 12, 30)],
  ] as const)('%s is %j', ([source, value]) => {
    expect(evaluate(written(source), scope())).toEqual(value)
  })

  test('throws its dice in the order in which they are written', () => {
    let thrown = 0
    const random = (): number => ++thrown / 10
    const source = '[$random(), $random() ?? 1, {"a": $random(), "b": $random()}]'
    expect(evaluate(written(source), scope({}, { random }))).toEqual([0.1, 0.2, { a: 0.3, b: 0.4 }])
  })

  test.for([
    ['$hash("a", "crc")', 'sha256'],
    ['$range(1, 2, 0)', 'steps of 0'],
    ['$partition([1], 0)', 'whole number'],
    ['$partition([1], 1.5)', '1.5'],
    ['$addTime("2030-01-31", "1h")', '2030-01-31'],
    ['$addTime("2030-01-31T12:00:00Z", "1")', '"1"'],
    ['$addTime("9999-01-31T12:00:00Z", "99999999d")', 'years'],
    ['$parse("{a}")', 'no JSON'],
    ['$assert(1 = 2, "one is not two")', 'one is not two'],
  ] as const)('%s says %j', ([source, part]) => {
    const { message, hint = '' } = errorOf(() => evaluate(written(source), scope()))
    expect(`${message}; ${hint}`).toContain(part)
  })
})

describe('the host does not matter', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    process.env['TZ'] = zone
  })

  test.for(['America/New_York', 'Asia/Kolkata', 'UTC'])('nor does its time zone %s', (name) => {
    process.env['TZ'] = name
    const times = `[$toMillis("2017-11-07T15:07:54"), $toMillis("2017-11-07"), $fromMillis(0), $now("[H]:[m]"),
      $toMillis("01/02/2020 10:00", "[D01]/[M01]/[Y0001] [H01]:[m01]")]`
    expect(evaluate(written(times), scope())).toEqual([
      1510067274000,
      1510012800000,
      '1970-01-01T00:00:00.000Z',
      '12:00',
      Date.UTC(2020, 1, 1, 10),
    ])
  })
})

describe('functions of the definition', () => {
  const functions = {
    double: written('function($x){ $x * $config.factor }'),
    quadruple: written('function($x){ $double($double($x)) }'),
    peek: written('function(){ $input }'),
    isEven: written('function($n){ $n = 0 or $isOdd($n - 1) }'),
    isOdd: written('function($n){ $n != 0 and $isEven($n - 1) }'),
    wrong: { jsonata: 'function($x){ $x + "a" }', at: [9, 3] as const },
    deep: written('function($x){ $wrong($x) }'),
    bare: { jsonata: 'function($x){ price }', at: [10, 5] as const },
    itself: { jsonata: '$itself', at: [11, 5] as const },
  }
  const full = scope({ config: { factor: 2 }, input: 'seen' }, { functions })

  test.for([
    ['$quadruple(3)', 12],
    ['$map([1, 2], $double)', [2, 4]],
    ['$isEven(10)', true],
    ['[1..3].$double($)', [2, 4, 6]],
    ['$exists($peek())', false],
    ['($double := function($x){ $x }; $double(3))', 3],
  ] as const)('%s is %j', ([source, value]) => {
    expect(evaluate(written(source), full)).toEqual(value)
  })

  test.for([
    ['$wrong(1)', [9, 3], 19],
    ['$map([1], $wrong)', [9, 3], 19],
    ['1 + $deep(1)', [9, 3], 19],
    ['$wrong(1 + "b")', at, 11],
    ['(function($x){ $x + "a" })(1)', at, 20],
    ['$bare(1)', [10, 5], 14],
    ['$itself(1)', [11, 5], undefined],
  ] as const)('%s tells where it went wrong', ([source, place, offset]) => {
    const error = errorOf(() => evaluate(written(source), full))
    expect([error.at, error.offset]).toEqual([place, offset])
  })
})

describe('what is refused', () => {
  test.for([
    ['price', 'expression.syntax', 0, '$input.price'],
    ['$x + price.net', 'expression.syntax', 5, '$input.price'],
    ['$map([1], function($i){ price })', 'expression.syntax', 24, '$input.price'],
    ['$', 'expression.syntax', 0, '$input'],
    ['$$.a', 'expression.syntax', 0, '$input'],
    ['**', 'expression.syntax', 0, '$input'],
    ['$x == 1', 'expression.syntax', 3, 'write `=`'],
    ['$x && true', 'expression.syntax', 3, 'write `and`'],
    ['$x || true', 'expression.syntax', 3, 'write `or`'],
    ['!$x', 'expression.syntax', 0, '$not'],
    ['$x + ', 'expression.syntax', 4, ''],
    ['$eval("1")', 'expression.failed', 0, '$parse'],
    ['$error("no")', 'expression.failed', 0, 'fail'],
    ['$nope(1)', 'expression.failed', 0, ''],
    ['$contains("a", /(a+)+b/)', 'expression.syntax', 15, ''],
    ['1 + "a"', 'expression.type', 4, ''],
    ['"a" < 1', 'expression.type', 0, '$number'],
    ['$sum("a")', 'expression.type', 0, '$sum(numbers)'],
    ['$number("a")', 'expression.failed', 0, '$number(value)'],
    ['1 / 0', 'expression.failed', undefined, 'division by zero'],
    ['{"a": 0 / 0}', 'expression.failed', undefined, 'division by zero'],
    ['$sum', 'expression.type', undefined, 'call it'],
    ['[/a/]', 'expression.syntax', 1, ''],
    ['{"a": function($x){ $x }}', 'expression.type', undefined, 'call it'],
    ['$x ~> |$x|{"a": 1}|', 'expression.type', 7, ''],
  ] as const)('%s is %s', ([source, type, offset, hint]) => {
    const error = errorOf(() => evaluate(written(source), scope({ x: { b: 1 }, error: { type: 'timeout' } })))
    expect(error).toMatchObject({ type, at })
    expect(error.offset).toBe(offset)
    expect(error.hint ?? '').toContain(hint)
  })
})

describe('what JSON cannot hold', () => {
  test.for([
    ['-0', '0'],
    ['[-$x.zero]', '[0]'],
    ['$map(["b"], function($v){ /(a)?b/($v).groups })', '[null]'],
    ['{"__proto__": {"polluted": 1}}', '{"__proto__":{"polluted":1}}'],
    ['$x.list', '[1]'],
    ['[$x.list[]]', '[1]'],
  ] as const)('%s becomes %s', ([source, text]) => {
    const value = evaluate(written(source), scope({ x: { zero: 0, list: [1] } }))
    expect(JSON.stringify(value)).toBe(text)
    expect(value).toEqual(toJson(value))
  })

  test('a list is a plain list, with nothing of JSONata about it', () => {
    const value = evaluate(written('$x.(a)[]'), scope({ x: [{ a: 1 }, { a: 2 }] }))
    expect(Object.keys(value ?? {})).toEqual(['0', '1'])
  })
})

describe('a value position', () => {
  test('has the value', () => {
    expect(valueOf(written('null'), scope())).toBeNull()
  })

  test('refuses nothing, with a hint at ??', () => {
    const error = errorOf(() => valueOf(written('$input.missing'), scope({ input: {} })))
    expect(error).toMatchObject({ type: 'expression.undefined', at, message: '"$input.missing" is nothing' })
    expect(error.hint).toContain('??')
  })
})

describe('a condition', () => {
  test.for(['true', '1 = 1', '$exists($x)'])('%s holds', (source) => {
    expect(holds(written(source), scope({ x: null }))).toBe(true)
  })

  test.for([
    ['$x', '1', '`… = value`'],
    ['"true"', '"true"', '$boolean'],
    ['$missing > 1', 'nothing', '??'],
    ['[1]', 'a list of one item', '$count'],
    ['{}', 'an object', '$exists'],
    ['null', 'null', '$boolean'],
  ] as const)('%s is neither true nor false', ([source, found, hint]) => {
    const error = errorOf(() => holds(written(source), scope({ x: 1 })))
    expect(error.type).toBe('expression.notBoolean')
    expect(error.message).toContain(`is ${found}, neither`)
    expect(error.hint).toContain(hint)
  })
})

describe('a projection', () => {
  test.for([
    ["{'id': id}", { id: 7 }],
    ['items[price > 1].sku', 'b'],
    [
      '$',
      {
        id: 7,
        items: [
          { sku: 'a', price: 1 },
          { sku: 'b', price: 2 },
        ],
      },
    ],
    ['$sum(items.price)', 3],
    ['$$.id', 7],
  ] as const)('%s', ([source, value]) => {
    const raw = {
      id: 7,
      items: [
        { sku: 'a', price: 1 },
        { sku: 'b', price: 2 },
      ],
    }
    expect(project(source, raw)).toEqual(value)
  })

  test('of a list sees the list', () => {
    expect(project('*.a', [{ a: 1 }, { a: 2 }])).toEqual([1, 2])
    expect(project('$string($)', [1, 2])).toBe('[1,2]')
    expect(project('$count($)', [1, 2, 3])).toBe(3)
    expect(project('a', [{ a: 1 }, { a: 2 }])).toEqual([1, 2])
  })

  test.for(['$now()', '$millis()', '$random()', '$uuid()', '$shuffle([1, 2])', '$toMillis("12", "[H]")'])(
    'has no %s',
    (source) => {
      expect(errorOf(() => project(source, 1)).message).toMatch(/There (?:is no clock|are no dice)/)
    },
  )

  test('refuses nothing', () => {
    expect(errorOf(() => project('missing', {})).type).toBe('expression.undefined')
  })
})

test('the dice of a seed fall the same way again, and evenly', () => {
  const [one, same, other] = [diceFor('run/1'), diceFor('run/1'), diceFor('run/2')]
  const throws = Array.from({ length: 4000 }, () => one())
  expect(Array.from({ length: 4000 }, () => same())).toEqual(throws)
  expect(other()).not.toBe(throws[0])
  expect(throws.every((value) => value >= 0 && value < 1)).toBe(true)
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = throws.filter((value) => Math.floor(value * 10) === tenth).length / throws.length
    expect(share).toBeGreaterThan(0.07)
    expect(share).toBeLessThan(0.13)
  }
  // Recorded histories hold what these dice gave: they may never fall otherwise.
  expect(throws.slice(0, 2)).toMatchInlineSnapshot(`
    [
      0.4618208863679869,
      0.4600962732891172,
    ]
  `)
})

test('the number of steps can be changed', () => {
  const small: Scope = scope({}, { maxSteps: 100 })
  expect(evaluate(written('$sum([1..10])'), small)).toBe(55)
  expect(errorOf(() => evaluate(written('$sum([1..100].($ * 2))'), small)).message).toContain('100 steps')
})
