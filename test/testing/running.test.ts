import { expect, test } from 'vitest'
import { caseOf, casesIn, complaints } from './suite-in.ts'

const charging = `
name: it
description: Charges.
steps:
  - id: charge
    call: payment.charge
    with: { amount: 5 }
    retry: { maxAttempts: 3, delay: 1s }
result: \${ $steps.charge }
`

const asking = `
name: it
description: Asks.
steps:
  - wait: 3h
  - id: approval
    ask:
      prompt: May it go on?
      schema: { type: object, properties: { yes: { type: boolean } }, required: [yes] }
      timeout: 1d
      onTimeout: { yes: false }
result: \${ $steps.approval.yes }
`

test.for([
  ['the last result repeats', '[{ error: { type: a.b } }, 1]', 'output: 1, calls: { payment.charge: 2 }'],
  ['one result is a list of one', '{ id: CH1 }', 'output: { id: CH1 }'],
  ['a list that is a result stands inside a list', '[[1, 2]]', 'output: [1, 2]'],
  ['null is a result', 'null', 'output: null'],
  [
    'an error can be told in full',
    '{ error: { type: a.b, message: Gone, data: [1], retryable: false } }',
    'status: failed, error: { type: a.b, message: Gone, data: [1], step: charge }, calls: { payment.charge: 1 }',
  ],
  ['a result can take its time', '{ $takes: 5s, $returns: 1 }', 'output: 1, elapsed: 5s'],
  [
    'a failure can take its time',
    '[{ $takes: 5s, error: { type: a.b } }, 1]',
    'output: 1, elapsed: 6s, calls: { payment.charge: 2 }',
  ],
  [
    'a value with the key error is written as what it is',
    '{ $returns: { error: 1 } }',
    'output: { error: 1 }',
  ],
  ['an error among other keys is a value', '{ error: none, id: 1 }', 'output: { error: none, id: 1 }'],
] as const)('%s', async ([, mock, wanted]) => {
  const written = caseOf(`mocks: { payment.charge: ${mock} }\nexpect: { ${wanted} }`)
  expect(await complaints({ test: written, definition: charging })).toEqual([])
})

test('a star stands for what is not named, with a count for each activity', async () => {
  const definition = `
name: it
description: Calls two.
steps:
  - { id: one, call: a.one }
  - { id: two, call: a.two }
  - { id: three, call: a.two }
result: ["\${ $steps.one }", "\${ $steps.two }", "\${ $steps.three }"]
`
  const written = caseOf(
    'mocks: { a.one: mine, "*": [first, then] }\nexpect: { output: [mine, first, then] }',
  )
  expect(await complaints({ test: written, definition })).toEqual([])
})

test('an activity without a mock fails the case, and the mock that was probably meant is named', async () => {
  const written = caseOf('mocks: { payment.change: 1 }\nexpect: { output: 1 }')
  const others = ['name: other\ndescription: Changes.\nsteps: [{ call: payment.change }]\n']
  expect(await complaints({ test: written, definition: charging, others })).toEqual([
    'mocks: Activity "payment.charge", called at "charge", has no mock; did you mean it by the mock "payment.change"?',
  ])
})

test('the mocks and settings of a case come on top of those of all, its input in their place', async () => {
  const definition = `
name: it
description: Tells all it knows.
config: { currency: EUR, limit: 5 }
steps:
  - { id: one, call: a.one }
  - { id: two, call: a.two }
result: ["\${ $input }", "\${ $config }", "\${ $steps.one }", "\${ $steps.two }", "\${ $run.startedAt }"]
`
  const written = `
workflow: it
given:
  input: { a: 1 }
  config: { currency: CHF }
  mocks: { a.one: given, a.two: given }
  startsAt: 2031-05-01T10:00:00+02:00
cases:
  - name: as given
    expect: { output: [{ a: 1 }, { currency: CHF, limit: 5 }, given, given, "2031-05-01T08:00:00.000Z"] }
  - name: otherwise
    input: { b: 2 }
    config: { limit: 7 }
    mocks: { a.two: own }
    startsAt: 2032-01-01T00:00:00Z
    expect: { output: [{ b: 2 }, { currency: CHF, limit: 7 }, given, own, "2032-01-01T00:00:00.000Z"] }
`
  const cases = await casesIn({ test: written, definition })
  expect(cases.map(({ differences }) => differences)).toEqual([[], []])
})

test('an answer counts from its question, and the next one answers the next question, or the same after a refusal', async () => {
  const written = caseOf(`answer:
  - { step: approval, after: 10m, data: { yes: perhaps } }
  - { step: approval, after: 2h, data: { yes: true } }
expect: { output: true, elapsed: 5h10m, questions: [{ step: approval, prompt: go on }] }`)
  const [one] = await casesIn({ test: written, definition: asking })
  expect(one?.differences).toEqual([])
  expect(one?.trace.map(({ what }) => what)).toEqual(['timer', 'question', 'note', 'answer', 'completed'])
})

test('an answer after the time is up changes nothing', async () => {
  const written = caseOf(`answer: [{ step: approval, after: 2d, data: { yes: true } }]
expect: { output: false, elapsed: 27h }`)
  expect(await complaints({ test: written, definition: asking })).toEqual([])
})

test('a question can be declined', async () => {
  const written = (decline: string, message: string): string =>
    caseOf(`answer: [{ step: approval, after: 1h, decline: ${decline} }]
expect: { status: failed, elapsed: 4h, error: { type: ask.declined, step: approval, message: ${message} } }`)
  expect(await complaints({ test: written('true', 'declined'), definition: asking })).toEqual([])
  expect(await complaints({ test: written('Not mine', 'Not mine'), definition: asking })).toEqual([])
})

test('an answer that nobody asked for fails the case', async () => {
  const written = caseOf(`answer:
  - { step: approval, data: { yes: true } }
  - { step: approval, data: { yes: true } }
expect: { output: true }`)
  expect(await complaints({ test: written, definition: asking })).toEqual([
    'answer: An answer to "approval" was not needed: the step asked once',
  ])
})

test('events and a cancel count from the start of the run', async () => {
  const definition = `
name: it
description: Waits.
steps:
  - id: paid
    waitFor: { event: paid, timeout: 1d }
  - wait: 1h
    finally: [{ call: tidy }]
result: \${ $steps.paid }
`
  const written = `
workflow: it
given: { mocks: { tidy: null } }
cases:
  - name: paid
    events: [{ event: paid, after: 10m, data: 5 }]
    expect: { output: 5, elapsed: 1h10m }
  - name: cancelled
    events: [{ event: paid }]
    cancel: { after: 30m }
    expect: { status: cancelled, elapsed: 30m, calls: { tidy: 1 } }
`
  const cases = await casesIn({ test: written, definition })
  expect(cases.map(({ differences }) => differences)).toEqual([[], []])
})

test('children run for real with mocked activities, unless they are mocked by name', async () => {
  const definition = `
name: it
description: Starts a child.
steps:
  - { id: child, workflow: child, with: { sku: a } }
result: \${ $steps.child }
`
  const others = [
    `
name: child
description: Reserves.
tool: { expose: false }
input: { type: object, properties: { sku: { type: string } }, required: [sku] }
config: { place: shelf }
steps:
  - { call: reserve, with: { sku: "\${ $input.sku }", place: "\${ $config.place }" } }
`,
  ]
  const written = `
workflow: it
cases:
  - name: for real
    mocks: { reserve: R1 }
    config: { place: cellar }
    expect:
      output: R1
      inputs: { child: [{ sku: a }], reserve: [{ sku: a, place: cellar }] }
  - name: mocked
    mocks: { child: { $takes: 2h, $returns: C1 } }
    expect: { output: C1, elapsed: 2h, calls: { child: 1, reserve: 0 } }
  - name: mocked to fail
    mocks: { child: { error: { type: child.broken, retryable: false } } }
    expect: { status: failed, error: { type: child.broken, step: child } }
  - name: a mocked child is cancelled with its parent
    mocks: { child: { $takes: 2h } }
    cancel: { after: 1h }
    expect: { status: cancelled, elapsed: 1h }
`
  const cases = await casesIn({ test: written, definition, others })
  expect(cases.map(({ differences }) => differences)).toEqual([[], [], [], []])
  expect(cases[0]?.trace.map(({ child }) => child)).toContain('child')
})

test('a question of a child is asked once, and answered once', async () => {
  const definition = `
name: it
description: Asks.
steps:
  - forEach: { in: [a, b], isolate: true, concurrency: 2, steps: [{ workflow: child, with: "\${ $item }" }] }
result: \${ $result.results }
`
  const others = [
    'name: child\nsteps: [{ id: sure, ask: { prompt: "Sure of ${ $input }?", schema: { type: boolean }, timeout: 1d } }]\n',
  ]
  const written = caseOf(`
answer: [{ step: sure, data: true }, { step: sure, after: 1h, data: false }]
expect: { output: [true, false], elapsed: 1h, questions: [{ prompt: Sure of a }, { prompt: Sure of b }] }`)
  const [one] = await casesIn({ test: written, definition, others })
  expect(one?.differences).toEqual([])
  const said = one?.trace.map(({ what }) => what).filter((what) => /question|answer|send|event/.test(what))
  expect(said).toEqual(['question', 'question', 'answer', 'answer'])
})

test('a detached child can be mocked, and what is sent to it is taken', async () => {
  const definition = `
name: it
description: Starts a child and lets it go.
steps:
  - { id: child, workflow: child, detached: true, with: { a: 1 } }
  - emit: { event: go, to: "\${ $steps.child }", data: null }
result: done
`
  const others = ['name: child\ndescription: Works.\nsteps: [{ call: work }]\n']
  const written = caseOf(
    'mocks: { child: { $takes: 1h } }\nexpect: { output: done, inputs: { child: [{ a: 1 }] } }',
  )
  expect(await complaints({ test: written, definition, others })).toEqual([])
})

test('"keep" is applied to what a mock returns', async () => {
  const definition = `
name: it
description: Keeps a little.
steps: [{ call: fetch, keep: "{ 'n': $count(rows) }" }]
`
  const written = caseOf('mocks: { fetch: { rows: [1, 2, 3] } }\nexpect: { output: { n: 3 } }')
  expect(await complaints({ test: written, definition })).toEqual([])
})

test('an input of the wrong shape fails as it would for real; the made-up values of mocks may look as they like', async () => {
  const definition = `
name: it
description: Passes a value on.
steps:
  - { id: made, call: make }
  - { call: use, with: { id: "\${ $steps.made }" } }
`
  const input = { type: 'object', properties: { id: { type: 'string', pattern: '^res_' } }, required: ['id'] }
  const catalog = { make: {}, use: { input } }
  const written = (id: string, wanted: string): string =>
    caseOf(`mocks: { make: ${id}, use: ok }\nexpect: { ${wanted} }`)
  expect(await complaints({ test: written('R1', 'output: ok'), definition, catalog })).toEqual([])
  const failed = 'status: failed, error: { type: activity.invalidInput, message: "\\"/id\\" must be string" }'
  expect(await complaints({ test: written('1', failed), definition, catalog })).toEqual([])
})

test('a secret stays a name in a test', async () => {
  const definition = `
name: it
description: Knows a secret.
secrets: [KEY]
steps: [{ call: use, with: { key: { $secret: KEY } } }]
`
  const catalog = { use: { input: { type: 'object', properties: { key: { type: 'string' } } } } }
  const written = caseOf(
    'mocks: { use: ok }\nexpect: { output: ok, inputs: { use: [{ key: { $secret: KEY } }] } }',
  )
  expect(await complaints({ test: written, definition, catalog })).toEqual([])
})

test('a run that waits for what never comes is told from one that is meant to', async () => {
  const definition = `
name: it
description: Waits for ever.
steps: [{ waitFor: { event: paid } }]
`
  const stuck = await complaints({ test: caseOf('expect: { elapsed: 0s }'), definition })
  expect(stuck).toEqual(['run: The run never ends: it waits for the event "paid"'])
  expect(await complaints({ test: caseOf('expect: { status: running }'), definition })).toEqual([])
  const open = asking.replace(/ {6}timeout[^]*?\n {6}onTimeout.*\n/, '')
  expect(
    await complaints({ test: caseOf('expect: { status: waiting, elapsed: 3h }'), definition: open }),
  ).toEqual([])
})
