import { describe, expect, test } from 'vitest'
import { accepts, finds } from './finds.ts'
import { issuesOf } from './marked.ts'

const input = [
  'input:',
  '  type: object',
  '  properties:',
  '    size: { enum: [small, large] }',
  '    vip: { type: boolean }',
  '    count: { type: integer }',
  '    note: { type: string }',
  '    maybe: { type: [string, "null"] }',
  '    old: { type: string, nullable: true }',
  '    tags: { type: array, items: { type: string } }',
  '    colours: { type: array, items: { enum: [red, blue] } }',
  '    any: {}',
  '    kind: { const: order }',
  '    orders:',
  '      type: array',
  '      items: { type: object, properties: { state: { enum: [paid, open] } } }',
  'steps:',
  '',
].join('\n')

const guard = (condition: string): string =>
  `${input}  - if: "${condition}"\n    call: log\n    with: { message: hello }\n`

describe('a comparison of what can never be equal', () => {
  finds([
    ['comparison.never', guard("$input.size = «'larg'»")],
    ['comparison.never', guard("«'larg'» = $input.size")],
    ['comparison.never', guard("$input.size != «'larg'»")],
    ['comparison.never', guard("$input.size in ['small', «'larg'»]")],
    ['comparison.never', guard("$input.count > 1 and ($input.vip or $input.size = «'medium'»)")],
    ['comparison.never', guard("«$input.vip = 'yes'»")],
    ['comparison.never', guard("«$input.count = '3'»")],
    ['comparison.never', guard('«$input.note = null»')],
    ['comparison.never', guard("«$input.tags = 'a'»")],
    ['comparison.never', guard("$input.kind = «'offer'»")],
    ['comparison.never', guard('«$input.note = $input.count»')],
    ['comparison.never', guard("«'green'» in $input.colours")],
    ['comparison.never', guard("$count($input.orders[state = «'payed'»]) > 0")],
    [
      'comparison.never',
      `${input}  - switch:\n      - when: $input.size = 'small'\n        then: []\n      - when: >-\n          $input.count = 1\n          and $input.size = «'larg'»\n        then: []\n`,
    ],
    [
      'comparison.never',
      `- id: first\n  race: { fast: [{ wait: 1s }], slow: [{ wait: 2s }] }\n- if: $steps.first.winner = «'quick'»\n  return: 1\n`,
    ],
    [
      'comparison.never',
      `- id: goods\n  call: inventory.reserve\n  with: { sku: a }\n- loop: { until: «$steps.goods.id = 1», steps: [{ wait: 1s, id: x }, { if: $random() > 0.5, break: true }] }\n`,
    ],
    [
      'comparison.never',
      `- call: log\n  with: { message: hello }\n  catch:\n    - on: [activity.failed, timeout]\n      when: $error.type = «'activity.fail'»\n`,
    ],
    [
      'comparison.never',
      "- waitFor:\n    event: paid\n    timeout: 1h\n    schema: { type: object, properties: { by: { enum: [card, cash] } } }\n    match: $event.by = «'crad'»\n",
    ],
    [
      'comparison.never',
      `- id: child\n  workflow: child\n- if: $steps.child = «'no'»\n  return: 1\n---\nname: child\noutput: { enum: [yes, never] }\nsteps: [{ return: yes }]\n`,
    ],
    ['comparison.never', `${input}  - return: "\${ $input.size = «'big'» ? 1 : 2 }"\n`],
  ])

  accepts([
    ['a value of the enum', guard("$input.size = 'large'")],
    ['null, where it may be', guard('$input.maybe = null')],
    ['null, where a keyword of old allows it', guard('$input.old = null')],
    ['a number that is not whole', guard('$input.count = 1.5')],
    ['a text in a list', guard("'a' in $input.tags")],
    ['a path over a list', guard("$input.orders.state = 'paid'")],
    ['a filter', guard("$count($input.orders[state = 'paid']) > 0")],
    ['what a schema leaves open', guard("$input.any = 'x' or $input.other = 3")],
    ['a name of its own', guard("($input := { 'size': 'huge' }; $input.size = 'huge')")],
    ['an index', guard("$input.tags[0] = 'a'")],
    ['a function of a path', guard("$string($input.count) = '3'")],
    ['a default', guard('($input.note ?? null) = null')],
    [
      'what a timeout gives instead',
      "- id: answer\n  ask: { prompt: a, timeout: 1h, schema: { enum: [yes, never] }, onTimeout: late }\n- if: $steps.answer = 'late'\n  return: 1\n",
    ],
  ])
})

test.for([
  ["$input.size = 'larg'", `"$input.size" is 'small' or 'large', and never 'larg'`, "Did you mean 'large'?"],
  [
    "$input.vip = 'yes'",
    `"$input.vip" is true or false, and never 'yes'`,
    'Compare it with what it can be, or widen the schema',
  ],
  ["$input.tags = 'a'", `"$input.tags" is a list, and never 'a'`, "Write 'a' in $input.tags"],
  [
    '$input.note = null',
    `"$input.note" is a text, and never null`,
    'Ask $exists($input.note) whether it is there',
  ],
  ['$input.note = $input.count', `"$input.note" is a text, and never the same as "$input.count"`, undefined],
] as const)('%s is explained', ([condition, message, hint]) => {
  const [issue] = issuesOf(guard(condition))
  expect(issue?.message).toBe(message)
  expect(issue?.hint).toBe(hint)
})
