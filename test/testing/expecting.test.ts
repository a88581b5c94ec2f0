import { expect, test } from 'vitest'
import { caseOf, complaints } from './suite-in.ts'

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

test.for([
  ['{ output: 2 }', 'output: 2, not 1'],
  ['{ status: failed }', 'status: failed, not completed with 1'],
  ['{ error: { type: a.b } }', 'error: {"type":"a.b"}, not none: the run completed with 1'],
  ['{ elapsed: 1h }', 'elapsed: 1h, not 0s'],
  ['{ calls: { payment.charge: 2 } }', 'calls["payment.charge"]: 2, not 1'],
  ['{ inputs: { payment.charge: [{ amount: 6 }] } }', 'inputs["payment.charge"][0].amount: 6, not 5'],
  ['{ inputs: { payment.charge: [] } }', 'inputs["payment.charge"][0]: nothing, not {"amount":5}'],
  ['{ questions: [{ prompt: Why }] }', 'questions[0]: {"prompt":"Why"}, not nothing'],
] as const)('what is expected and not found is told: %s', async ([expectation, complaint]) => {
  const written = caseOf(`mocks: { payment.charge: 1 }\nexpect: ${expectation}`)
  expect(await complaints({ test: written, definition: charging })).toEqual([complaint])
})

test('an output is compared leaf by leaf', async () => {
  const written = caseOf(`mocks: { payment.charge: { a: [1, { b: 2 }], "c-d": 3, e: null } }
expect: { output: { a: [1, { b: 5 }, 7], f: 3, e: null } }`)
  expect(await complaints({ test: written, definition: charging })).toEqual([
    'output.a[1].b: 5, not 2',
    'output.a[2]: 7, not nothing',
    'output.f: 3, not nothing',
    'output["c-d"]: nothing, not 3',
  ])
})

test('a run that fails where an output is expected tells with what and where', async () => {
  const written = caseOf(`mocks: { payment.charge: { error: { type: a.b, message: Gone, retryable: false } } }
expect: { output: 1 }`)
  expect(await complaints({ test: written, definition: charging })).toEqual([
    'output: 1, not none: the run failed with a.b: Gone (step "charge", it.yaml:5:5)',
  ])
})

test('a run that would go on for ever is given up', async () => {
  const definition = `
name: it
description: Loops for ever.
steps: [{ loop: { while: $vars.n >= 0, every: 1s, maxIterations: 1000000, steps: [{ set: { n: 1 } }] } }]
vars: { n: 0 }
result: \${ $vars.n }
`
  const others = ['name: other\ndescription: Works.\nsteps: [{ call: work }]\n']
  const found = await complaints({
    test: caseOf('expect: { calls: { work: 0 } }'),
    definition,
    others,
    mostEvents: 100,
  })
  expect(found).toEqual(['run: The run goes on and on: after 1m40s it was given up'])
})

test('an input that does not fit fails the case, unless that is expected', async () => {
  const definition =
    'name: it\ndescription: Needs a text.\ninput: { type: object, properties: { a: { type: string } } }\nsteps: [{ return: 1 }]\n'
  expect(await complaints({ test: caseOf('input: { a: 5 }\nexpect: { elapsed: 0s }'), definition })).toEqual([
    'input: The input does not fit workflow "it": "/a" must be string; no run comes into being',
  ])
  const refused = 'input: { a: 5 }\nexpect: { status: failed, error: { type: workflow.invalidInput } }'
  expect(await complaints({ test: caseOf(refused), definition })).toEqual([])
})
