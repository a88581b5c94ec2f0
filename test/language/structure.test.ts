import { describe, expect, test } from 'vitest'
import { finds } from './finds.ts'
import { found, issuesOf } from './marked.ts'

describe('YAML and its traps', () => {
  finds([
    ['yaml.expressionColon', "- if: «$input.a = 'x: y'»\n  then: []\n"],
    ['yaml.expressionColon', "- call: log\n  with:\n    message: «${ $input.a ? 'b' : 'c' }»\n"],
    ['yaml.expressionColon', "- call: log\n  with: { message: a }\n  keep: «$x ? {'a': 1} : 2»\n"],
    ['yaml.expressionComment', "- call: log\n  with:\n    message: «${ 'a #1' }»\n"],
    ['yaml.expressionComment', "- if: «$input.a = 'b #1'»\n  then: [{ wait: 1s }]\n"],
    ['yaml.expressionInFlow', '- call: log\n  with: { message: «${ $input.a }», data: 1 }\n'],
    ['yaml.expressionInFlow', '- call: log\n  with: { message: a, data: [«${ $input.a }»] }\n'],
    ['yaml.colon', '- call: log\n  with:\n    message: «note: this»\n'],
    ['yaml.brace', "- call: log\n  with: { message: a }\n  keep: «{'id': id}»\n"],
    ['yaml.brace', '- if: «[1, 2]»\n  then: [{ wait: 1s }]\n'],
    ['yaml.indentation', '- call: log\n «with: { message: a }»\n'],
    ['template.foreign', '- if: "«{{ $input.a }}»"\n  wait: 1s\n'],
    ['template.foreign', '- if: «${{ $input.a }}»\n  wait: 1s\n'],
    ['yaml.duplicateKey', '- call: log\n  with: { message: a }\n  «call»: log\n'],
    ['yaml.duplicateKey', 'title: a\n«title»: b\n'],
    ['template.foreign', '- call: log\n  with: { message: "a «${{ $input.a }}» b" }\n'],
    ['template.foreign', '- call: log\n  with:\n    message: «{% $input.a %}»\n'],
    ['template.foreign', '- call: log\n  with:\n    message: «{{ $input.a }}»\n'],
  ])
})

describe('structure', () => {
  finds([
    ['key.unknown', '«titel»: a\n'],
    ['key.unknown', '- call: log\n  with: { message: a }\n  «timout»: 3s\n'],
    ['key.unknown', '- forEach:\n    in: ${ $input.a }\n    «concurency»: 3\n    steps: [{ wait: 1s }]\n'],
    ['key.misplaced', '- call: log\n  with: { message: a }\n  «else»: []\n'],
    ['key.misplaced', '- waitFor: { event: a, timeout: 1h }\n  «match»: $event.x = 1\n'],
    ['key.misplaced', '- ask:\n    prompt: a\n    timeout: 1h\n    «catch»: []\n'],
    ['key.missing', '- «forEach»:\n    in: ${ $input.a }\n'],
    ['key.missing', '- «if»: $input.a\n'],
    ['step.noKind', '- «id»: a\n'],
    ['step.unknownKind', '- «cal»: log\n  with: { message: a }\n'],
    ['step.unknownKind', '- id: a\n  «parralel»: { a: [] }\n'],
    ['step.unknownKind', '- «sleep»: 5s\n'],
    ['key.unknown', '- call: log\n  «args»: { message: a }\n'],
    ['value.form', '- «call:log»\n'],
    ['value.form', '- ask: «Approve»\n'],
    ['name.invalid', '- workflow: «{ name: b }»\n'],
    ['step.severalKinds', '- call: log\n  with: { message: a }\n  «wait»: 3s\n'],
    ['step.severalKinds', '- «set»: { a: 1 }\n  workflow: b\n---\nname: b\nsteps: [{ wait: 1s }]\n'],
    ['duration.invalid', '- wait: «30»\n'],
    ['duration.invalid', '- wait: «10 minutes»\n'],
    ['duration.invalid', '- wait: «5m1h»\n'],
    ['duration.invalid', '- wait: 1s\n  timeout: «"60"»\n'],
    ['value.form', '- call: «3»\n'],
    ['value.form', '- call: log\n  with: { message: a }\n  catch: «ignore»\n'],
    [
      'value.form',
      '- loop:\n    until: $random() > 0.5\n    steps: [{ wait: 1s }, { if: $random() > 0.5, break: «false» }]\n',
    ],
    ['value.form', '- «wait»\n'],
    ['value.choice', '- parallel: { a: [{ wait: 1s }] }\n  onFailure: «stop»\n'],
    ['retry.attempts', '- wait: 1s\n  retry: { maxAttempts: «0» }\n'],
    ['name.invalid', 'vars: { «a-b»: 1 }\n'],
    ['name.invalid', 'name: «Order»\n'],
    ['name.invalid', '- id: «1st»\n  wait: 1s\n'],
    ['errorType.invalid', '- fail: { type: «a..b» }\n'],
    ['version.invalid', 'version: «1»\n'],
  ])

  test.for([
    ['- sleep: 5s\n', 'Did you mean "wait"?'],
    ['- call: log\n  args: { message: a }\n', 'Did you mean "with"?'],
    ['- call:log\n', 'A space belongs after the colon: call: log'],
    ['- ask: Approve\n', 'For example: { prompt: "Approve'],
    ['- forEach: { in: [], steps: [{ wait: 1s }], catch: [] }\n', 'Write it beside "forEach"'],
    ['- loop:\n  until: $random() > 0.5\n  steps: [{ wait: 1s }]\n', 'Indent it under "loop:"'],
    ['- wait: 1s\n  then: []\n', 'It belongs to "if"'],
  ] as const)('%j has the cure: %s', ([text, cure]) => {
    expect(issuesOf(text).map(({ hint }) => hint ?? '')).toContainEqual(expect.stringContaining(cure))
  })

  test('a mistake in one step is one issue', () => {
    const steps = ['call', 'wait', 'set', 'forEach', 'parallel', 'ask', 'return'].map(
      (kind) => `- ${kind}:\n`,
    )
    expect(found('- cal: log\n  with: { message: a }\n- wait: 5s\n').length).toBe(1)
    expect(steps.map(found).filter((issues) => issues.length > 1)).toEqual([])
  })
})
