import { describe, expect, test } from 'vitest'
import { accepts, finds } from './finds.ts'
import { issuesOf } from './marked.ts'

const wait = 'wait: 1s'

describe('the flow of steps', () => {
  finds([
    ['step.unreachable', `- return: 1\n- «wait»: 1s\n- ${wait}\n`],
    ['step.unreachable', `- fail: { type: a.b }\n- «wait»: 1s\n`],
    ['step.unreachable', `- loop:\n    steps:\n      - break: true\n      - «wait»: 1s\n`],
    [
      'step.unreachable',
      `- if: $input.a = 1\n  then: [{ return: 1 }]\n  else: [{ fail: { type: a.b } }]\n- «wait»: 1s\n`,
    ],
    [
      'step.unreachable',
      `- switch:\n    - when: $input.a = 1\n      then: [{ return: 1 }]\n  default: [{ return: 2 }]\n- «wait»: 1s\n`,
    ],
    [
      'step.unreachable',
      `- try: [{ return: 1 }]\n  catch: [{ steps: [{ fail: { type: a.b } }] }]\n- «wait»: 1s\n`,
    ],
    ['loop.outside', '- «break»: true\n'],
    ['loop.outside', '- «continue»: true\n'],
    [
      'loop.outside',
      `- loop:\n    until: $random() > 0.5\n    steps:\n      - parallel: { a: [{ «break»: true }], b: [{ ${wait} }] }\n`,
    ],
    ['loop.outside', '- forEach: { in: "${ $input.x }", concurrency: 2, steps: [{ «break»: true }] }\n'],
    [
      'loop.outside',
      '- forEach: { in: "${ $input.x }", concurrency: "${ $input.n }", steps: [{ «continue»: true }] }\n',
    ],
    ['loop.endless', `- «loop»: { steps: [{ ${wait} }] }\n`],
    ['loop.endless', `- loop: { while: «true», steps: [{ ${wait} }] }\n`],
    ['loop.endless', `- loop: { until: «false», steps: [{ ${wait} }] }\n`],
    ['loop.endless', `- loop: { while: «1 = 1», steps: [{ ${wait} }] }\n`],
    [
      'loop.endless',
      `- «loop»:\n    steps:\n      - forEach: { in: "\${ $input.x }", steps: [{ if: $item = 1, break: true }] }\n`,
    ],
    [
      'loop.fixedCondition',
      `vars: { n: 0 }\nsteps:\n  - loop: { while: «$vars.n < 3», steps: [{ ${wait} }] }\n`,
    ],
    [
      'loop.fixedCondition',
      `- id: a\n  call: http.request\n  with: { url: a }\n- loop: { until: «$steps.a.done», steps: [{ ${wait} }] }\n`,
    ],
    [
      'switch.deadCase',
      `- switch:\n    - when: true\n      then: []\n    - when: «$input.a = 1»\n      then: []\n`,
    ],
    [
      'switch.deadCase',
      `- switch:\n    - when: $input.a = 1\n      then: []\n    - when: «$input.a   = 1»\n      then: []\n`,
    ],
    [
      'switch.deadCase',
      `- switch:\n    - when: $input.a = 1\n      then: []\n    - when: «$input.b = 2 and $input.a = 1»\n      then: []\n`,
    ],
    [
      'switch.deadCase',
      `- switch:\n    - when: $input.a = 1 or ($input.b = 2 and $input.c = 3)\n      then: []\n    - when: «"($input.c = 3) and $input.b = 2"»\n      then: []\n`
        .replace('«"', '"«')
        .replace('"»', '»"'),
    ],
    [
      'switch.deadCase',
      `- switch:\n    - when: $input.a = 1 or $input.b = 2\n      then: []\n    - when: «$input.a = 1 or $input.b=2»\n      then: []\n`,
    ],
    ['switch.deadCase', `- switch:\n    - when: «false»\n      then: []\n`],
    ['switch.deadCase', `- switch:\n    - when: true\n      then: []\n  «default»: [{ ${wait} }]\n`],
    ['parallel.need', `- parallel: { a: [{ ${wait} }], b: [{ ${wait} }] }\n  need: «3»\n`],
  ])

  accepts([
    ['a guarded exit', `- if: $input.a = 1\n  return: 1\n- ${wait}\n`],
    ['an exit in one branch', `- if: $input.a = 1\n  then: [{ return: 1 }]\n- ${wait}\n`],
    ['a caught failure', `- try: [{ fail: { type: a.b } }]\n  catch: [{ on: [a.b] }]\n- ${wait}\n`],
    [
      'a loop that a break ends',
      `- loop:\n    steps:\n      - if: $random() > 0.5\n        break: true\n      - ${wait}\n`,
    ],
    [
      'a loop that returns',
      `- loop:\n    steps:\n      - ${wait}\n      - if: $random() > 0.5\n        return: 1\n`,
    ],
    [
      'cases of which the special one comes first',
      `- switch:\n    - when: $input.a = 1 and $input.b = 2\n      then: []\n    - when: $input.a = 1\n      then: []\n    - when: $input.a = 1 or $input.b = 2\n      then: []\n`,
    ],
    [
      'cases that differ by white space in a text',
      `- switch:\n    - when: $input.a = 'b  c'\n      then: []\n    - when: $input.a = 'b c'\n      then: []\n`,
    ],
    [
      'cases by chance',
      `- switch:\n    - when: $random() < 0.5\n      then: []\n    - when: $random() < 0.5\n      then: []\n`,
    ],
    ['a loop until a time', `- loop: { until: $millis() > 1000, steps: [{ ${wait} }] }\n`],
    [
      'a loop until an event tells so',
      `- loop: { until: $steps.a.last, steps: [{ id: a, waitFor: { event: a, timeout: 1h } }] }\n`,
    ],
    ['one pass', `- loop: { until: true, steps: [{ ${wait} }] }\n`],
    [
      'a loop by its previous pass',
      `- loop: { until: $previous.last, steps: [{ call: http.request, with: { url: a } }] }\n`,
    ],
    [
      'continue in a sequential forEach',
      `- forEach: { in: "\${ $input.x }", steps: [{ if: $item = 1, continue: true }, { ${wait} }] }\n`,
    ],
    [
      'break out of an if in a loop',
      `- loop:\n    steps:\n      - ${wait}\n      - if: $random() > 0.5\n        then: [{ break: true }]\n`,
    ],
  ])
})

test('steps may be nested 64 deep, and no deeper', () => {
  const nested = (depth: number): string =>
    `- ${'try: [{ '.repeat(depth - 1)}wait: 1s${' }]'.repeat(depth - 1)}\n`
  expect(issuesOf(nested(64))).toEqual([])
  expect(issuesOf(nested(65)).map(({ code }) => code)).toEqual(['step.tooDeep'])
})

describe('errors, retries and waits', () => {
  finds([
    ['catch.shadowed', `- ${wait}\n  catch:\n    - on: ['*']\n    - on: «[a.b]»\n`],
    ['catch.shadowed', `- ${wait}\n  catch:\n    - steps: []\n    - «steps»: [{ ${wait} }]\n`],
    ['catch.shadowed', `- ${wait}\n  catch:\n    - on: [a.*]\n    - on: [b.c]\n    - on: «[a.x.*, b.c]»\n`],
    ['catch.shadowed', `steps: [{ ${wait} }]\ncatch:\n  - on: [a.*]\n  - on: «[a.b]»\n`],
    ['catch.cancelled', `- ${wait}\n  catch: [{ on: [«cancelled»] }]\n`],
    ['retry.final', `- ${wait}\n  retry: { on: [«activity.invalidInput»] }\n`],
    [
      'retry.final',
      `retries: { r: { on: [timeout, «workflow.invalidInput»] } }\nsteps: [{ ${wait}, retry: r }]\n`,
    ],
    ['retry.shadowed', `- ${wait}\n  retry: [{ maxAttempts: 2 }, { on: «[timeout]» }]\n`],
    ['retry.shadowed', `- ${wait}\n  retry: [{ on: [a.*], maxAttempts: 2 }, { on: «[a.b.*]» }]\n`],
    ['retry.unknown', `- ${wait}\n  retry: «slow»\n`],
    ['timeout.missing', '- «ask»: { prompt: a }\n'],
    ['timeout.missing', '- «waitFor»: { event: a }\n'],
    ['timeout.missing', '- waitFor: { event: a, «onTimeout»: 1 }\n'],
    ['timeout.missing', '- race: { a: [{ «waitFor»: { event: a } }], b: [{ «ask»: { prompt: b } }] }\n'],
    [
      'timeout.missing',
      '- try: [{ wait: 1s }]\n  timeout: 1h\n  catch: [{ steps: [{ «ask»: { prompt: a } }] }]\n',
    ],
    ['timeout.missing', 'timeout: 1h\nsteps: [{ wait: 1s }]\nfinally: [{ «waitFor»: { event: a } }]\n'],
    ['timeout.twice', '- ask: { prompt: a, timeout: 1h }\n  «timeout»: 2h\n'],
    ['timestamp.invalid', '- wait: { until: «2030-02-30T00:00:00Z» }\n'],
    ['timestamp.invalid', '- wait: { until: «2030-01-01T00:00:00» }\n'],
    ['timestamp.invalid', '- wait: { until: «tomorrow» }\n'],
    [
      'event.isolated',
      '- forEach:\n    in: ${ $input.x }\n    isolate: true\n    steps:\n      - try:\n          - waitFor: { event: «paid», timeout: 1h }\n        catch:\n          - steps:\n              - waitFor:\n                  event: «late»\n                  timeout: 1h\n',
    ],
    [
      'event.isolated',
      '- call: log\n  with: { message: "${ $run.id }" }\n- forEach:\n    in: ${ $input.x }\n    isolate: true\n    steps:\n      - waitFor: { event: «paid», timeout: 1h }\n      - call: log\n        with: { message: "${ $run.name }" }\n',
    ],
    ['event.reserved', '- emit: { event: «longhaul.x», to: a }\n'],
    ['duration.invalid', '- wait: «"${ 30 }"»\n'],
  ])

  accepts([
    ['the special clause first', `- ${wait}\n  catch:\n    - on: [a.b]\n    - on: [a.*]\n    - on: ['*']\n`],
    [
      'a clause with a condition first',
      `- ${wait}\n  catch:\n    - when: $error.retryable\n    - on: [a.b]\n`,
    ],
    ['a catch of cancelled and more', `- ${wait}\n  catch: [{ on: [cancelled, timeout] }]\n`],
    [
      'a wait bounded by the defaults',
      'defaults: { ask: { timeout: 1h } }\nsteps: [{ ask: { prompt: a } }]\n',
    ],
    [
      'a policy for what an earlier one excepts',
      `- ${wait}\n  retry: [{ except: [timeout] }, { on: [timeout], maxAttempts: 9 }]\n`,
    ],
    [
      'a policy for more than an earlier one',
      `- ${wait}\n  retry: [{ on: [a.b.*], maxAttempts: 2 }, { on: [a.*] }]\n`,
    ],
    ['a wait bounded by its step', '- waitFor: { event: a }\n  timeout: 1h\n'],
    [
      'a wait bounded by a block around it',
      '- try: [{ if: $input.a = 1, then: [{ waitFor: { event: a } }] }]\n  timeout: 1h\n',
    ],
    ['an event in a race with time', '- race: { paid: [{ waitFor: { event: a } }], late: [{ wait: 2d }] }\n'],
    ['a wait bounded by the run', 'timeout: 1h\nsteps: [{ waitFor: { event: a } }]\n'],
    [
      'a default beside an own timeout',
      'defaults: { ask: { timeout: 1h } }\nsteps: [{ ask: { prompt: a, timeout: 2h } }]\n',
    ],
    [
      'an isolated item that tells its id',
      '- forEach:\n    in: ${ $input.x }\n    isolate: true\n    steps:\n      - waitFor: { event: paid, timeout: 1h, match: $event.to = $run.id }\n',
    ],
    [
      'an isolated item that hands out all of its run',
      '- forEach:\n    in: ${ $input.x }\n    isolate: true\n    steps:\n      - call: http.request\n        with: { url: a, body: "${ $run }" }\n      - waitFor: { event: paid, timeout: 1h }\n',
    ],
    [
      'an event in an item that is not isolated',
      '- forEach:\n    in: ${ $input.x }\n    concurrency: 5\n    steps:\n      - waitFor: { event: paid, timeout: 1h }\n',
    ],
    ['a computed time', '- wait: { until: "${ $input.at }" }\n'],
    ['a computed duration', '- wait: "${ $input.n }m"\n'],
    ['a duration as a map', '- wait: { hours: 1, minutes: 30 }\n'],
  ])
})

describe('schemas, schedules and tools', () => {
  finds([
    ['schema.invalid', 'input: { type: object, properties: { a: { type: «text» } } }\n'],
    [
      'schema.invalid',
      'input: { type: object, properties: { a: { $ref: «"https://example.com/a.json"» } } }\n',
    ],
    ['schema.invalid', 'output: { type: object, «required»: a }\n'.replace('«required»: a', 'required: «a»')],
    ['schema.invalid', '- ask: { prompt: a, timeout: 1h, schema: { type: «objekt» } }\n'],
    ['schema.invalid', 'output: «3»\n'],
    ['schema.default', 'input: { type: object, properties: { a: { type: integer, default: «x» } } }\n'],
    [
      'schema.unknownKeyword',
      'input: { type: object, properties: { a: { type: string, «maxLenght»: 3 } } }\n',
    ],
    ['schema.required', 'input: { type: object, required: [«quantty»], properties: { quantity: {} } }\n'],
    ['schedule.cron', 'schedule: { cron: «"61 * * * *"» }\n'],
    ['schedule.cron', 'schedule: { cron: «every day» }\n'],
    ['schedule.timezone', 'schedule: { cron: "0 6 * * *", timezone: «Mars/Base» }\n'],
    [
      'schedule.input',
      'input: { type: object, required: [a], properties: { a: { type: string } } }\nschedule: { cron: "0 6 * * *", «input»: { a: 1 } }\n',
    ],
    ['tool.undescribed', 'name: «lonely»\ndescription: ""\n'],
    ['tool.input', 'input: { type: «array» }\n'],
    ['value.constant', 'tool: { ttl: «"${ $config.a }"» }\nconfig: { a: 1d }\nresult: ${ $config.a }\n'],
  ])

  accepts([
    [
      'a schema with references',
      'input: { type: object, properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: string } } }\n',
    ],
    ['keywords of its own', 'input: { type: object, properties: { a: { type: string, x-unit: kg } } }\n'],
    ['a hidden workflow without a description', 'tool: { expose: false }\n'],
    [
      'a schedule',
      'input: { type: object, required: [a], properties: { a: { type: string } } }\nschedule: { cron: "0 6 * * 1-5", timezone: Europe/Berlin, input: { a: b } }\n',
    ],
  ])
})

describe('workflows together', () => {
  const child = '---\nname: child\nsteps: [{ wait: 1s }]\n'
  finds([
    ['workflow.unknown', `- workflow: «chidl»\n${child}`],
    ['workflow.version', `- workflow: «child@^2»\n${child}`],
    ['workflow.range', `- workflow: «child@latest»\n${child}`],
    ['workflow.unknown', `- wait: 1s\n  compensate: { workflow: «chil» }\n${child}`],
    ['workflow.duplicate', `name: child\nsteps: [{ wait: 1s }]\n---\nname: «child»\nsteps: [{ wait: 1s }]\n`],
    ['workflow.cycle', 'name: a\nsteps: [{ workflow: «a» }]\n'],
    [
      'workflow.cycle',
      'name: a\nsteps: [{ workflow: «b» }]\n---\nname: b\nsteps: [{ workflow: c }]\n---\nname: c\nsteps: [{ if: $input.x = 1, workflow: a }]\n',
    ],
    ['workflow.recursion', 'name: a\nsteps: [{ wait: 1s }]\ncatch: [{ steps: [{ workflow: «a» }] }]\n'],
    ['workflow.cycle', 'name: a\nsteps: [{ wait: 1s }]\nfinally: [{ workflow: «a» }]\n'],
    ['workflow.recursion', 'name: a\nsteps: [{ if: $input.x = 1, then: [{ workflow: «a» }] }]\n'],
  ])

  accepts([
    [
      'versions of one workflow',
      `- workflow: child@1.x\n- workflow: child@^2.0\n${child}---\nname: child\nversion: 2.1.0\nsteps: [{ wait: 1s }]\n`,
    ],
    ['two that use a third', `- workflow: child\n${child}---\nname: more\nsteps: [{ workflow: child }]\n`],
  ])

  test('a reference to a definition that cannot be read is not unknown', () => {
    const codes = issuesOf('- workflow: broken\n---\nname: broken\nsteps: [\n').map(({ code }) => code)
    expect(codes).toEqual(['yaml.bracket'])
  })

  test('all issues of all files come sorted by place', () => {
    const issues = issuesOf('- wait: 30\n- cal: a\n---\nname: second\nsteps: [{ wait: 5 }]\n')
    expect(issues.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      '0.yaml:4 duration.invalid',
      '0.yaml:5 step.unknownKind',
      '1.yaml:3 duration.invalid',
    ])
  })
})
