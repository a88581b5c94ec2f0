import { describe, expect, test } from 'vitest'
import { ExpressionError } from '../../engine/expressions/error.ts'
import { evaluate } from '../../engine/expressions/evaluate.ts'
import type { Json } from '../../engine/json.ts'
import { scope, thrownBy } from './plain-jsonata.ts'

/** Values of up to the 1 MiB that a run may hold. */
const bindings: Record<string, Json> = {
  text: 'a'.repeat(500_000),
  spaces: `${' '.repeat(200_000)}x`,
  numbers: Array.from({ length: 150_000 }, (_, index) => index),
  objects: Array.from({ length: 15_000 }, (_, id) => ({ id, name: `item ${id}`, tags: ['a', 'b'] })),
  table: Array.from({ length: 300 }, () => Array.from({ length: 300 }, (_, index) => index)),
  nested: JSON.parse('['.repeat(3000) + ']'.repeat(3000)),
}

/** A structure of 2⁴⁰ leaves that takes the room of 40. */
const tower = (leaf: string, use: string): string =>
  `($f := function($s, $n){ $n = 0 ? $s : $f(${leaf}, $n - 1) }; ($t := $f([1, 2], 40); ${use}))`

const hostile: Readonly<Record<string, readonly string[]>> = {
  'recursion without end': [
    '($f := function($n){ 1 + $f($n + 1) }; $f(0))',
    '($f := function($n){ $f($n + 1) }; $f(0))',
    '($f := function($n){ [$f($n), $f($n)] }; $f(0))',
    '($f := function($n){ {"a": $f($n)} }; $f(0))',
    '($f := function($n){ $replace("a", /a/, function(){ $f($n) }) }; $f(0))',
    '($f := function($g){ $f(function($x){ $g($x) }) }; $f($sum))',
    '($f := function($g, $n){ $n = 0 ? $g(1) : $f($g(?), $n - 1) }; $f($string, 20000))',
    '($f := function($g, $n){ $n = 0 ? $g(1) : $f($g ~> $string, $n - 1) }; $f($string, 5000))',
  ],
  'lists without end': [
    '[1..1000000000]',
    '$map([1..1000000], function($i){ $i })',
    '($f := function($l){ $f($append($l, $l)) }; $f([1, 2]))',
    '($f := function($l){ $f([$l.$, $l.$]) }; $f([1, 2]))',
    '$reduce([1..100000], function($a, $b){ $append($a, $b) })',
    '$range(1, 1e9)',
    '$range(0, 1, 1e-9)',
    '$map([1..1000], function(){ $zip($numbers, $numbers, $numbers) })',
    '$map([1..1000], function(){ $reverse($numbers) })',
    '$table@$a.$table@$b.[$a, $b]',
    '$objects.tags.%.name.%.tags',
    '$map([1..100000], function($i){ function(){ $i } })',
    '$objects.**.**.**',
    '$map([1..1000], function(){ $count($objects.**) })',
  ],
  'texts without end': [
    '($f := function($s){ $f($s & $s) }; $f("ab"))',
    "$pad('', 1000000000)",
    "$pad('', -10000000, '€')",
    "$map([1..1000], function($i){ $pad('€', 1000000) & $i })",
    '$join($map([1..10000], function(){ $pad("x", 10000) }))',
    '$reduce([1..100000], function($a, $b){ $a & $b })',
    '$replace($text, "a", $pad("b", 1000, "b"))',
    '$replace($text, /a/, "bbbbbbbbbb")',
    '$map([1..1000], function(){ $split($text, "") })',
    '$map([1..10000], function(){ $string($objects) })',
    '$now("[Y,1000000000]")',
    '$formatInteger(1e15, "I")',
  ],
  'regexes that blow up': [
    '$match($text, /(a+)+b/)',
    '$contains($text, /(a|a)*b/)',
    '$replace($text, /(.*)*x/, "")',
    '$split($text, /^(\\w+\\s?)*$/)',
    '$match($text, /(a?){40}a{40}b/)',
    '$match($text, /a*a*a*a*b/)',
    '$match($spaces, /\\s+$/)',
    '$contains($text, /(?:a{0,2000}){0,2000}b/)',
    '$contains($text, /(?=a*b)|(?=(a|aa){0,500}c)/)',
    '$toMillis($pad("1", 150, "1") & "x", "[f][f][f][f][f][f]")',
    '$toMillis($pad("a", 150, "a") & "1", "[Mn][Fn][P][Mn][Fn][P]")',
    '$toMillis($pad("1", 150, "1") & "x", "[Y]1[M]1[D]1[H]1[m]1[s]")',
  ],
  'work that nobody asked for': [
    tower('[[$s], [$s]]', '$count($t.**)'),
    tower('[[$s], [$s]]', '$t.a'),
    tower('[[$s], [$s]]', '$t.*'),
    tower('[[$s], [$s]]', '$boolean($map($t, function(){ 0 }))'),
    tower('[[$s], [$s]]', '$distinct([$t, 1])'),
    tower('[[$s], [$s]]', '$keys($t)'),
    tower('[[$s], [$s]]', '$spread($t)'),
    tower('[[$s], [$s]]', '$lookup($t, "a")'),
    tower('[[$s], [$s]]', '$sum($t)'),
    tower('{"a": $s, "b": $s}', '$string($t)'),
    tower('{"a": $s, "b": $s}', '$t'),
    tower('{"a": $s, "b": $s}', '$t = $f([1, 2], 40)'),
    tower('{"a": $s, "b": $s}', '$clone($t)'),
    tower('{"a": $s, "b": $s}', '$t ~> |$|{"z": 1}|'),
    '$map([1..1000], function(){ $sort($numbers) })',
    '$numbers^(>$)',
    '$sort($numbers, function($a, $b){ $a < $b })',
    '$numbers[$numbers]',
    '$numbers{$string($): $}',
    '$map([1..10000], function(){ $count($numbers) })',
    '$map([1..10000], function(){ $table.missing })',
    '$map([1..10000], function(){ $merge($objects) })',
    '$map([1..10000], function(){ $clone($objects) = $objects })',
    '$map([1..10000], function(){ $length($text) + $length($uppercase($text)) })',
    '$map([1..10000], function(){ $hash($text, "sha512") })',
    '$map([1..10000], function(){ $parse("[" & $text & "]") })',
    '$map([1..100000], function(){ $shuffle($numbers) })',
    '$formatNumber(5, "#", {"zero-digit": "", "decimal-separator": ""})',
    '$formatNumber(1 / 0, "0e0")',
  ],
  'data nested too deep': [
    '$nested',
    '$nested.**',
    '$string($nested)',
    '$clone($nested)',
    '$nested = $parse($string($nested))',
    '$distinct([$nested, 1])',
    '$parse($pad("", 3000, "[") & $pad("", 3000, "]"))',
  ],
  'sources that no person wrote': [
    '('.repeat(10_000),
    '['.repeat(100_000),
    `${'-'.repeat(9000)}1`,
    `1${' + 1'.repeat(4000)}`,
    `$x${'.a'.repeat(9000)} + a`,
    `${'('.repeat(200)}$x${' ?? 1)'.repeat(200)}`,
    `${'('.repeat(200)}$x${' ?: 1)'.repeat(200)}`,
    `${'$x ? '.repeat(3000)}1`,
    `${'%.'.repeat(6000)}a`,
    `$x.${'a['.repeat(900)}%${']'.repeat(900)}`,
    '|$|'.repeat(6000),
    `/${'('.repeat(9000)}a${')'.repeat(9000)}/`,
    '/(?:){4294967295}(?:(?:){9999}){9999}/',
    '/(?:a{1,99}){1,99}{1,99}/',
    '/((((a{1,99}){1,99}){1,99}){1,99}){1,99}/',
    `/${String.raw`[a-z\w\s]`.repeat(1800)}/i`,
    '"\\u12',
    '/'.repeat(20_000),
  ],
}

describe.for(Object.entries(hostile))('%s', ([, sources]) => {
  test.for(sources)('ends early: %s', (source) => {
    const memory = process.memoryUsage().heapUsed
    const before = process.cpuUsage()
    const thrown = thrownBy(() => evaluate({ jsonata: source, at: [1, 1] }, scope(bindings)))
    // What this process used: a machine with other things to do must not fail the test.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000)
    expect(process.memoryUsage().heapUsed - memory).toBeLessThan(100e6)
    expect(thrown).toBeInstanceOf(ExpressionError)
  })
})

test('what is large but honest is let through', () => {
  const honest = [
    '$count($numbers)',
    '$sum($numbers)',
    '$count($objects[id > 14990])',
    '$count($split($text, "b"))',
    '$length($string($objects)) > 500000',
    '$sort($objects.name)[0]',
    '$count($objects[[0..9]].(id * 2))',
    '$length($join($map([1..5000], $string), ","))',
    '$count($distinct([1..20000]))',
    '$sort([1..2000], function($a, $b){ $a < $b })[0]',
    '$count([1..2000]^(>$))',
    '$length($replace($spaces, / +/, ""))',
    '($sum := function($n, $s){ $n = 0 ? $s : $sum($n - 1, $s + $n) }; $sum(5000, 0))',
    '($fib := function($n){ $n < 2 ? $n : $fib($n - 1) + $fib($n - 2) }; $fib(15))',
    '($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(200))',
  ]
  for (const source of honest)
    expect(evaluate({ jsonata: source, at: [1, 1] }, scope(bindings))).toBeDefined()
})
