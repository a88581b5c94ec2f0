import fc from 'fast-check'
import type { Json } from '../../engine/json.ts'

/** Data in which paths of generated expressions often lead somewhere. */
export const data: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'data' },
    fc.constantFrom<Json>(null, true, false, 0, 1, 2, -1, 1.5, '', 'a', 'b', '10', 'xay'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

type Rule = 'condition' | 'expression' | 'function' | 'list' | 'number' | 'object' | 'path' | 'step' | 'text'

const { oneof, constantFrom, tuple } = fc

/** One of the built-in functions of these names. */
function oneOf(names: string): fc.Arbitrary<string> {
  return constantFrom(...names.split(' ')).map((name) => `$${name}`)
}

/** Expressions of the whole language, on `$x`, `$y` and what they bind themselves. */
export const expression: fc.Arbitrary<string> = fc.letrec<Record<Rule, string>>((tie) => {
  const join = (...parts: readonly (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
    tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) =>
      texts.join(''),
    )
  const any = tie('expression')
  return {
    expression: oneof(
      { maxDepth: 5, depthIdentifier: 'expression' },
      tie('path'),
      tie('number'),
      tie('text'),
      tie('condition'),
      tie('list'),
      tie('object'),
      join('(', any, ')'),
      join('(', tie('condition'), ' ? ', any, ' : ', any, ')'),
      join('(', any, constantFrom(' ?? ', ' ?: '), any, ')'),
      join('($v := ', any, '; ', any, ')'),
      join(
        '(',
        any,
        ' ~> ',
        constantFrom(
          '$count',
          '$string',
          '$sum',
          '$type',
          '$not',
          '$uppercase()',
          '$append(1)',
          '$join(",")',
        ),
        ')',
      ),
      join('$map(', any, ', ', tie('function'), ')'),
      join('$filter(', any, ', ', tie('function'), ')'),
      join('$reduce(', any, ', function($p, $q){ $append($p, $q) }', constantFrom('', ', []', ', 0'), ')'),
      join('$sort(', any, constantFrom('', ', function($l, $r){ $l > $r }'), ')'),
      join('$single(', any, ', ', tie('function'), ')'),
      join(
        constantFrom('$each', '$sift'),
        '(',
        tie('object'),
        ', ',
        constantFrom(
          'function($v, $k){ $k }',
          'function($v){ $v }',
          'function($v, $k, $o){ $count($keys($o)) }',
          '$exists',
        ),
        ')',
      ),
      join(
        oneOf('append lookup zip substring split join contains power round formatBase'),
        '(',
        any,
        ', ',
        any,
        ')',
      ),
      join(
        oneOf('string count keys spread merge reverse distinct type exists boolean clone number'),
        '(',
        any,
        ')',
      ),
      join(
        oneOf('sum max min average length trim abs floor ceil sqrt base64encode encodeUrl'),
        '(',
        any,
        ')',
      ),
      join(
        '(',
        tie('path'),
        ' ~> |',
        constantFrom('$', 'a', 'b.c', '**[a=1]'),
        '|',
        constantFrom('{"a": 1}', '{"b": a}', '{}', '{"c": $count($)}'),
        constantFrom('', ', "a"', ', ["b", "c"]'),
        '|)',
      ),
      join('(function($v)', constantFrom('', '<x:x>', '<n:n>', '<a:a>'), '{ ', any, ' })(', any, ')'),
      join('($f := function($n){ $n < 4 ? $f($n + 1) : $n }; $f(', tie('number'), '))'),
    ),
    path: oneof(
      { maxDepth: 4, depthIdentifier: 'path' },
      constantFrom('$x', '$y', '$v', '$'),
      join(tie('path'), '.', tie('step')),
      join(
        tie('path'),
        '[',
        oneof(
          constantFrom('0', '-1', '1', 'a', 'a=1', '$ > 1', '[0,1]', '[0..1]', 'true', '"a"', 'b.c'),
          any,
        ),
        ']',
      ),
      join(tie('path'), '[]'),
      join(tie('path'), '^(', constantFrom('a', '>a', '<b, >c', '$', '$string($)'), ')'),
      join(
        tie('path'),
        '.',
        tie('step'),
        constantFrom(
          '@$i.$i',
          '#$p.{"p": $p, "v": $}',
          '#$p[$p = 0]',
          '@$i[$i.a = 1].$i.b',
          '.%.a',
          '.%.%.b',
        ),
      ),
      join(tie('path'), '{', constantFrom('"k"', 'a', '$string($)', '$type($)'), ': ', any, '}'),
    ),
    step: oneof(
      constantFrom(
        'a',
        'b',
        'c',
        '*',
        '**',
        '$',
        '`d`',
        '"a"',
        '(a)',
        '[a, b]',
        '[a]',
        '{"a": b}',
        '$string()',
        '$count(a)',
      ),
      join('(', any, ')'),
      join('[', any, ']'),
    ),
    number: oneof(
      { maxDepth: 3, depthIdentifier: 'number' },
      constantFrom('0', '1', '2.5', '-3', '10', '$x.a', '$y'),
      join('(', tie('number'), constantFrom(' + ', ' - ', ' * ', ' / ', ' % '), tie('number'), ')'),
      join('-', tie('number')),
    ),
    text: oneof(
      constantFrom('"a"', "'xay'", '""', '"1,2"', '"ß€😀"', '"10"'),
      join('(', any, ' & ', any, ')'),
      join(
        '$replace(',
        constantFrom('"banana"', '"a.b"'),
        ', ',
        constantFrom('"a"', '/a/', '/(n)(a)/', '/x*/'),
        ', ',
        constantFrom('"o"', '"$1-$2$$"'),
        constantFrom('', ', 1', ', 0'),
        ')',
      ),
      join(
        '$match(',
        constantFrom('"banana"', '"ab12"'),
        ', ',
        constantFrom('/a/', '/(n)(a)?/', '/[0-9]+/', '/z/'),
        constantFrom('', ', 1'),
        ')',
      ),
      join(
        '$split(',
        constantFrom('"a, b,c"', '""'),
        ', ',
        constantFrom('","', '/,\\s*/', '""'),
        constantFrom('', ', 2'),
        ')',
      ),
      join(
        '$pad(',
        constantFrom('"ab"', '"😀"'),
        ', ',
        constantFrom('5', '-5', '1'),
        constantFrom('', ', "#"', ', "12"', ', ""'),
        ')',
      ),
      join(
        '$substring("hello😀 world", ',
        constantFrom('0', '3', '-4', '20', '1.5'),
        constantFrom('', ', 2', ', -1', ', 100'),
        ')',
      ),
      join('$formatNumber(', tie('number'), ', ', constantFrom('"#,##0.00"', '"0.0e0"', '"00%"', '"#"'), ')'),
      join(
        '$formatInteger(',
        tie('number'),
        ', ',
        constantFrom('"w"', '"I"', '"000"', '"#,##0"', '"a"', '"1;o"'),
        ')',
      ),
    ),
    condition: oneof(
      { maxDepth: 3, depthIdentifier: 'condition' },
      constantFrom('true', 'false', '$exists($x.a)', '$x.a = 1'),
      join('(', any, constantFrom(' = ', ' != ', ' in ', ' and ', ' or '), any, ')'),
      join('(', tie('number'), constantFrom(' < ', ' <= ', ' > ', ' >= '), tie('number'), ')'),
      join('$not(', any, ')'),
    ),
    list: oneof(
      constantFrom(
        '[]',
        '[1, 2, 3]',
        '[1..4]',
        '["b", "a", "c"]',
        '[[1, 2], [3]]',
        '[{"a": 1}, {"a": 2, "b": 3}]',
        '[3..1]',
      ),
      join('[', any, ', ', any, ']'),
      join('[', any, ']'),
      join('[', tie('number'), '..', tie('number'), ']'),
    ),
    object: oneof(
      constantFrom('{}', '{"a": 1}', '{"a": 1, "b": {"c": 2}}', '{"2": 1, "1": 2}'),
      join('{"a": ', any, '}'),
      join('{', constantFrom('"b"', '$string($x.a)'), ': ', any, ', "c": ', any, '}'),
    ),
    function: oneof(
      constantFrom(
        'function($i){ $i }',
        'function($i, $j){ $j }',
        'function($i, $j, $k){ $count($k) }',
        'function($i){ $i.a }',
        'function($i){ $i > 1 }',
      ),
      constantFrom('$string', '$uppercase', '$exists', '$boolean', '$sum', 'function($i){ nothing }'),
      join('function($v){ ', any, ' }'),
    ),
  }
}).expression
