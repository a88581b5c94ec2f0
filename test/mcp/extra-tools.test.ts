import { expect, test } from 'vitest'
import { definition } from './support/definitions.ts'
import { connectLegacy, type Answer } from './support/legacy-client.ts'
import { raw } from './support/modern-client.ts'
import { serve, type Served } from './support/served.ts'

const order = definition('order', { input: { type: 'object', required: ['id'] } })

test('extra tools are off unless they are asked for', async () => {
  await using served = await serve([order])
  expect((await raw(served.url, 'tools/list')).result?.['tools']).toMatchObject([{ name: 'order' }])
  expect((await raw(served.url, 'tools/call', { name: 'workflow_start' })).error).toMatchObject({
    code: -32602,
  })
})

test('a client without tasks starts a run, sees it, answers it and gets its result', async () => {
  await using served = await serve([order], { companions: true })
  const call = caller(served)
  const { id: run } = (await call('workflow_start', { workflow: 'order', input: { id: 'a' } }))[
    'structuredContent'
  ]
  served.runs.ask(run, { key: 'q', prompt: 'Sure?' })
  expect((await call('workflow_status', { run }))['structuredContent']).toMatchObject({
    status: 'waiting',
    questions: [{ key: 'q', prompt: 'Sure?' }],
  })
  expect((await call('workflow_result', { run, wait: 0 }))['structuredContent']).toMatchObject({
    status: 'waiting',
  })
  await call('workflow_answer', { run, question: 'q', answer: { yes: true } })
  expect(served.runs.answers).toMatchObject([{ data: { yes: true } }])
  const result = call('workflow_result', { run })
  served.runs.complete(run, { total: 3 })
  expect(await result).toMatchObject({ structuredContent: { total: 3 } })
})

test('a client without tasks declines a question', async () => {
  await using served = await serve([order], { companions: true })
  const call = caller(served)
  const { id: run } = (await call('workflow_start', { workflow: 'order', input: { id: 'a' } }))[
    'structuredContent'
  ]
  served.runs.ask(run, { key: 'q' })
  expect(await call('workflow_answer', { run, question: 'q' })).toMatchObject({ isError: true })
  await call('workflow_answer', { run, question: 'q', decline: true, reason: 'no' })
  expect(served.runs.answers).toMatchObject([{ data: 'no', declined: true }])
})

test('a client without tasks cancels a run', async () => {
  await using served = await serve([order], { companions: true })
  const call = caller(served)
  const { id: run } = (await call('workflow_start', { workflow: 'order', input: { id: 'a' } }))[
    'structuredContent'
  ]
  expect((await call('workflow_cancel', { run }))['structuredContent']).toMatchObject({ status: 'cancelled' })
})

test.for([
  ['workflow_start', {}, 'The argument "workflow" is missing'],
  ['workflow_start', { workflow: 'order' }, 'does not fit its schema\n[{"path":""'],
  ['workflow_start', { workflow: 'none' }, 'Unknown tool "none"'],
  ['workflow_status', { run: 'none' }, 'Task not found'],
  ['workflow_status', { run: 5 }, 'must be of type string, not number'],
  ['workflow_status', { run: 'a', what: 1 }, 'There is no argument "what"'],
  ['explain_issue', { code: 'none' }, 'There is no code "none"; there are: '],
] as const)('%s of %j is an error that the model can learn from', async ([name, args, complaint]) => {
  await using served = await serve([order], { companions: true, authoring: true })
  expect(await caller(served)(name, args)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining(complaint) }],
  })
})

test('a tool that answers at once refuses to be a task', async () => {
  await using served = await serve([order], { companions: true })
  await using client = await connectLegacy(served.url)
  const { tools } = await client.client.listTools()
  expect(tools.map(({ name, execution }) => [name, execution?.taskSupport])).toEqual([
    ['workflow_start', 'forbidden'],
    ['workflow_status', 'forbidden'],
    ['workflow_result', 'forbidden'],
    ['workflow_answer', 'forbidden'],
    ['workflow_cancel', 'forbidden'],
    ['order', 'required'],
  ])
  await expect(client.start('workflow_status', { run: 'a' })).rejects.toMatchObject({ code: -32601 })
  expect(
    await client.request('tools/call', { name: 'workflow_status', arguments: { run: 'a' } }),
  ).toMatchObject({
    isError: true,
  })
})

test('a model finds activities, checks what it wrote, and has an issue explained', async () => {
  await using served = await serve([order], { authoring: true })
  const call = caller(served)
  expect((await call('list_activities', { search: 'MAIL' }))['structuredContent']).toEqual({
    activities: [{ name: 'mail.send', description: 'Sends a mail' }],
  })
  const wrong = 'name: x\ndescription: X\nstepz: 1\nsteps:\n  - call: mail.send\n'
  const { valid, issues } = (await call('validate_workflow', { yaml: wrong }))['structuredContent']
  expect(valid).toBe(false)
  expect(issues).toMatchObject([
    { severity: 'error', line: 3, shown: expect.stringContaining('3 | stepz: 1') },
  ])
  expect((await call('explain_issue', { code: issues[0].code }))['structuredContent']).toMatchObject({
    good: expect.any(String),
  })
  const right = 'name: x\ndescription: X\nsteps:\n  - call: mail.send\n'
  expect((await call('validate_workflow', { yaml: right }))['structuredContent']).toMatchObject({
    valid: true,
    issues: [],
  })
  expect(served.runs.runs.size).toBe(0)
})

function caller({ url }: Served): (name: string, args: object) => Promise<Answer> {
  return async (name, args) =>
    (await raw(url, 'tools/call', { name, arguments: args }, { capabilities: {} })).result ?? {}
}
