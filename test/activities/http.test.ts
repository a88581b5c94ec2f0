import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { perform } from './perform.ts'
import { freshRoot } from './root.ts'

const root = freshRoot()

/** What the server answers, by path. */
const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/json': (_, response) =>
    response.setHeader('content-type', 'application/json; charset=utf-8').end('{"a":[1]}'),
  '/problem': (_, response) => response.setHeader('content-type', 'application/problem+json').end('{"a":2}'),
  '/text': (_, response) => response.setHeader('content-type', 'text/plain').end('grüße'),
  '/empty': (_, response) => response.writeHead(204).end(),
  '/moved': (_, response) => response.writeHead(302, { location: '/json' }).end(),
  '/round': (_, response) => response.writeHead(302, { location: '/round' }).end(),
  '/broken-json': (_, response) => response.setHeader('content-type', 'application/json').end('{'),
  '/binary': (_, response) => response.end(Buffer.from([0xff, 0xfe, 0])),
  '/large': (_, response) => response.end('x'.repeat(500_001)),
  '/never': () => undefined,
  '/cut': (_, response) =>
    response.writeHead(200, { 'content-length': '10' }).write('half', () => response.destroy()),
  '/wait': (_, response) => response.writeHead(503, { 'retry-after': '7' }).end('later'),
  '/echo': (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      const { method, headers } = request
      response.end(JSON.stringify({ method, headers, body: Buffer.concat(pieces).toString() }))
    })
  },
}

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? ''
  const status = /^\/status\/(\d+)$/.exec(path)?.[1]
  if (status) response.writeHead(Number(status)).end(`because of ${status}`)
  else (answers[path] ?? ((_, other) => other.writeHead(404).end()))(request, response)
})
let base = ''

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const request = (input: { readonly url: string; readonly [more: string]: unknown }, context = {}) =>
  perform('http.request', { ...input, url: base + input.url }, context)

describe('what comes back', () => {
  test.for([
    ['/json', { body: { a: [1] }, bytes: 9 }],
    ['/problem', { body: { a: 2 } }],
    ['/text', { body: 'grüße', bytes: 7 }],
    ['/empty', { status: 204, body: null, bytes: 0 }],
  ] as const)('%s', async ([url, answer]) => {
    expect(await request({ url })).toMatchObject({ status: 200, url: base + url, ...answer })
  })

  test('a redirect is followed, and the result says where to', async () => {
    expect(await request({ url: '/moved' })).toMatchObject({ url: `${base}/json`, body: { a: [1] } })
  })

  test('saveTo puts the body, whatever it is, into a file', async () => {
    const saved = await request({ url: '/large', saveTo: 'in/large.bin' })
    expect(saved).toMatchObject({ bytes: 500_001, savedTo: 'in/large.bin' })
    expect(saved).not.toHaveProperty('body')
    expect(readFileSync(join(root(), 'in/large.bin')).length).toBe(500_001)
  })

  test('a body that is too large for saveTo leaves no file', async () => {
    const large = request({ url: '/large', saveTo: 'large.bin', maxBytes: 1000 })
    await expect(large).rejects.toMatchObject({ type: 'http.tooLarge' })
    expect(existsSync(join(root(), 'large.bin'))).toBe(false)
  })
})

describe('what is sent', () => {
  test.for([
    ['POST', { a: 1 }, { 'content-type': 'application/json', 'idempotency-key': 'run-1/step' }, '{"a":1}'],
    [
      'PATCH',
      'text',
      { 'content-type': 'text/plain;charset=UTF-8', 'idempotency-key': 'run-1/step' },
      'text',
    ],
    ['PUT', [1], { 'content-type': 'application/json' }, '[1]'],
  ] as const)('%s %j', async ([method, body, headers, sent]) => {
    const echo = await request({ url: '/echo', method, body })
    expect(echo).toMatchObject({ body: { method, headers, body: sent } })
  })

  test('what is the same when it is done twice carries no key', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const echo = await request({ url: '/echo', method })
      expect(echo).not.toHaveProperty(['body', 'headers', 'idempotency-key'])
    }
  })

  test("the author's own headers win", async () => {
    const headers = { 'Idempotency-Key': 'order-7', 'Content-Type': 'application/vnd.api+json', 'x-a': 'b' }
    expect(await request({ url: '/echo', method: 'POST', body: {}, headers })).toMatchObject({
      body: {
        headers: { 'idempotency-key': 'order-7', 'content-type': 'application/vnd.api+json', 'x-a': 'b' },
      },
    })
  })
})

describe('how it fails', () => {
  test.for([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, false],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ] as const)('status %i is a typed error; worth another try: %s', async ([status, retryable]) => {
    await expect(request({ url: `/status/${status}?key=secret` })).rejects.toMatchObject({
      type: `http.status.${status}`,
      message: `${base}/status/${status} answered ${status}`,
      retryable,
      data: { status, url: `${base}/status/${status}`, body: `because of ${status}` },
    })
  })

  test.for([
    [{ url: '/wait' }, { type: 'http.status.503', data: { retryAfterSeconds: 7 } }],
    [{ url: '/large' }, { type: 'http.tooLarge', retryable: false }],
    [{ url: '/binary' }, { type: 'http.notText', retryable: false }],
    [{ url: '/broken-json' }, { type: 'http.notText', retryable: false }],
    [
      { url: '/never', timeoutMs: 20 },
      { type: 'http.timeout', retryable: true, data: { timeoutMs: 20 } },
    ],
    [{ url: '/cut' }, { type: 'http.network', retryable: true }],
    [{ url: '/round' }, { type: 'http.network', message: expect.stringContaining('redirect') }],
    [
      { url: '/json', headers: { 'bad header': '1' } },
      { type: 'http.invalidRequest', retryable: false },
    ],
    [
      { url: '/json', body: 1 },
      { type: 'http.invalidRequest', message: expect.stringContaining('GET') },
    ],
  ] as const)('%j', async ([input, failure]) => {
    await expect(request(input)).rejects.toMatchObject(failure)
  })

  test.for(['ftp://example.com/', 'example.com', 'file:///etc/passwd', 'http://user:pass@example.com/'])(
    '%s is refused before anything is sent',
    async (url) => {
      await expect(perform('http.request', { url })).rejects.toMatchObject({ type: 'http.invalidRequest' })
    },
  )

  test('nobody there is a network error that says why', async () => {
    const closed = createServer()
    await new Promise<void>((listening) => closed.listen(0, '127.0.0.1', listening))
    const { port } = closed.address() as AddressInfo
    await new Promise((done) => closed.close(done))
    await expect(
      perform('http.request', { url: `http://127.0.0.1:${port}/?key=secret` }),
    ).rejects.toMatchObject({
      type: 'http.network',
      message: `http://127.0.0.1:${port}/ could not be reached: ECONNREFUSED`,
      retryable: true,
    })
  })

  test('an abort ends the request with its own reason', async () => {
    const controller = new AbortController()
    const never = request({ url: '/never' }, { signal: controller.signal })
    controller.abort(new Error('the run was cancelled'))
    await expect(never).rejects.toThrow('the run was cancelled')
  })
})
