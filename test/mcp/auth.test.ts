import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { expect, test } from 'vitest'
import { EngineError } from '../../engine/error.ts'
import { readTokens } from '../../engine/mcp/auth.ts'
import { serveHttp } from '../../engine/mcp/http.ts'
import { definition } from './support/definitions.ts'
import { raw } from './support/modern-client.ts'
import { scriptedHost, serve } from './support/served.ts'

const tokens = [
  { principal: 'ann', token: 'ann-0123456789abcdef' },
  { principal: 'bob', token: 'bob-0123456789abcdef' },
]

test('an address that others reach is refused without authentication', async () => {
  const { host } = scriptedHost([])
  await expect(serveHttp(host, { port: 0, bind: '0.0.0.0' })).rejects.toMatchObject({ code: 'usage' })
  const server = await serveHttp(host, { port: 0, bind: '0.0.0.0', tokens })
  await server.close()
})

test.for([
  [undefined, 401, 'Bearer'],
  ['Bearer nonsense', 401, 'Bearer error="invalid_token"'],
  ['Basic YTpi', 401, 'Bearer'],
  ['Bearer ann-0123456789abcdef', 200, null],
  ['bearer bob-0123456789abcdef', 200, null],
] as const)('with the header %j a caller gets %i', async ([authorization, status, challenge]) => {
  await using served = await serve([], { tokens })
  const response = await discover(served.url, authorization)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, challenge])
})

test('tokens are read from lines, and what is none is pointed at', () => {
  expect(readTokens('# who\nann  ann-0123456789abcdef # Ann\n\nbob bob-0123456789abcdef\n', 'f')).toEqual(
    tokens,
  )
  const complaint = (text: string): unknown => {
    try {
      return readTokens(text, 'the file "t"')
    } catch (error) {
      return error instanceof EngineError ? error.message : error
    }
  }
  expect(complaint('ann ann-0123456789abcdef\nbob short')).toMatch(/^Line 2 of the file "t" is no/)
  expect(complaint('')).toMatch(/^There is no token in the file "t"/)
})

test('a token of the issuer lets its subject in; the keys are found through the metadata of the issuer', async () => {
  await using issuer = await openIssuer()
  await using served = await serve([], { oauth: { issuer: issuer.url, audience: 'longhaul' } })
  const token = await issuer.sign({ sub: 'ann' })
  expect((await discover(served.url, `Bearer ${token}`)).status).toBe(200)
})

test.for([
  [{ sub: 'ann' }, { aud: 'other' }, 401, 'invalid_token'],
  [{ sub: 'ann' }, { iss: 'https://other.example' }, 401, 'invalid_token'],
  [{ sub: 'ann' }, { exp: 1 }, 401, 'invalid_token'],
  [{ sub: 'ann' }, { key: 'other' }, 401, 'invalid_token'],
  [{}, {}, 401, 'invalid_token'],
  [{ sub: 'ann', scope: 'read' }, {}, 403, 'insufficient_scope'],
  [{ sub: 'ann', scope: 'read run' }, {}, 200, undefined],
  [{ client_id: 'robot', scp: ['run'] }, {}, 200, undefined],
] as const)('a token of %j with %j gets %i', async ([claims, spoilt, status, error]) => {
  await using issuer = await openIssuer()
  const oauth = { issuer: issuer.url, audience: 'longhaul', jwksUri: `${issuer.url}/jwks`, scopes: ['run'] }
  await using served = await serve([], { oauth })
  const withScope = status === 401 ? { scope: 'run', ...claims } : claims
  const response = await discover(served.url, `Bearer ${await issuer.sign(withScope, spoilt)}`)
  expect(response.status).toBe(status)
  expect(/error="(\w+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]).toBe(error)
})

test.for([
  [{ issuer: 'nope' }, 'The OAuth issuer "nope" is no URL'],
  [
    { issuer: 'https://id.example.org', resource: 'mcp.example.org' },
    'The OAuth resource "mcp.example.org" is no URL',
  ],
  [
    { issuer: 'https://id.example.org', jwksUri: 'file:///keys' },
    'The OAuth JWKS URI "file:///keys" is no URL',
  ],
] as const)('a server with OAuth of %j does not start: %s', async ([oauth, message]) => {
  await expect(serve([], { oauth })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(message),
  })
})

test('who comes without a token is shown where to get one', async () => {
  await using issuer = await openIssuer()
  await using served = await serve([], { oauth: { issuer: issuer.url, scopes: ['run'] } })
  const challenge = (await discover(served.url)).headers.get('www-authenticate') ?? ''
  const where = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
  expect(await (await fetch(where)).json()).toMatchObject({
    resource: served.url,
    authorization_servers: [issuer.url],
    scopes_supported: ['run'],
  })
})

test('an issuer that cannot be reached is no fault of the token', async () => {
  await using issuer = await openIssuer()
  await using served = await serve([], { oauth: { issuer: issuer.url, jwksUri: 'http://127.0.0.1:1/jwks' } })
  expect((await discover(served.url, `Bearer ${await issuer.sign({ sub: 'ann' })}`)).status).toBe(503)
})

test('a client that asks too often, or for too much, is told to wait', async () => {
  const limits = { requestsPerSecond: 1, liveRuns: 1 }
  await using served = await serve([definition('order')], { tokens, limits })
  const headers = { authorization: 'Bearer ann-0123456789abcdef' }
  const call = { name: 'order', arguments: {} }
  const first = await raw(served.url, 'tools/call', call, { headers })
  expect(first.result).toMatchObject({ resultType: 'task' })
  const second = await raw(served.url, 'tools/call', call, { headers })
  expect(second.error).toMatchObject({ code: -32000, message: expect.stringContaining('1 runs under way') })
  const third = await discover(served.url, headers.authorization)
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1'])
  expect((await discover(served.url, 'Bearer bob-0123456789abcdef')).status).toBe(200)
})

function discover(url: string, authorization?: string): Promise<Response> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'server/discover',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: meta } }),
  })
}

/** An authorization server with one key that it shows, and one that it does not. */
async function openIssuer(): Promise<
  AsyncDisposable & {
    readonly url: string
    sign(
      claims: JWTPayload,
      spoilt?: { readonly aud?: string; readonly iss?: string; readonly exp?: number; readonly key?: string },
    ): Promise<string>
  }
> {
  const [own, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'ES256' }
  const server = createServer((request, response) => {
    const answers: Record<string, object> = {
      '/jwks': { keys: [jwk] },
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
    }
    const answer = answers[request.url ?? '']
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(answer ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    url,
    sign: (claims, { aud = 'longhaul', iss = url, exp, key } = {}) => {
      const signer: CryptoKey = key === undefined ? own.privateKey : other.privateKey
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'own' })
        .setIssuer(iss)
        .setAudience(aud)
        .setExpirationTime(exp ?? '1h')
        .sign(signer)
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
