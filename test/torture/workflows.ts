/**
 * What the torture runs. Every result is \`{ value, by }\`: \`by\` names the delivery that made it, and is handed to
 * the next step, so that the log itself tells which result was recorded, and when.
 */
export const workflows: Readonly<Record<string, string>> = {
  chain: `
input: { type: object, properties: { from: { type: integer }, ms: { type: integer } }, required: [from, ms] }
steps:
  - { id: a, call: work, with: { value: "\${ $input.from }", ms: "\${ $input.ms }" } }
  - { id: b, call: work, with: { value: "\${ $steps.a.value + 1 }", ms: "\${ $input.ms }", after: ["\${ $steps.a.by }"] } }
  - { id: c, call: work, with: { value: "\${ $steps.b.value + 1 }", after: ["\${ $steps.b.by }"] } }
  - { id: d, call: work, with: { value: "\${ $steps.c.value + 1 }", ms: "\${ $input.ms }", after: ["\${ $steps.c.by }"] } }
result: { value: "\${ $steps.d.value }", by: ["\${ $steps.a.by }", "\${ $steps.b.by }", "\${ $steps.c.by }", "\${ $steps.d.by }"] }
`,
  fan: `
input: { type: object, properties: { items: { type: array, items: { type: integer } }, ms: { type: integer } }, required: [items, ms] }
steps:
  - id: each
    forEach:
      in: \${ $input.items }
      concurrency: 4
      steps: [{ call: work, with: { value: "\${ $item * 2 }", ms: "\${ $input.ms }" } }]
  - { id: sum, call: work, with: { value: "\${ $sum($steps.each.results.value) }", after: "\${ [$steps.each.results.by] }" } }
result: { value: "\${ $steps.sum.value }", by: ["\${ $steps.sum.by }"] }
`,
  naps: `
input: { type: object, properties: { ms: { type: integer } }, required: [ms] }
steps:
  - { id: a, call: work, with: { value: 1 } }
  - wait: "\${ {'milliseconds': $input.ms} }"
  - { id: b, call: work, with: { value: 2, after: ["\${ $steps.a.by }"], pauseMs: "\${ $input.ms }" } }
  - parallel:
      long: [{ wait: "\${ {'milliseconds': $input.ms * 2} }" }]
      short: [{ wait: "\${ {'milliseconds': $input.ms} }" }]
  - { id: c, call: work, with: { value: 3, after: ["\${ $steps.b.by }"], pauseMs: "\${ $input.ms * 2 }" } }
result: { value: 6, by: ["\${ $steps.a.by }", "\${ $steps.b.by }", "\${ $steps.c.by }"] }
`,
  flaky: `
input: { type: object, properties: { fails: { type: integer } }, required: [fails] }
steps:
  - { id: a, call: work, with: { value: 7, fails: "\${ $input.fails }", ms: 20 }, retry: { maxAttempts: 5, delay: 80ms, jitter: false } }
  - { id: b, call: work, with: { value: "\${ $steps.a.value }", after: ["\${ $steps.a.by }"] } }
result: { value: "\${ $steps.b.value }", by: ["\${ $steps.a.by }", "\${ $steps.b.by }"] }
`,
  branches: `
input: { type: object, properties: { ms: { type: integer } }, required: [ms] }
steps:
  - id: both
    parallel:
      left:
        - { id: l, call: work, with: { value: 1, ms: "\${ $input.ms }" } }
        - { call: work, with: { value: 2, after: ["\${ $steps.l.by }"] } }
      right:
        - { wait: 50ms }
        - { call: work, with: { value: 3, ms: "\${ $input.ms }" } }
  - { id: sum, call: work, with: { value: "\${ $steps.both.left.value + $steps.both.right.value }", after: ["\${ $steps.both.left.by }", "\${ $steps.both.right.by }"] } }
result: { value: "\${ $steps.sum.value }", by: ["\${ $steps.sum.by }"] }
`,
  family: `
input: { type: object, properties: { from: { type: integer }, ms: { type: integer } }, required: [from, ms] }
steps:
  - id: children
    parallel:
      one: [{ workflow: chain, with: { from: "\${ $input.from }", ms: "\${ $input.ms }" } }]
      two: [{ workflow: naps, with: { ms: 60 } }]
  - { id: sum, call: work, with: { value: "\${ $steps.children.one.value + $steps.children.two.value }", after: "\${ $append($steps.children.one.by, $steps.children.two.by) }" } }
result: { value: "\${ $steps.sum.value }", by: ["\${ $steps.sum.by }"] }
`,
  rounds: `
input: { type: object, properties: { count: { type: integer } }, required: [count] }
vars: { total: 0, last: [] }
steps:
  - loop:
      while: $vars.total < $input.count
      steps:
        - { id: one, call: work, with: { value: "\${ $vars.total + 1 }", after: "\${ $vars.last }" } }
        - { set: { total: "\${ $steps.one.value }", last: ["\${ $steps.one.by }"] } }
result: { value: "\${ $vars.total }", by: "\${ $vars.last }" }
`,
  post: `
vars: { letters: [], last: false }
steps:
  - loop:
      while: $not($vars.last)
      steps:
        - { id: letter, waitFor: { event: letter, timeout: 10m } }
        - { set: { letters: "\${ $append($vars.letters, [$steps.letter.name]) }", last: "\${ $steps.letter.last }" } }
        - if: $steps.letter.work
          then: [{ call: work, with: { value: "\${ $steps.letter.name }" } }]
result: { letters: "\${ $vars.letters }" }
`,
  stay: `
steps:
  - { id: a, call: work, with: { value: 1 }, compensate: { call: work, with: { value: undone, after: ["\${ $result.by }"] } } }
  - { waitFor: { event: never, timeout: 10m } }
finally: [{ call: work, with: { value: cleaned } }]
`,
  doomed: `
steps:
  - { id: a, call: work, with: { value: 1, ms: 20 }, compensate: { call: work, with: { value: undone, after: ["\${ $result.by }"] } } }
  - { fail: { type: torture.doomed, message: "It was meant to fail" } }
`,
}

/** What is begun by a schedule. */
export const ticking: string = `
steps:
  - { id: a, call: work, with: { value: 1 } }
  - { id: b, call: work, with: { value: 2, after: ["\${ $steps.a.by }"] } }
result: { value: "\${ $steps.b.value }", by: ["\${ $steps.b.by }"] }
`
