import { expect, test } from 'vitest'
import { serveReal } from './support/real.ts'
import { SimulatedChat } from './support/vscode.ts'

const count = `
name: count-up
description: Counts
input:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  properties: { pair: { type: array, prefixItems: [ { type: string }, { type: number } ], items: false } }
  dependentRequired: { pair: [ who ] }

steps:
  - progress: One
    wait: 300ms
  - progress: Two
    wait: 300ms
  - return: { counted: 2 }
`
const approve = `
name: approve
description: Asks
steps:
  - id: answer
    ask: { prompt: Sure?, timeout: 1h }
  - return: { answer: "\${ $steps.answer }" }
`
const broken = `
name: broken
description: Fails
steps:
  - id: charge
    fail: { type: payment.declined, message: No money, retryable: false }
`

test('the chat of VS Code offers every workflow, shows its status lines and its result', async () => {
  await using real = await serveReal({ 'count.yaml': count, 'broken.yaml': broken })
  await using chat = await SimulatedChat.open(real.url)
  expect(await chat.tools()).toEqual(['broken', 'count-up'])
  const { lines, end } = await chat.follow(await chat.start('count-up'))
  expect(lines).toEqual(expect.arrayContaining(['Two']))
  expect(end).toMatchObject({ structuredContent: { counted: 2 } })
})

test('a failure is shown by its status message alone, which says all of it', async () => {
  await using real = await serveReal({ 'broken.yaml': broken })
  await using chat = await SimulatedChat.open(real.url)
  const { end } = await chat.follow(await chat.start('broken'))
  expect(end).toBe('payment.declined: No money (step "charge", broken.yaml:5:5)')
})

test('a question reaches the chat over its open stream, without asking for the result', async () => {
  await using real = await serveReal({ 'approve.yaml': approve })
  await using chat = await SimulatedChat.open(real.url, () => ({ answer: 'yes' }))
  const { end } = await chat.follow(await chat.start('approve'))
  expect(end).toMatchObject({ structuredContent: { answer: 'yes' } })
})

test('a task of a session before is followed on a new one, after the server was started again', async () => {
  const first = await serveReal({ 'approve.yaml': approve })
  const chat = await SimulatedChat.open(first.url)
  const taskId = await chat.start('approve')
  await chat[Symbol.asyncDispose]()
  await using second = await first.restart()
  await using again = await SimulatedChat.open(second.url, () => ({ answer: 'still' }))
  expect((await again.follow(taskId)).end).toMatchObject({ structuredContent: { answer: 'still' } })
})
