import { request } from 'node:http'
import { expect, test } from 'vitest'
import { connectLegacy } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { serve } from './support/served.ts'

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

test.for([
  [{ host: 'localhost:1' }, 200],
  [{ host: '[::1]' }, 200],
  [{ host: 'evil.example' }, 403],
  [{ host: 'evil.example:80', origin: 'http://localhost' }, 403],
  [{ origin: 'http://localhost:6274' }, 200],
  [{ origin: 'https://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'https://app.example' }, 200],
  [{ 'content-type': 'text/plain' }, 415],
  [{ accept: 'application/json' }, 406],
] as const)('an initialize with %j is answered with %i', async ([headers, status]) => {
  await using served = await serve([definition('order')], { allowedOrigins: ['https://app.example'] })
  expect((await post(served.url, JSON.stringify(initialize), headers)).status).toBe(status)
})

test('an answer that is no stream is sent in one piece that says how long it is', async () => {
  await using served = await serve([definition('order')])
  const response = await fetch(served.url, { method: 'POST', body: '{' })
  const text = await response.text()
  expect(response.headers.get('content-length')).toBe(String(text.length))
})

test.for([
  ['{', {}, 400, -32700],
  ['{}', {}, 400, -32600],
  [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }), {}, 400, -32000],
  [
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    { 'mcp-session-id': 'none' },
    404,
    -32001,
  ],
  ['x'.repeat(1001), {}, 413, -32600],
] as const)('the body %s is refused', async ([body, headers, status, code]) => {
  await using served = await serve([], { bodyLimit: 1000 })
  const answer = await post(served.url, body, headers)
  expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([status, code])
})

test('another path is not found', async () => {
  await using served = await serve([])
  expect((await fetch(new URL('/', served.url))).status).toBe(404)
})

test('closing ends open streams and blocked requests within two seconds', async () => {
  const served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order')
  const blocked = client.request('tasks/result', { taskId }).catch(() => 'refused')
  await client.client.ping()
  const from = performance.now()
  await served.server.close()
  expect(performance.now() - from).toBeLessThan(2000)
  await client.client.close()
  expect(await blocked).toBe('refused')
})

function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
