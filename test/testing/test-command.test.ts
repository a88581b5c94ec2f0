import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectWith } from '../support/files.ts'
import { repository } from '../support/process.ts'
import { command } from '../support/shell.ts'

const files = {
  'definitions/order.yaml': `name: order
description: Charges, and waits.
steps:
  - { id: charge, call: payment.charge, with: { amount: 5 } }
  - { id: approval, ask: { prompt: Ship?, timeout: 1d, onTimeout: no } }
result: { charge: "\${ $steps.charge.id }", approval: "\${ $steps.approval }" }
`,
  'definitions/order.test.yaml': `workflow: order
given: { mocks: { payment.charge: { id: CH1 } } }
cases:
  - name: nobody answers
    expect: { output: { charge: CH1, approval: no }, elapsed: 1d }
  - name: somebody answers
    answer: [{ step: approval, after: 2h, data: yes }]
    expect: { output: { charge: CH1, approval: yes }, elapsed: 2h }
`,
  'activities/index.mjs': `export const activities = { 'payment.charge': () => { throw new Error('tests call nothing') } }\n`,
}

const failing = `workflow: order
cases:
  - name: a wrong hope
    mocks: { payment.charge: { id: CH1 } }
    expect: { output: { charge: CH2, approval: no } }
`

test('passing cases are told in a line each, with status and virtual time', async () => {
  const { code, out, err } = await command(['test'], { cwd: projectWith(files) })
  expect(code).toBe(0)
  expect(out).toBe(`order
  ✓ completed         1d  nobody answers
  ✓ completed         2h  somebody answers
`)
  expect(err).toBe('2 cases: 2 passed, 0 failed\n')
})

test('a failing case shows what differs and what happened', async () => {
  const cwd = projectWith({ ...files, 'definitions/order.test.yaml': failing })
  const { code, out, err } = await command(['test'], { cwd })
  expect(code).toBe(1)
  expect(out).toBe(`order
  ✗ completed         1d  a wrong hope  definitions/order.test.yaml:3
      output.charge
        expected  "CH2"
        found     "CH1"
      what happened
        +0s  call       payment.charge at charge {"amount":5}
        +0s  returned   payment.charge at charge: {"id":"CH1"}
        +0s  question   approval: Ship?
        +1d  timer      rings
        +1d  completed  {"charge":"CH1","approval":"no"}
`)
  expect(err).toBe('1 case: 0 passed, 1 failed\n')
})

test('a mistake in a test is shown where it is, and the other tests run', async () => {
  const cwd = projectWith({ ...files, 'definitions/other.test.yaml': failing.replace('cases', 'casse') })
  const { code, out, err } = await command(['test'], { cwd })
  expect(code).toBe(1)
  expect(out).toContain('nobody answers')
  expect(out).toContain(`definitions/other.test.yaml:2:1  key.unknown
  "casse" is not a key of a test file
  Did you mean "cases"?
  2 | casse:
    | ^^^^^
`)
  expect(err).toBe('2 cases: 2 passed, 0 failed, 1 error before anything ran\n')
})

test('--json tells everything to programs', async () => {
  const cwd = projectWith({ ...files, 'definitions/other.test.yaml': failing })
  const { code, out } = await command(['test', '--json'], { cwd })
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    passed: 2,
    failed: 1,
    issues: [],
    cases: [
      { passed: true, name: 'nobody answers', status: 'completed', elapsedMs: 86_400_000, differences: [] },
      { passed: true, name: 'somebody answers', workflow: 'order', line: 6 },
      {
        passed: false,
        file: 'definitions/other.test.yaml',
        differences: [{ what: 'output.charge', expected: '"CH2"', found: '"CH1"' }],
        trace: expect.arrayContaining([{ afterMs: 0, what: 'question', text: 'approval: Ship?' }]),
      },
    ],
  })
})

test.for([
  [['test', 'definitions/order.yaml'], 2],
  [['test', 'definitions/order.test.yaml'], 2],
  [['test', 'definitions', '--filter', 'NOBODY'], 1],
] as const)('%j runs %d cases', async ([args, count]) => {
  const { out } = await command([...args, '--json'], { cwd: projectWith(files) })
  expect(JSON.parse(out)).toMatchObject({ passed: count, failed: 0 })
})

test.for([
  [['test', 'nowhere'], 'There is no file or folder'],
  [['test', 'activities'], 'tests are called NAME.test.yaml'],
  [['test', 'activities/index.mjs'], 'is no test, and there is none beside it'],
  [['test', '--filter', 'everybody'], 'No case has a name that contains "everybody"'],
] as const)('%j is wrong usage', async ([args, complaint]) => {
  const { code, err } = await command(args, { cwd: projectWith(files) })
  expect(err).toContain(complaint)
  expect(code).toBe(2)
})

test('histories are recorded once, and replayed', async () => {
  const cwd = projectWith(files)
  expect(await command(['test', '--record', 'histories'], { cwd })).toMatchObject({ code: 0 })
  expect(readdirSync(join(cwd, 'histories')).toSorted()).toEqual([
    'order.nobody-answers.json',
    'order.somebody-answers.json',
  ])
  const again = await command(['test', '--record', 'histories'], { cwd })
  expect(again.err).toContain('recorded histories are never written over')
  expect(again.code).toBe(2)

  const replayed = await command(['replay', 'histories'], { cwd })
  expect(replayed).toMatchObject({ code: 0, err: '' })
  expect(replayed.out).toBe(`✓ histories/order.nobody-answers.json  order, 5 events
✓ histories/order.somebody-answers.json  order, 5 events
`)
})

test('a history that this version would make otherwise is told with the first difference', async () => {
  const cwd = projectWith(files)
  await command(['test', '--record', '.', '--filter', 'somebody'], { cwd })
  const file = join(cwd, 'order.somebody-answers.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"input":{"amount":5}', '"input":{"amount":6}'))
  const { code, out } = await command(['replay', 'order.somebody-answers.json'], { cwd })
  expect(code).toBe(1)
  expect(out).toContain('✗ order.somebody-answers.json  order is replayed otherwise from event 1 on\n')
  expect(out).toContain('    input.input.amount: was 6, is 5\n')
})

test.for([
  ['{', 'is no recorded history, not even JSON'],
  ['{}', 'its "format" is null, and this version reads "longhaul-history/1"'],
  [
    '{"format":"longhaul-history/1","runId":"a","startedAt":"2030-01-01","input":{},"events":[{}]}',
    'event 1 says neither "asked" nor "told" nor "ended"',
  ],
] as const)('%s is no history', async ([text, complaint]) => {
  const { code, err } = await command(['replay', 'a.json'], { cwd: projectWith({ 'a.json': text }) })
  expect(err).toContain(complaint)
  expect(code).toBe(2)
})

test('every sample definition has tests, and they pass', async () => {
  const definitions = globSync('definitions/*.yaml', { cwd: repository }).filter(
    (file) => !/\.test\./.test(file),
  )
  const { code, out, err } = await command(['test', ...definitions], { cwd: repository })
  expect([code, err, out.includes('✗')]).toEqual([0, expect.stringMatching(/ 0 failed\n$/), false])
})
