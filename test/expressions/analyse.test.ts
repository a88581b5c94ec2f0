import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../engine/expressions/analyse.ts'
import { analysisOf, text } from './analysis-of.ts'
import { expression } from './arbitrary-expression.ts'
import { examples } from './examples.ts'

describe('names without a context', () => {
  test.for([
    ['price', ['price']],
    ['price.net + $x', ['price']],
    ['sum(x)', ['sum', 'x']],
    ['$map([1], function($i){ price })', ['price']],
    ['$', ['$']],
    ['$$.a', ['$$']],
    ['*', ['*']],
    ['**.a', ['**']],
    ['{"a": price}', ['price']],
    ['[1..3].($ * price)', []],
    ['$input.a.(b)', []],
    ['$input.(function(){ a })()', []],
    ['$input ~> |$|{"a": b}|', []],
  ] as const)('of %s', ([source, expected]) => {
    const { bare } = analysisOf(source)
    expect(bare.map(({ name }) => name)).toEqual(expected)
    expect(bare.map((span) => text(source, span))).toEqual(expected)
  })
})

describe('calls', () => {
  test.for([
    ['$sum([1])', ['$sum', '$sum([1])', 1, 'builtIn']],
    ['$eval("1")', ['$eval', '$eval("1")', 1, 'unavailable']],
    ['$error()', ['$error', '$error()', 0, 'unavailable']],
    ['$mine(1, (2))', ['$mine', '$mine(1, (2))', 2, 'other']],
    ['($f := function(){ 1 }; $f())', ['$f', '$f()', 0, 'local']],
    ['"a" ~> $pad(3)', ['$pad', '$pad(3)', 2, 'builtIn']],
    ['"a" ~> $uppercase', ['$uppercase', '$uppercase', 1, 'builtIn']],
    ['$substring(?, 1)', ['$substring', '$substring(?, 1)', 2, 'builtIn']],
    ['function($x){ $sum($x) }', ['$sum', '$sum($x)', 1, 'builtIn']],
  ] as const)('of %s', ([source, expected]) => {
    const [call] = analysisOf(source).calls
    expect(call && [text(source, call), text(source, call.whole), call.passed, call.kind]).toEqual(expected)
  })
})

describe('bindings and regexes', () => {
  test('stand where they are written', () => {
    const source = '($x := 1; $map([1], function($i, $j){ $x }); $input.a@$v.b#$p[$p = 0]^(c)#$q.d)'
    const { bound } = analysisOf(source)
    expect(bound.map((span) => [text(source, span), span.by])).toEqual([
      ['$x', 'assignment'],
      ['$i', 'parameter'],
      ['$j', 'parameter'],
      ['$v', 'item'],
      ['$p', 'index'],
      ['$q', 'index'],
    ])
  })

  test.for([
    ['$contains("a", /(a+)+b/i)', '/(a+)+b/i', 'already repeats'],
    ['$contains("a", /(a|a)*/)', '/(a|a)*/', 'same text'],
    ['$split("a", /(?:\\w|\\d)+/)', '/(?:\\w|\\d)+/', 'same text'],
    ['$split("a", /(.*)*/)', '/(.*)*/', 'already repeats'],
    ['$split("a", /[/]x\\/y/m)', '/[/]x\\/y/m', undefined],
    ['$split("a", /(\\d{3}-){2}/)', '/(\\d{3}-){2}/', undefined],
    ['$split("a", /^\\w+@\\w+\\.(?:com|org)$/)', '/^\\w+@\\w+\\.(?:com|org)$/', undefined],
    ['$split("a", /"(?:\\\\.|[^"])*x/)', '/"(?:\\\\.|[^"])*x/', 'same text'],
  ] as const)('of %s', ([source, literal, danger]) => {
    const [regex] = analysisOf(source).regexes
    expect(regex && text(source, regex)).toBe(literal)
    expect(regex?.danger ?? '').toContain(danger ?? '')
    expect(regex?.danger === undefined).toBe(danger === undefined)
  })
})

describe('the type', () => {
  test.for([
    ['1 = 2', 'boolean'],
    ['$x > 1 and $y', 'boolean'],
    ['"a" in $x', 'boolean'],
    ['$exists($x)', 'boolean'],
    ['$not($x)', 'boolean'],
    ['$contains("a", "b")', 'boolean'],
    ['$x ~> $exists', 'boolean'],
    ['$x & "a"', 'string'],
    ['$string(1)', 'string'],
    ["'a'", 'string'],
    ['1 + 2', 'number'],
    ['-$x', 'number'],
    ['$count($x)', 'number'],
    ['[1]', 'array'],
    ['[1..2]', 'array'],
    ['$x[]', 'array'],
    ['$split("a", "b")', 'array'],
    ['{}', 'object'],
    ['$x{"a": 1}', 'object'],
    ['null', 'null'],
    ['function(){ 1 }', 'function'],
    ['/a/', 'function'],
    ['$x', 'unknown'],
    ['$x.y', 'unknown'],
    ['$count($x)[0]', 'unknown'],
    ['$map($x, $string)', 'unknown'],
    ['$clone($x)', 'unknown'],
    ['$x ? 1 : 2', 'number'],
    ['$x ? 1 : "a"', 'unknown'],
    ['$x ? true', 'boolean'],
    ['$exists($x) ?? false', 'boolean'],
    ['$x ?? 1', 'unknown'],
    ['($a := 1; $a)', 'unknown'],
    ['$a := true', 'boolean'],
    ['($count := function($x){ "a" }; $count(1))', 'unknown'],
  ] as const)('of %s is %s', ([source, type]) => {
    expect(analysisOf(source).type).toBe(type)
  })
})

test.for([
  ['1 + 2', true],
  ['$sum([1..3])', true],
  ['($x := 1; $x)', true],
  ['$now()', false],
  ['$random()', false],
  ['$x', false],
  ['$mine(1)', false],
] as const)('whether %s is constant: %s', ([source, constant]) => {
  expect(analysisOf(source).constant).toBe(constant)
})

describe('what exists when it is true, and when it is false', () => {
  test.for([
    ['$exists($steps.a)', ['steps.a'], []],
    ['$not($exists($steps.a))', [], ['steps.a']],
    ['$exists($steps.a) and $exists($steps.b.c)', ['steps.a', 'steps.b.c'], []],
    ['$exists($steps.a) or $exists($steps.b)', [], []],
    ['$exists($steps.a) or $steps.a.x = 1 and $exists($steps.a)', ['steps.a'], []],
    ['$not($exists($steps.a)) or $not($exists($steps.b))', [], ['steps.a', 'steps.b']],
    ['($steps.a.x > 1)', ['steps.a.x'], []],
    ['$steps.a.ok', ['steps.a.ok'], []],
    ['$steps.a[0].x != 1', ['steps.a.x'], []],
    ['$boolean($steps.a)', ['steps.a'], []],
    ['$steps.a & "x" = "x"', [], []],
    ['($x := 1; $x = 1)', [], []],
  ] as const)('%s', ([source, whenTrue, whenFalse]) => {
    const analysis = analysisOf(source)
    expect(analysis.whenTrue.map((path) => path.join('.'))).toEqual(whenTrue)
    expect(analysis.whenFalse.map((path) => path.join('.'))).toEqual(whenFalse)
  })
})

describe('a source that is no expression', () => {
  test.for([
    ['$x == 1', '==', 'JSONata has no `==`'],
    ['$x !== 1', '!==', 'JSONata has no `!==`'],
    ['$x && $y', '&&', 'JSONata has no `&&`'],
    ['$x || $y', '||', 'JSONata has no `||`'],
    ['!$x', '!', 'JSONata has no `!`'],
    ['$x => 1', '=>', 'JSONata has no `=>`'],
    ['${ $x }', '${', '`${` may not stand'],
    ['$x $y', '$y', '"$y" is not expected here'],
    ['(1', '1', 'where ")" is expected'],
    ['{"a" 1}', '1', '":" is expected here'],
    ["'abc", "'abc", 'no closing quote'],
    ['$x.', '.', 'ends too early'],
    ['', '', 'ends too early'],
    ['1 := 2', '1', 'Left of ":="'],
    ['/a(/', '/', 'no closing "/"'],
    ['"\\q"', '\\q', 'no escape'],
    ['/a/ + /[z-a]/', '/[z-a]/', 'out of order'],
  ] as const)('%s', ([source, wrong, message]) => {
    const outcome = analyse(source)
    if (outcome.ok) throw new Error('it is one')
    expect(outcome.problem.message).toContain(message)
    expect(text(source, outcome.problem)).toBe(wrong)
    expect(outcome.problem.length).toBeGreaterThan(0)
  })
})

test('every place is exact, whatever the expression', () => {
  const check = (source: string): void => {
    const outcome = analyse(source)
    if (!outcome.ok) return
    const { references: reads, calls, bare, bound } = outcome.analysis
    for (const { root, relative, path, segments, ...span } of reads) {
      expect(relative || text(source, span).startsWith(`$${root}`)).toBe(true)
      const names = segments.map((segment) => text(source, segment).replaceAll(/^["'`]|["'`]$/g, ''))
      expect(names).toEqual(path.slice(path.length - names.length))
    }
    for (const { name, whole, ...span } of calls) {
      expect(text(source, span)).toBe(`$${name}`)
      expect(text(source, whole)).toMatch(/^\$\w+(?:\s*\([^]*\))?$/)
    }
    for (const { name, ...span } of bare) expect(text(source, span)).toBe(name)
    for (const { name, ...span } of bound) expect(text(source, span)).toBe(`$${name}`)
  }
  for (const source of examples) check(source)
  fc.assert(fc.property(expression, check), { numRuns: 500 })
})
