import { describe, expect, test } from 'vitest'
import { analysisOf, text } from './analysis-of.ts'

/** References as they are written, with what is known of them. */
function references(source: string, item?: string): unknown {
  return analysisOf(source, item).references.map(({ root, path, whole, relative, guard, ...span }) => [
    text(source, span),
    [root, ...path].join('.'),
    [...(whole ? [] : ['goes on']), ...(relative ? ['relative'] : []), ...(guard ? [guard] : [])].join(', '),
  ])
}

describe('references', () => {
  test.for([
    ['$input.a.b', [['$input.a.b', 'input.a.b', '']]],
    ['$input', [['$input', 'input', '']]],
    [' $input . `a b` . "c"', [['$input . `a b` . "c"', 'input.a b.c', '']]],
    ['$input.items[0].sku', [['$input.items[0].sku', 'input.items.sku', '']]],
    ['$input.*.sku', [['$input', 'input', 'goes on']]],
    ['$input.a.$lookup($, "b").c', [['$input.a', 'input.a', 'goes on']]],
    ['$steps.votes.*', [['$steps.votes', 'steps.votes', 'goes on']]],
    [
      '$input.items[sku = $vars.sku].name',
      [
        ['sku', 'input.items.sku', 'relative'],
        ['$vars.sku', 'vars.sku', ''],
        ['$input.items[sku = $vars.sku].name', 'input.items.name', ''],
      ],
    ],
    [
      '$input.items.(price * qty)',
      [
        ['$input.items', 'input.items', 'goes on'],
        ['price', 'input.items.price', 'relative'],
        ['qty', 'input.items.qty', 'relative'],
      ],
    ],
    [
      '$input.items^(>price).sku',
      [
        ['price', 'input.items.price', 'relative'],
        ['$input.items^(>price).sku', 'input.items.sku', ''],
      ],
    ],
    [
      '$input.items{sku: $sum(price)}',
      [
        ['$input.items', 'input.items', ''],
        ['sku', 'input.items.sku', 'relative'],
        ['price', 'input.items.price', 'relative'],
      ],
    ],
    [
      '$steps.a.x ?? $steps.b',
      [
        ['$steps.a.x', 'steps.a.x', 'default'],
        ['$steps.b', 'steps.b', ''],
      ],
    ],
    ['$steps.a.x ?: 1', [['$steps.a.x', 'steps.a.x', 'default']]],
    ['$exists($steps.a)', [['$steps.a', 'steps.a', 'exists']]],
    ['$steps.a ~> $exists', [['$steps.a', 'steps.a', 'exists']]],
    [
      '$exists($steps.a) ? $steps.a.x : $steps.a',
      [
        ['$steps.a', 'steps.a', 'exists'],
        ['$steps.a.x', 'steps.a.x', 'narrowed'],
        ['$steps.a', 'steps.a', ''],
      ],
    ],
    [
      '$not($exists($steps.a)) ? 0 : $steps.a.x',
      [
        ['$steps.a', 'steps.a', 'exists'],
        ['$steps.a.x', 'steps.a.x', 'narrowed'],
      ],
    ],
    [
      '$exists($steps.a.x) and $steps.a.x > 1 or $steps.a.y',
      [
        ['$steps.a.x', 'steps.a.x', 'exists'],
        ['$steps.a.x', 'steps.a.x', 'narrowed'],
        ['$steps.a.y', 'steps.a.y', ''],
      ],
    ],
    [
      '$not($exists($steps.a)) or $steps.a.x > 1',
      [
        ['$steps.a', 'steps.a', 'exists'],
        ['$steps.a.x', 'steps.a.x', 'narrowed'],
      ],
    ],
    ['($exists := function($x){ true }; $exists($steps.a))', [['$steps.a', 'steps.a', '']]],
    ['($x := $input.a; $x.b)', [['$input.a', 'input.a', '']]],
    [
      '$map($input.list, function($i){ $i.a & $j })',
      [
        ['$input.list', 'input.list', ''],
        ['$j', 'j', ''],
      ],
    ],
    ['$map($input.list, $uppercase)', [['$input.list', 'input.list', '']]],
    [
      '$map($input.list, $mine)',
      [
        ['$input.list', 'input.list', ''],
        ['$mine', 'mine', ''],
      ],
    ],
    ['$input.a@$v.b#$i.{"x": $v, "y": $i}', [['$input.a', 'input.a', 'goes on']]],
    ['($f := function($n){ $g($n) }; $g := function($n){ $f($n) }; $f(1))', []],
    ['$substring(?, $vars.n)', [['$vars.n', 'vars.n', '']]],
    ['$input ~> |a|{"b": c}|', [['$input', 'input', '']]],
  ] as const)('of %s', ([source, expected]) => {
    expect(references(source)).toEqual(expected)
  })

  test('of a context item that has a name', () => {
    expect(references('items[price > 1].{"id": id}', 'result')).toEqual([
      ['price', 'result.items.price', 'relative'],
      ['items', 'result.items', 'goes on, relative'],
      ['id', 'result.items.id', 'relative'],
    ])
    expect(analysisOf('items.id', 'result').bare).toEqual([])
  })

  test('have a span for each name', () => {
    const source = '$input.items[0]."sku" & $x'
    const segments = analysisOf(source).references[0]?.segments.map((span) => text(source, span))
    expect(segments).toEqual(['items', '"sku"'])
  })
})
