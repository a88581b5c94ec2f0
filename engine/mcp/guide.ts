/** How to write a definition, on one page, for models and people. */
export const guide: string = `# How to write a workflow

A workflow is a YAML file. \`name\` and \`steps\` are required; unknown keys are errors.

\`\`\`yaml
name: order-processing                # ^[a-z][a-z0-9-]{0,62}$; the name of the tool
description: Reserves, charges and ships an order   # by it a model chooses the tool
input:                                # JSON Schema 2020-12; defaults are applied
  type: object
  properties: { orderId: { type: string }, amount: { type: number, default: 0 } }
  required: [orderId]
output: { type: object }
vars: { attempts: 0 }                 # the only names that \`set\` may write
steps:
  - id: reserve
    call: inventory.reserve           # an activity; list_activities names them
    with: { order: "\${ $input.orderId }" }
    retry: { maxAttempts: 3, delay: 1s, backoff: 2, on: [inventory.busy] }
    timeout: 30s
    compensate: { call: inventory.release, with: { order: "\${ $input.orderId }" } }
  - if: $input.amount > 1000
    then:
      - id: approval
        ask: { prompt: "Approve order \${ $input.orderId }?", schema: { type: object, properties: { approved: { type: boolean } }, required: [approved] }, timeout: 24h }
      - if: $not($steps.approval.approved)
        then: [ { fail: { type: order.rejected, message: Nobody approved it, retryable: false } } ]
result: { orderId: "\${ $input.orderId }", reservation: "\${ $steps.reserve.id }" }
\`\`\`

## Steps

Each step starts with \`- \` and has exactly one kind:

| kind | beside it |
|---|---|
| \`call: activity\` | \`with\`, \`keep\` (JSONata over the raw result), \`idempotencyKey\` |
| \`workflow: name\` or \`name@^1.0\` | \`with\`, \`detached: true\` |
| \`set: { name: value }\` | |
| \`if: CONDITION\` | \`then\`, \`else\` |
| \`switch: [ { when: CONDITION, then: [ … ] } ]\` | \`default\` |
| \`forEach: { in, as: item, index: index, concurrency: 5, tolerate: 20%, batch: 50, steps, result }\` | |
| \`loop: { while, until, every: 30s, maxIterations: 1000, steps, result }\` | |
| \`parallel: { one: [ … ], other: [ … ] }\` | \`onFailure: cancel \\| continue\`, \`need: N\` |
| \`race: { one: [ … ], other: [ … ] }\` | |
| \`try: [ … ]\` | \`saga: true\` |
| \`wait: 10m\` or \`wait: { until: "…" }\` | |
| \`waitFor: { event, match, schema, timeout, onTimeout }\` | |
| \`ask: { prompt, schema, timeout, onTimeout, remindEvery }\` | a person answers |
| \`emit: { event, to, data }\` | |
| \`fail: { type, message, data, retryable }\` | |
| \`return: value\`, \`break: true\`, \`continue: true\` | |

Any step may have \`id name if timeout retry catch finally progress compensate result\`. A step with an \`if\` and another kind is skipped when the
condition is false. \`catch: [ { on: [payment.*], steps: [ … ], result: … } ]\` sees the error as \`$error\`. \`progress: Charging \${ … }\` is the line that people see.

## Values

1. Values: \`\${ … }\`, JSONata inside; a string that is exactly \`\${ … }\` keeps its type. Conditions (\`if when while until match\`) are bare JSONata.
2. Data: \`$input.x\`, \`$steps.id.x\`, \`$vars.x\`, \`$config.x\`, \`$run.id\`, the names of loops, \`$error\` in \`catch\`, \`$result\` in \`result\`. Never bare \`x\`.
3. Quote a value that contains \`": "\` or \`" #"\`, that starts with \`{\` or \`[\`, or that stands inside \`{ }\` or \`[ ]\`.
4. JSONata: strings in single quotes, equality \`=\`, \`and\`, \`or\`, \`$not()\`, concatenation \`&\`. An optional value: \`$x.y ?? default\`.
5. Build objects in YAML, not in JSONata.
6. A step that may be skipped has a result that may be missing: read it with \`??\` or after \`$exists($steps.id)\`.
7. Durations carry a unit: \`500ms 30s 10m 2h 7d\`.
8. Results: \`parallel\` \`{branch: value}\`; \`race\` \`{winner, value}\`; \`forEach\` \`{results, failures, total, succeeded, failed}\`; \`ask\` and \`waitFor\` what came in.
9. A branch of \`parallel\`, and a pass of a concurrent \`forEach\`, must not \`set\` a variable declared outside it.
10. Secrets: \`secrets: [NAME]\` at the top, \`{ $secret: NAME }\` inside the \`with\` of a call, nowhere else.

After writing: check it (the tool \`validate_workflow\`, or \`longhaul validate\`), put right what it says, and check again until it is valid.
`
