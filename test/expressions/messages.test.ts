import { describe, expect, test } from 'vitest'
import { evaluate } from '../../engine/expressions/evaluate.ts'
import { errorOf, scope } from './plain-jsonata.ts'

/** Message and hint of the error with which `source` ends. */
function complaint(source: string): string {
  const { message, hint } = errorOf(() => evaluate({ jsonata: source, at: [1, 1] }, scope({ x: { a: 1 } })))
  return hint === undefined ? message : `${message}; ${hint}`
}

describe('a built-in function says what it was given and what it takes', () => {
  test.for([
    ['$sum("a")', 'Argument 1 of $sum() must be a list of numbers; it is called as $sum(numbers)'],
    ['$uppercase(1)', 'Argument 1 of $uppercase() cannot be 1; it is called as $uppercase(text)'],
    ['$map([1], 2)', 'Argument 2 of $map() cannot be 2; it is called as $map(list, function)'],
    ['[1].$substring("a")', 'Argument 2 of $substring() cannot be nothing; it is called as $substring(text'],
    ['[1].$length()', 'Argument 1 of $length() is missing, and the context item is none'],
    ['$number("x")', '"x" cannot be read as a number'],
    ['$number([])', 'Argument 1 of $number() cannot be a list of 0 items'],
    ['$sqrt(-4)', '-4 is negative and has no square root'],
    ['$power(10, 999)', '10 to the power of 999 is too large a number'],
    ['$formatBase(1, 99)', 'A radix is between 2 and 36, not 99'],
    ['$string(1 / 0)', 'A number became too large; a division by zero does that too'],
    ['"" & 1 / 0', 'Infinity has no text'],
    ['$toMillis("today")', '"today" is no ISO 8601 timestamp'],
    [
      '$toMillis("2020-99-99", "[Y0001]-[M01]-[D01]") > 0 and $fromMillis(1e17)',
      '100000000000000000 is no instant',
    ],
    ['$fromMillis(0, "[Q]")', '"Q" is no part of a date or time'],
    ['$fromMillis(0, "[Y")', 'A picture has a [ without ]'],
    ['$fromMillis(0, "[YN]")', 'Only months and days have names, not "Y"'],
    ['$toMillis("10:20", "[H]:[s]")', 'The picture leaves out a part'],
    ['$formatInteger(5, "x")', 'A picture cannot begin with "x"'],
    ['$formatInteger(1e6, "I")', 'Roman numbers end at 100000'],
    ['$parseInteger("abc", "0")', '"abc" is no number of the picture "0"'],
    ['$formatNumber(1, "")', 'A picture needs at least one digit'],
    ['$formatNumber(1, "0.0.0")', 'A picture has at most one decimal separator'],
    ['$formatNumber(1, "0;0;0")', 'A picture has at most two parts'],
    ['$formatNumber(1, "0%%")', 'at most one percent sign'],
    ['$formatNumber(1, "0a0")', 'A picture has text inside its digits'],
    ['$formatNumber(1, "0,,0")', 'two grouping separators in a row'],
    [
      '$formatNumber(1, "0", {"percent": ""})',
      'The option "percent" of $formatNumber() is a character, not ""',
    ],
    ['$formatNumber(1, $pad("", 300, "0"))', 'A picture has more than 200 characters'],
    ['$encodeUrl("\\ud800")', '$encodeUrl() cannot use'],
    ['$decodeUrlComponent("%")', '$decodeUrlComponent() cannot use "%": it is malformed'],
    ['$sort([1, "a"])', '$sort() sorts numbers or texts'],
    ['$single([1, 2])', '$single() looks for one item, and found more'],
    ['$single([])', 'found none'],
    ['$split("a", "b", -1)', 'a limit, is at least 0, not -1'],
    ['$replace("a", "", "b")', 'An empty text cannot be replaced'],
    ['$replace("a", $x.b, "b")', 'The second argument of $replace() is missing'],
    ['$replace("a", /a/, function(){ 1 })', 'A match is replaced by a text, not by 1'],
    ['$replace("a", "a", function(){ "b" })', 'only a regex by a function'],
    ['$split("a", $x.b)', 'The second argument of $split() is missing'],
    ['$sift({"a": 1})', 'The second argument of $sift() is missing'],
    ['$match("a", function(){ 5 })', 'A function that stands for a regex gives an object'],
    ['$match("abc", /x*/)', 'The regex /x*/ matches an empty text again and again'],
    ['$reduce([1], function(){ 1 })', 'The function of $reduce() takes at least two arguments'],
    ['(function($x)<n>{ $x })("a")', 'Argument 1 of the function cannot be "a"'],
  ] as const)('%s: %s', ([source, message]) => {
    expect(complaint(source)).toContain(message)
  })
})

describe('an operator says what it was given and what it takes', () => {
  test.for([
    ['"a" * 2', '"*" needs a number on its left, not "a"'],
    ['2 - null', '"-" needs a number on its right, not null'],
    ['-"a"', 'Only a number can be negative, not "a"'],
    ['true < 1', '"<" needs a number or a text on its left, not true'],
    [
      '"a" >= 1',
      '">=" compares numbers with numbers and texts with texts, not "a" with 1; convert one of them',
    ],
    ['[1.5..2]', '".." needs a whole number on its left, not 1.5'],
    ['[1.."a"]', '".." needs a whole number on its right, not "a"'],
    ['{1: 2}', 'A key must be a text, and 1 is none; convert it with $string(…)'],
    ['{"_jsonata_lambda": 1}', 'is kept for JSONata itself'],
    ['{"a": 1, $string("a"): 2}', 'Two pairs give the key "a"'],
    ['[1, "a"]^($)', '"^" sorts by numbers or by texts, not by 1 and "a"'],
    ['[{}, {"a": 1}]^($)', 'not by an object and an object'],
    ['5(1)', 'Only a function can be called, not 5'],
    ['1 ~> 2', 'Only a function can be called, not 2'],
    ['$x ~> |a|{"b": 1}|', 'The pattern of a transform leads to objects inside what is transformed'],
    ['{"a": {}} ~> |a|5|', 'The update of a transform gives an object, not 5'],
    ['{"a": {}} ~> |a|{}, 5|', 'The deletion of a transform gives keys, not 5'],
    ['[1].foo(2)', 'Only a function can be called, not nothing; functions begin with $: write "$foo(…)"'],
    ['$nope(1)', 'There is no function "$nope"'],
    ['$nope(?)', 'There is no function "$nope"'],
    ['$eval("1")', '"$eval()" is not available'],
  ] as const)('%s: %s', ([source, message]) => {
    expect(complaint(source)).toContain(message)
  })
})

describe('a syntax error says what is wrong and, for habits from elsewhere, what is right', () => {
  test.for([
    ['"\\u12"', 'After "\\u" come four hexadecimal digits'],
    ['`a', 'A quoted name has no closing backtick'],
    ['/* a', 'A comment has no closing "*/"'],
    ['1e999', '"1e999" is too large a number'],
    ['function(a){ 1 }', 'A parameter must be a variable such as "$x", not "a"'],
    ['* / 2)', '")" is not expected here'],
    ['(1, 2)', '")" is expected here, not ","'],
    ['[/a/]', 'A regex stands only where a function is passed one'],
    ['$f(//)', 'A regex is empty'],
    ['$x@y', 'Right of "@" stands a variable such as "$x"'],
    ['$x ++ 1', 'write `$x + 1`'],
    ['$match("a", /[z-a]/)', 'The regex /[z-a]/ is refused'],
    ['$match("a", /(?i:a)/)', 'The regex /(?i:a)/ is refused'],
    ['$match("a", /(a{1,99}){1,99}{1,99}/)', 'Nothing to repeat'],
    ['$match("a", /((a{1,99}){1,99}){1,99}/)', 'its bounded repeats make it too large'],
    ['$x.1', 'The literal value 1 cannot be used as a step'],
  ] as const)('%s: %s', ([source, message]) => {
    expect(complaint(source)).toContain(message)
  })
})
