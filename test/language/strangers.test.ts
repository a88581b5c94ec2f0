import { expect, test } from 'vitest'
import { accepts, finds } from './finds.ts'
import { issuesOf } from './marked.ts'

/** What people write who come from elsewhere: one mistake is one issue, with the cure. */
finds([
  ['yaml.bracket', 'steps:\n  - parallel: { a: «[»{ wait: 1s }, b: [{ wait: 2s }] }\n'],
  ['yaml.bracket', 'steps:\n  - call: log\n    with: «{» message: "a]", data: [1, 2] # }\n  - wait: 1s\n'],
  ['yaml.expressionInFlow', 'functions: { f: «function($x) { $x }» }\n'],
  ['yaml.expressionInFlow', '- loop: { until: «$count($input.list[a = 1]) > 1», steps: [{ wait: 1s }] }\n'],
  ['yaml.expressionInFlow', 'functions: { f: «function($x, $y) { $x + $y }» }\n'],
  ['yaml.start', 'schedule:\n  cron: «*/5 * * * *»\n'],
  ['yaml.start', '- wait: 1s\n  catch:\n    - on: [timeout, «*.failed»]\n'],
  ['yaml.tag', '- if: «!$input.x»\n  wait: 1s\n'],
  ['yaml.indentation', '- call: log\n   «with: { message: a }»\n'],
  ['value.form', '- forEach: «${ $input.x }»\n  steps: [{ wait: 1s }]\n'],
  ['key.misplaced', '- forEach:\n    in: ${ $input.x }\n  «steps»: [{ wait: 1s }]\n'],
  ['key.misplaced', '- wait: 1s\n  compensate: { «set»: { a: 1 } }\n'],
  ['yaml.start', 'schedule:\n  cron: «* * * * *»\n'],
  ['yaml.start', '- wait: 1s\n  catch:\n    - on: [«*»]\n'],
  ['yaml.expressionComment', '- call: log\n  with:\n    message: «Order #${ $input.n } #done»\n'],
  ['key.unknown', '# as it is\nname: a\ndescription: b\n«step»:\n  - wait: 1s\n'],
  ['value.form', '- wait: 1s\n«-»\n- wait: 1s\n'],
  ['key.misplaced', '- wait: 1s\n  catch:\n    - «call»: log\n      with: { message: a }\n'],
  ['key.misplaced', '- switch:\n    - when: $input.a = 1\n      then: []\n    - «default»: [{ wait: 1s }]\n'],
  ['template.foreign', '- call: log\n  with: { message: "«{% if x %}» a {% endif %}" }\n'],
  ['key.unknown', 'defaults: &d { call: { timeout: 1s } }\nsteps:\n  - «<<»: *d\n    wait: 1s\n'],
  ['yaml.colon', '- call: log\n  with: { message: «a level: info» }\n'],
  ['yaml.syntax', '- parallel: { a: [{ wait: 1s } «{» wait: 2s }] }\n'],
  ['yaml.syntax', '- parallel:\n    a: [\n      «- wait: 1s»\n    ]\n'],
  ['yaml.bracket', '- parallel: { a: [{ wait: 1s }] } «}»\n'],
  ['key.misplaced', '- call: log\n  with:\n  «message»: a\n'],
  ['value.constant', '- call: «${ $input.name }»\n'],
  ['value.constant', '- waitFor: { event: «"paid-${ $input.x }"», timeout: 1h }\n'],
  ['key.unknown', '- ask: { «question»: "ok?", timeout: 1h }\n'],
  ['step.noKind', '- wait: 1s\n- «with»: { a: 1 }\n'],
  ['value.form', 'name: a\ndescription: «5»\n'],
  ['yaml.expressionComment', '- if: «$input.a = 1 #and $input.b = 2»\n  wait: 1s\n'],
  // A misspelt use is not an unused name as well.
  ['retry.unknown', 'retries: { patient: { maxAttempts: 3 } }\nsteps: [{ wait: 1s, retry: «pateint» }]\n'],
  ['vars.unknown', 'vars: { total: 0 }\nsteps: [{ set: { «totl»: 1 } }]\n'],
  ['vars.unknown', 'vars: { total: 0 }\nsteps: [{ return: "${ $vars.«totl» }" }]\n'],
  ['config.unknown', 'config: { rate: 1 }\nsteps: [{ return: "${ $config.«rat» }" }]\n'],
  [
    'config.unknown',
    'config: { rate: 1 }\nfunctions: { f: "function() { $config.«rat» }" }\nsteps: [{ return: "${ $f() }" }]\n',
  ],
  [
    'function.unknown',
    'functions: { gross: "function($x) { $x }" }\nsteps: [{ return: "${ «$gros»(1) }" }]\n',
  ],
  [
    'secret.unknown',
    'secrets: [API_KEY]\nsteps: [{ call: log, with: { message: a, data: { $secret: «API_KYE» } } }]\n',
  ],
  ['secret.misplaced', 'secrets: [KEY]\nsteps: [{ return: «{ $secret: KEY }» }]\n'],
  [
    'secret.misplaced',
    'secrets: [KEY]\nconfig: { k: «{ $secret: KEY }» }\nsteps: [{ return: "${ $config.k }" }]\n',
  ],
  [
    'secret.misplaced',
    'secrets: [KEY]\nschedule: { cron: "0 0 * * *", input: { k: [«{ $secret: KEY }»] } }\n',
  ],
  ['variable.unknown', 'secrets: [KEY]\nsteps: [{ return: "${ «$secrets».KEY }" }]\n'],
  [
    'value.form',
    'secrets: «{ KEY: abc }»\nsteps: [{ call: log, with: { message: a, data: { $secret: KEY } } }]\n',
  ],
  ['value.constant', 'schedule: { cron: "0 0 * * *", input: { at: «"${ $now() }"» } }\n'],
  ['value.constant', 'config: { at: «"${ $now() }"» }\nsteps: [{ return: "${ $config.at }" }]\n'],
  ['value.form', 'vars: { a: 1 }\nsteps: [{ set: «[a, 1]» }]\n'],
  // Keys that are too many and keys that are missing.
  ['arguments.missing', '- call: http.request\n  with: { «urll»: a }\n'],
  ['arguments.unknown', '- call: inventory.reserve\n  with: { «article»: a }\n'],
  [
    'result.mismatch',
    'output: { type: object, required: [total], properties: { total: { type: number } } }\nsteps: [{ return: { «totl»: 1 } }]\n',
  ],
  [
    'arguments.missing',
    '- workflow: child\n  «with»: {}\n---\nname: child\ninput: { type: object, required: [one, two], properties: { one: {}, two: {} } }\nsteps: [{ wait: 1s }]\n'.replace(
      '«with»: {}',
      'with: «{}»',
    ),
  ],
  // A warning gives way to an error at the same place.
  ['arguments.mismatch', '- call: inventory.reserve\n  with: { sku: a, quantity: «$input.n» }\n'],
  // Schemas.
  ['schema.unknownKeyword', 'input: { «name»: string, age: number }\n'],
  ['schema.unknownKeyword', 'input: { type: object, properties: { a: { «kind»: string } } }\n'],
  ['schema.invalid', 'input: { type: object, «properties»: [a, b] }\n'],
  ['schema.invalid', 'input: { type: object, properties: { a: { $ref: «"#/$defs/x"» } } }\n'],
  ['schema.invalid', 'input: { type: object, properties: { a: { type: string, pattern: «"(x"» } } }\n'],
  // Blocks without a way past them.
  ['step.unreachable', '- parallel: { a: [{ fail: { type: a.b } }], b: [{ wait: 1s }] }\n- «wait»: 1s\n'],
  ['step.unreachable', '- race: { a: [{ fail: { type: a.b } }], b: [{ return: 1 }] }\n- «wait»: 1s\n'],
  ['step.unreachable', '- loop: { until: $random() > 0.5, steps: [{ return: 1 }] }\n- «wait»: 1s\n'],
  // In a block scalar the text is underlined, and not its header.
  ['template.unmarked', '- call: log\n  with:\n    message: >-\n      «$input.x»\n'],
  ['arguments.mismatch', '- call: inventory.reserve\n  with:\n    sku: a\n    quantity: |-\n      «many»\n'],
  ['expression.syntax', '- if: «not» $input.a\n  wait: 1s\n'],
])

accepts([
  [
    'a quorum of which one branch fails',
    '- parallel: { a: [{ fail: { type: a.b } }], b: [{ wait: 1s }] }\n  need: 1\n- wait: 1s\n',
  ],
  [
    'a race of which one branch fails',
    '- race: { a: [{ fail: { type: a.b } }], b: [{ wait: 1s }] }\n- wait: 1s\n',
  ],
  [
    'a loop without a pass',
    'vars: { n: 0 }\nsteps:\n  - loop: { while: $vars.n > 0, steps: [{ return: 1 }] }\n  - wait: 1s\n',
  ],
  ['a literal mark in a setting', 'config: { at: "$${ x }" }\nsteps: [{ return: "${ $config.at }" }]\n'],
  ['a schema of notes', 'input: { description: anything, x-unit: kg }\n'],
  ['a comment behind a text', '- call: log\n  with:\n    message: hello # not ${ $input.x }\n'],
  [
    'a forward reference in a schema',
    'input: { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { type: object } } }\n',
  ],
])

test.for([
  ['schedule:\n  cron: * * * * *\n', 'Quote it: "* * * * *"'],
  [
    '- call: log\n  with: { message: "${{ inputs.name }}" }\n',
    "Write ${ $input.name }; for such braces as text, ${ '{{' }",
  ],
  ['- if: "{{ steps.a.outputs.b }}"\n  wait: 1s\n', 'Write it bare: $steps.a.b'],
  ['- if: "{{ $count($input.a) > 1 }}"\n  wait: 1s\n', 'Write it bare: $count($input.a) > 1'],
  ['- if: "${ $input.a } = 1"\n  wait: 1s\n', 'Write it bare: $input.a = 1'],
  ["- if: 'a' = $input.x\n  wait: 1s\n", `Quote it: "'a' = $input.x"`],
  ['- wait: 1s\n- catch: []\n', 'Remove its dash: "catch" belongs to the step before it'],
  [
    '- call: inventory.reserve\n  with: { sku: a, timeout: 5s }\n',
    '"timeout" is a key of the step: write it beside "with"',
  ],
  ['- wait: 30\n', 'Write 30s for seconds, or ms, m, h, d'],
  ['- wait: 5 minutes\n', 'Write 5m'],
  ['- wait: P1M\n', 'Months and years have no fixed length: say days, such as 30d'],
  ['- wait: 1s\n  retry: 3\n', 'Write { maxAttempts: 3 }'],
  ['- call: inventory.reserve\n  with: { sku: a, quantity: "3" }\n', 'Write 3, without quotes'],
  ['- call: inventory.reserve\n  with: { sku: a, quantity: $input.n }\n', 'Write "${ $input.n }"'],
  ['- call: log\n  with: { message: 3 }\n', 'Quote it: "3"'],
  [
    'input: { type: object, properties: { n: { type: string } } }\nsteps:\n  - call: inventory.reserve\n    with: { sku: a, quantity: "${ $input.n }" }\n',
    'Convert it: ${ $number($input.n) }',
  ],
  ['- return: "${ $filter($input.a, function($o) { o.x }) }"\n', 'Write $o'],
  ['- if: $input.a == 1\n  wait: 1s\n', 'Write `=`'],
  ['- if: yes\n  wait: 1s\n', 'Write true: in YAML 1.2 and JSONata "yes" is a name'],
  ['- if: $input.a = 1\n', 'Add "then"; to guard a step, write "if" beside its kind'],
] as const)('%j is told: %s', ([text, hint]) => {
  expect(issuesOf(text).map((issue) => issue.hint)).toEqual([hint])
})
