import { expect, test } from 'vitest'
import { resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client'
import type { ActivityRegistry } from '../../engine/worker/activity.ts'
import { connectLegacy, type Answer } from './support/legacy-client.ts'
import { connectModern, raw } from './support/modern-client.ts'
import { serveReal, type Real } from './support/real.ts'

const line = 'naïve “quoted” line\n'
const report = line.repeat(30_000)
const rows = Array.from({ length: 20_000 }, (_, n) => ({ n, name: `row ${n}` }))
const activities: ActivityRegistry = { report: () => report, rows: () => rows }

const definitions = {
  'report.yaml': 'name: report\ndescription: A text\nsteps: [{ call: report }]\n',
  'rows.yaml': 'name: rows\ndescription: Data\nsteps: [{ call: rows }]\n',
  'promised.yaml':
    'name: promised\ndescription: Data that it promises\noutput: { type: object, required: [rows] }\nsteps: [{ id: all, call: rows }]\nresult: { rows: "${ $steps.all }" }\n',
}

/** Each tool, what its run comes to, and what it is called. */
const results = [
  ['report', report, 'text/plain'],
  ['rows', rows, 'application/json'],
  ['promised', { rows }, 'application/json'],
] as const

type Read = (uri: string) => Promise<Answer>

/** What a client has of a result, whichever way it came: the link, and what it reads there. */
async function seen(result: Answer, read: Read): Promise<Answer> {
  const [{ type, uri, mimeType, size }, ...others] = result['content']
  const [content] = (await read(uri))['contents']
  return {
    type,
    mimeType,
    others,
    readAs: content.mimeType,
    whole: mimeType === 'text/plain' ? content.text : JSON.parse(content.text),
    isOfThatSize: Buffer.byteLength(content.text) === size,
    structure: result['structuredContent'],
    rest: JSON.stringify({ ...result, structuredContent: null }).length < 1000,
  }
}

/** A tool that promises structure sends it all the same; one that does not spares the message the megabytes. */
function expected([tool, whole, mimeType]: (typeof results)[number]): Answer {
  return {
    type: 'resource_link',
    mimeType,
    others: [],
    readAs: mimeType,
    whole,
    isOfThatSize: true,
    rest: true,
    structure: tool === 'promised' ? whole : undefined,
  }
}

function served(): Promise<Real> {
  return serveReal(definitions, activities)
}

test('a big result is a link in the older era, which the client reads whole', async () => {
  await using real = await served()
  await using client = await connectLegacy(real.url)
  await client.client.listTools() // from now on, it checks results by the schemas of their tools
  const read: Read = (uri) => client.client.readResource({ uri })
  for (const each of results) {
    const { taskId } = await client.start(each[0])
    expect(await seen(await client.request('tasks/result', { taskId }), read)).toEqual(expected(each))
  }
})

test('a big result is a link in the newer era, which the client reads whole', async () => {
  await using real = await served()
  await using modern = await connectModern(real.url)
  const read: Read = (uri) => modern.client.readResource({ uri })
  for (const each of results) {
    const { outcome } = await (await modern.session.callTool(each[0], {})).settle()
    expect(await seen(resultFromTaskOutcome(outcome), read)).toEqual(expected(each))
  }
})

test('a call without a task gets the same link', async () => {
  await using real = await serveReal(definitions, activities, { onNonTaskClient: 'wait' })
  await using client = await connectLegacy(real.url)
  const [one] = results
  const read: Read = (uri) => client.client.readResource({ uri })
  expect(await seen(await client.client.callTool({ name: one[0] }), read)).toEqual(expected(one))
  const params = { name: one[0], arguments: {} }
  const { result = {} } = await raw(real.url, 'tools/call', params, { capabilities: {} })
  expect(await seen(result, read)).toEqual(expected(one))
})

test('companion tools name the resource of a big result', async () => {
  await using real = await serveReal(definitions, activities, { companions: true })
  await using client = await connectLegacy(real.url)
  const call = async (name: string, args: Record<string, unknown>): Promise<Answer> =>
    await client.client.callTool({ name, arguments: args })
  const started = await call('workflow_start', { workflow: 'report', input: { much: report } })
  const { id: run } = started['structuredContent']
  expect((await call('workflow_result', { run }))['content']).toMatchObject([{ type: 'resource_link' }])
  const status = await call('workflow_status', { run })
  expect(status['structuredContent']).toMatchObject({
    status: 'completed',
    outputUri: `workflow://runs/${run}/output`,
  })
  expect(JSON.stringify(status).length).toBeLessThan(2000)
})
