import { describe } from 'vitest'
import { accepts, finds } from './finds.ts'

const input =
  'input: { type: object, required: [name, lines], additionalProperties: false, properties: { name: { type: string }, size: { enum: [s, l] }, lines: { type: array, items: { type: object, additionalProperties: false, properties: { sku: { type: string }, quantity: { type: integer } } } } } }\n'
const other =
  '---\nname: child\ninput: { type: object, required: [a], properties: { a: { type: integer } }, additionalProperties: false }\noutput: { type: object, required: [b], properties: { b: { type: string } }, additionalProperties: false }\nresult: { b: x }\n'

describe('expressions', () => {
  finds([
    ['expression.syntax', 'result: ${ $input.a «+» }\n'],
    ['expression.syntax', 'result: ${ $input.a «)» }\n'],
    ['expression.syntax', 'result: ${« »}\n'],
    ['expression.bareName', 'result: ${ «name» }\n'],
    ['expression.bareName', 'result: ${ $input.a = «x».y }\n'],
    ['expression.bareName', 'result: ${ «$» }\n'],
    ['function.unknown', 'result: ${ «$uppercas»($input.a) }\n'],
    ['function.unavailable', "result: ${ «$eval»('1') }\n"],
    ['function.unavailable', "result: ${ «$error»('1') }\n"],
    ['function.arguments', "result: ${ «$uppercase»('1', 2) }\n"],
    ['regex.danger', 'result: ${ $match($input.a, «/(a+)+b/») }\n'],
    ['regex.danger', 'input: { type: object, properties: { a: { type: string, pattern: «"^(a+)+$"» } } }\n'],
    ['expression.bareName', '- if: «yes»\n  then: [{ wait: 1s }]\n'],
    ['condition.notBoolean', '- if: "«\'yes\'»"\n  then: [{ wait: 1s }]\n'],
    ['condition.notBoolean', "- if: «$input.a & 'x'»\n  then: [{ wait: 1s }]\n"],
    ['condition.notBoolean', '- if: «$count($input.a)»\n  then: [{ wait: 1s }]\n'],
    ['condition.notBoolean', input + 'steps:\n  - if: «$input.name»\n    then: [{ wait: 1s }]\n'],
    [
      'condition.notBoolean',
      '- id: a\n  wait: 1s\n- loop: { until: «$steps.a», steps: [{ wait: 1s }, { if: $random() > 0.5, break: true }] }\n',
    ],
    ['condition.marks', '- if: «${ $input.a } = 1»\n  then: [{ wait: 1s }]\n'],
    ['template.unmarked', '- call: log\n  with: { message: «$input.name» }\n'],
    ['template.unmarked', '- call: log\n  with: { message: a, data: { list: [«$steps.a.b»] } }\n'],
    ['template.unclosed', '- call: log\n  with: { message: "a «${ $input.name»" }\n'],
    ['template.null', '- call: log\n  with: { message: "a ${ «null» }" }\n'],
    ['keep.scope', '- call: http.request\n  with: { url: a }\n  keep: body & «$input.a»\n'],
    [
      'function.scope',
      'functions: { f: "function($x) { $x + «$vars.a» }" }\nvars: { a: 1 }\nresult: ${ $f($vars.a) }\n',
    ],
    ['function.shape', 'functions: { f: "«1 + 1»" }\nresult: ${ $f() }\n'],
  ])

  accepts([
    ['a wrapped condition', '- if: ${ $input.a = 1 }\n  then: [{ wait: 1s }]\n'],
    ['a boolean condition', '- if: true\n  wait: 1s\n'],
    ['a condition by $boolean', '- if: $boolean($input.a)\n  wait: 1s\n'],
    ['a condition that may be a boolean', '- if: $input.flag\n  wait: 1s\n'],
    ['names inside of predicates', "result: ${ $input.lines[sku = 'a'].quantity }\n"],
    [
      'names of the raw result',
      "- call: http.request\n  with: { url: a }\n  keep: \"{'id': id, 'n': $count(items)}\"\n",
    ],
    ['text in a dollar amount', '- call: log\n  with: { message: "$5 and $name" }\n'],
    ['an escaped mark', '- call: log\n  with: { message: "$${ $nothing }" }\n'],
    ['a default for nothing', "result: ${ $input.a ?? 'x' }\n"],
    ['braces in strings and regexes', 'result: ${ $replace($input.a, /[{}]+/, \'}\') & "}" }\n'],
  ])
})

describe('paths and shapes', () => {
  finds([
    ['path.unknown', input + 'result: ${ $input.«nmae» }\n'],
    ['path.unknown', input + 'result: ${ $input.lines.«skuu» }\n'],
    ['path.unknown', input + "result: ${ $input.lines[«id» = 'a'].sku }\n"],
    ['path.unknown', input + 'result: ${ $input.name.«first» }\n'],
    ['path.unknown', input + 'result: ${ $exists($input.«nmae») }\n'],
    [
      'path.unknown',
      '- id: a\n  call: inventory.reserve\n  with: { sku: a }\n- return: ${ $steps.a.id.«x» }\n',
    ],
    ['path.unknown', '- id: a\n  workflow: child\n  with: { a: 1 }\n- return: ${ $steps.a.«c» }\n' + other],
    [
      'path.unknown',
      '- id: a\n  parallel: { one: [{ wait: 1s }], two: [{ wait: 1s }] }\n- return: ${ $steps.a.«three» }\n',
    ],
    [
      'path.unknown',
      '- id: a\n  race: { one: [{ wait: 1s }], two: [{ wait: 1s }] }\n- return: ${ $steps.a.«one» }\n',
    ],
    [
      'path.unknown',
      '- id: a\n  forEach: { in: "${ $input.x }", steps: [{ wait: 1s }] }\n- return: ${ $steps.a.«items» }\n',
    ],
    [
      'path.unknown',
      'vars: { n: 0 }\nsteps:\n  - id: a\n    set: { n: 1 }\n  - return: ${ $steps.a.«m» + $vars.n }\n',
    ],
    ['path.unknown', '- try: [{ wait: 1s }]\n  catch: [{ result: "${ $error.«code» }" }]\n'],
    ['path.unknown', 'result: ${ $run.«started» }\n'],
    [
      'path.unknown',
      '- ask: { prompt: a, timeout: 1h, schema: { type: object, properties: { ok: { type: boolean } }, additionalProperties: false } }\n  id: q\n- return: ${ $steps.q.«okay» }\n',
    ],
    [
      'path.typo',
      'input: { type: object, properties: { customer: { type: object, properties: { email: { type: string } } } } }\nresult: ${ $input.customer.«emial» }\n',
    ],
  ])

  accepts([
    [
      'an undeclared property of an open schema',
      'input: { type: object, properties: { customer: { type: string } } }\nresult: ${ $input.number }\n',
    ],
    [
      'a plural of a declared one',
      'input: { type: object, properties: { item: { type: string } } }\nresult: ${ $input.items }\n',
    ],
    ['anything of the input without a schema', 'result: ${ $input.a.b.c }\n'],
    [
      'a path into additional properties',
      'input: { type: object, additionalProperties: { type: object } }\nresult: ${ $input.a.b }\n',
    ],
    [
      'a path that one of several schemas has',
      'input: { type: object, properties: { a: { anyOf: [{ type: string }, { type: object, properties: { b: {} } }] } } }\nresult: ${ $input.a.b }\n',
    ],
    [
      'a recursive schema',
      'input: { type: object, properties: { tree: { $ref: "#/$defs/tree" } }, $defs: { tree: { type: object, additionalProperties: false, properties: { left: { $ref: "#/$defs/tree" } } } } }\nresult: ${ $input.tree.left.left.left }\n',
    ],
  ])
})

describe('arguments and results', () => {
  finds([
    ['arguments.mismatch', '- call: inventory.reserve\n  with: { sku: «3» }\n'],
    ['arguments.mismatch', '- call: inventory.reserve\n  with: { sku: a, quantity: «0» }\n'],
    ['arguments.mismatch', '- call: inventory.reserve\n  with: { sku: «"${ 1 + 1 }"» }\n'],
    [
      'arguments.mismatch',
      input + 'steps:\n  - call: inventory.reserve\n    with: { sku: «"${ $input.lines }"» }\n',
    ],
    [
      'arguments.mismatch',
      '- call: inventory.reserve\n  with: { sku: a, quantity: «"${ $input.a } pieces"» }\n',
    ],
    [
      'arguments.mismatch',
      '- call: inventory.reserve\n  «with»: ${ [1] }\n'
        .replace('«with»', 'with')
        .replace('${ [1] }', '«${ [1] }»'),
    ],
    ['arguments.missing', '- call: inventory.reserve\n  with: «{ quantity: 1 }»\n'],
    ['arguments.missing', '- «call»: inventory.reserve\n'],
    ['arguments.missing', '- call: inventory.reserve\n  «with»:\n    quantity: 1\n'],
    ['arguments.unknown', '- call: inventory.reserve\n  with: { sku: a, «size»: 1 }\n'],
    ['arguments.typo', '- call: log\n  with: { message: a, «mesage»: 1 }\n'],
    ['arguments.unknown', '- workflow: child\n  with: { a: 1, «z»: 1 }\n' + other],
    ['arguments.mismatch', '- workflow: child\n  with: { a: «b» }\n' + other],
    ['arguments.missing', '- wait: 1s\n  compensate: { call: inventory.release, with: «{}» }\n'],
    ['activity.unknown', '- wait: 1s\n  compensate: { call: «inventory.releas», with: { id: a } }\n'],
    [
      'result.mismatch',
      'output: { type: object, required: [a], properties: { a: { type: string } } }\nresult: { a: «1» }\n',
    ],
    [
      'result.mismatch',
      'output: { type: object, required: [a], properties: { a: { type: string } } }\nresult: «{ b: 1 }»\n',
    ],
    [
      'result.mismatch',
      'output: { type: object, required: [a], properties: { a: { enum: [x, y] } } }\nresult: { a: «z» }\n',
    ],
    [
      'result.mismatch',
      'output: { type: object, properties: { a: { type: string } } }\nresult: { a: «"${ 1 + 1 }"» }\n',
    ],
    ['result.mismatch', 'output: { type: object }\nsteps:\n  - return: «done»\n'],
    ['result.mismatch', 'output: { type: object }\nsteps:\n  - «wait»: 1s\n'],
    [
      'result.mismatch',
      'output: { type: object }\nsteps: [{ wait: 1s }]\nresult: {}\ncatch: [{ result: «1» }]\n',
    ],
    [
      'result.typo',
      'output: { type: object, properties: { status: { type: string } } }\nresult: { «sttaus»: a }\n',
    ],
  ])

  accepts([
    ['one value in a list position', '- call: batch.run\n  with: { items: a }\n'],
    [
      'a missing argument with a default',
      'result: 1\nsteps:\n  - workflow: b\n---\nname: b\ninput: { type: object, required: [a], properties: { a: { type: integer, default: 1 } } }\nresult: ${ $input.a }\n',
    ],
    [
      'a value that may fit',
      '- call: inventory.reserve\n  with: { sku: "${ $input.sku }", quantity: "${ $input.n ?? 1 }" }\n',
    ],
    ['arguments as a whole', '- call: inventory.reserve\n  with: ${ $input }\n'],
    [
      'a result with more than is declared',
      'output: { type: object, properties: { a: { type: string } } }\nresult: { a: x, other: 1 }\n',
    ],
    [
      'a child that is started alone',
      '- id: a\n  workflow: child\n  detached: true\n  with: { a: 1 }\n- call: log\n  with: { message: "${ $steps.a }" }\n' +
        other,
    ],
  ])
})
