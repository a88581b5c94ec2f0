import { expect, test } from 'vitest'
import { finds } from './finds.ts'
import { issuesOf } from './marked.ts'

/** What people write who come from elsewhere: one mistake is one issue, with the cure. */
finds([
  ['yaml.bracket', 'steps:\n  - parallel: { a: «[»{ wait: 1s }, b: [{ wait: 2s }] }\n'],
  ['yaml.bracket', 'steps:\n  - call: log\n    with: «{» message: "a]", data: [1, 2] # }\n  - wait: 1s\n'],
  ['yaml.start', 'schedule:\n  cron: «* * * * *»\n'],
  ['yaml.start', '- wait: 1s\n  catch:\n    - on: [«*»]\n'],
  ['yaml.expressionComment', '- call: log\n  with:\n    message: «Order #${ $input.n } #done»\n'],
  ['key.unknown', '# as it is\nname: a\ndescription: b\n«step»:\n  - wait: 1s\n'],
  ['value.form', '- wait: 1s\n«-»\n- wait: 1s\n'],
  ['key.misplaced', '- wait: 1s\n  catch:\n    - «call»: log\n      with: { message: a }\n'],
  ['key.misplaced', '- switch:\n    - when: $input.a = 1\n      then: []\n    - «default»: [{ wait: 1s }]\n'],
  ['template.foreign', '- call: log\n  with: { message: "«{% if x %}» a {% endif %}" }\n'],
  ['key.unknown', 'defaults: &d { call: { timeout: 1s } }\nsteps:\n  - «<<»: *d\n    wait: 1s\n'],
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
  ['- wait: 30\n', 'Write 30s for seconds, or ms, m, h, d'],
  ['- wait: 5 minutes\n', 'Write 5m'],
  ['- wait: P1M\n', 'Months and years have no fixed length: say days, such as 30d'],
  ['- wait: 1s\n  retry: 3\n', 'Write { maxAttempts: 3 }'],
  ['- if: $input.a = 1\n', 'Add "then"; to guard a step, write "if" beside its kind'],
] as const)('%j is told: %s', ([text, hint]) => {
  expect(issuesOf(text).map((issue) => issue.hint)).toEqual([hint])
})
