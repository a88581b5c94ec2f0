import { expect, test } from 'vitest'
import { withoutPlaces } from '../../engine/mcp/discretion.ts'
import { toolsOf } from '../../engine/mcp/tool.ts'
import { connectLegacy } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { raw } from './support/modern-client.ts'
import { serve } from './support/served.ts'

test('a tool says what its definition says', async () => {
  const order = definition('order', {
    title: 'Orders',
    description: 'Ships orders',
    input: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { id: { type: 'string' } },
    },
    output: { type: 'object' },
    tool: {
      annotations: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
      icons: [{ src: 'https://example.org/i.png', sizes: ['48x48'] }, { src: 'file:///etc/passwd' }],
    },
  })
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const [tool] = (await client.request('tools/list'))['tools']
  const said = {
    name: 'order',
    title: 'Orders',
    description: 'Ships orders',
    icons: [{ src: 'https://example.org/i.png', sizes: ['48x48'] }],
    inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
    outputSchema: { type: 'object' },
    annotations: {
      title: 'Orders',
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
  }
  expect(tool).toEqual({ ...said, execution: { taskSupport: 'required' } })
  expect((await raw(served.url, 'tools/list')).result?.['tools']).toEqual([said])
})

test('the newest version of a definition is the tool, unless it is not exposed', () => {
  const versions = [
    definition('a', { version: '2.0.0', title: 'New' }),
    definition('a', { version: '1.0.0', title: 'Old' }),
    definition('b', { version: '2.0.0', tool: { expose: false } }),
    definition('b', { version: '1.0.0' }),
  ]
  expect(toolsOf(versions).map(({ title }) => title)).toEqual(['New'])
})

test.for([
  [undefined, { type: 'object' }],
  [true, { type: 'object' }],
  [{ required: ['a'] }, { type: 'object', required: ['a'] }],
  [{ type: 'string' }, { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] }],
  [
    { $ref: '#/$defs/t', $defs: { t: { type: 'string' } } },
    {
      type: 'object',
      $defs: { t: { type: 'string' } },
      properties: { input: { $ref: '#/$defs/t' } },
      required: ['input'],
    },
  ],
] as const)('the input %j is told as %j', ([input, inputSchema]) => {
  const [tool] = toolsOf([definition('a', input === undefined ? {} : { input })])
  expect(tool?.inputSchema).toEqual(inputSchema)
})

test('an input and an output that are no objects travel inside one', async () => {
  await using served = await serve([
    definition('shout', { input: { type: 'string' }, output: { type: 'string' } }),
  ])
  await using client = await connectLegacy(served.url)
  expect((await client.client.listTools()).tools[0]?.outputSchema).toEqual({
    type: 'object',
    properties: { result: { type: 'string' } },
    required: ['result'],
  })
  const { taskId } = await client.start('shout', { input: 'hey' })
  expect(served.runs.runs.get(taskId)?.input).toBe('hey')
  served.runs.complete(taskId, 'HEY')
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    structuredContent: { result: 'HEY' },
  })
})

test.for([
  ['a\n    at b (/x/y.ts:1:2)\n    at c', 'a'],
  ["ENOENT: open '/home/ann/work/a.csv'", "ENOENT: open 'a.csv'"],
  ['see file:///srv/app/x.ts, line 3', 'see x.ts, line 3'],
  ['C:\\Users\\ann\\a.csv is missing', 'a.csv is missing'],
  ['GET https://example.org/home/ann/x gave 404', 'GET https://example.org/home/ann/x gave 404'],
  ['either/or, 1/2', 'either/or, 1/2'],
] as const)('%j is told as %j', ([text, told]) => {
  expect(withoutPlaces(text)).toBe(told)
})
