import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { EngineError } from '../error.ts'
import type { JsonObject } from '../json.ts'
import { bearerOf, type Authenticate, type Verdict } from './auth.ts'

/** Whose tokens a server takes as an OAuth resource server. */
export interface OAuthOptions {
  /** The authorization server, as its tokens name it. */
  readonly issuer: string
  /** For whom tokens must be meant; default: `resource`. */
  readonly audience?: string
  /** The URL by which clients know this server; default: the one it listens at. */
  readonly resource?: string
  /** Where the issuer's keys are; default: as its metadata says. */
  readonly jwksUri?: string
  /** What a token must allow, all of it. */
  readonly scopes?: readonly string[]
}

/** An OAuth resource server: who it lets in, and what it tells clients about itself (RFC 9728). */
export interface ResourceServer {
  readonly authenticate: Authenticate
  readonly metadata: JsonObject
}

/** Only signatures that need a private key: a key that anybody can fetch must not sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
/** How far the clocks of two machines may stand apart. */
const clockTolerance = 30

/** Refuses options whose URLs are none, before anybody has to wait for a token that is never taken. */
export function checkOAuth({ issuer, resource, jwksUri }: OAuthOptions): void {
  for (const [what, url] of Object.entries({ issuer, resource, 'JWKS URI': jwksUri }))
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new EngineError(
        'usage',
        `The OAuth ${what} "${url}" is no URL; it would be one like https://id.example.org`,
      )
}

/** The resource server that `options` describe, reached at `url`. */
export function resourceServer(options: OAuthOptions, url: string): ResourceServer {
  const { issuer, scopes = [] } = options
  const resource = options.resource ?? url
  const challenge = challenger(resource, scopes)
  const keys = keysOf(options)
  const check = {
    issuer,
    audience: options.audience ?? resource,
    algorithms,
    clockTolerance,
    requiredClaims: ['exp'],
  }
  return {
    metadata: {
      resource,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      resource_name: 'Longhaul',
      ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    },
    authenticate: async (authorization) => {
      const token = bearerOf(authorization)
      if (token === undefined) return challenge(401, 'A bearer token is needed')
      try {
        const { payload } = await jwtVerify(token, await keys(), check)
        return verdictOn(payload, scopes, challenge)
      } catch (error) {
        if (isBadToken(error)) return challenge(401, 'The token is not valid', 'invalid_token')
        return { ok: false, status: 503, why: 'The keys of the authorization server cannot be had' }
      }
    },
  }
}

type Challenge = (status: 401 | 403, why: string, error?: string) => Verdict

function challenger(resource: string, scopes: readonly string[]): Challenge {
  const { origin, pathname } = new URL(resource)
  const metadata = `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`
  return (status, why, error) => {
    const parts = [
      ...(error === undefined ? [] : [`error="${error}"`, `error_description="${why}"`]),
      ...(scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`]),
      `resource_metadata="${metadata}"`,
    ]
    return { ok: false, status, why, challenge: `Bearer ${parts.join(', ')}` }
  }
}

function verdictOn(payload: JWTPayload, scopes: readonly string[], challenge: Challenge): Verdict {
  const { sub, client_id: client, scope, scp } = payload
  const principal = sub ?? (typeof client === 'string' ? client : undefined)
  if (principal === undefined) return challenge(401, 'The token does not say whose it is', 'invalid_token')
  const granted = new Set([
    ...(typeof scope === 'string' ? scope.split(' ') : []),
    ...(Array.isArray(scp) ? scp : []),
  ])
  if (scopes.every((each) => granted.has(each))) return { ok: true, caller: { principal } }
  return challenge(403, 'The token does not allow this', 'insufficient_scope')
}

function isBadToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false
  return (
    !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  )
}

/** The issuer's keys, looked for once and then kept; tried again after a failure. */
function keysOf({ issuer, jwksUri }: OAuthOptions): () => Promise<JWTVerifyGetKey> {
  let known: Promise<JWTVerifyGetKey> | undefined
  const find = async (): Promise<JWTVerifyGetKey> =>
    createRemoteJWKSet(new URL(jwksUri ?? (await jwksUriOf(issuer))), { timeoutDuration: 5000 })
  return async () => {
    known ??= find()
    try {
      return await known
    } catch (error) {
      known = undefined
      throw error
    }
  }
}

/** The places where an issuer may describe itself (RFC 8414, OpenID Connect Discovery). */
async function jwksUriOf(issuer: string): Promise<string> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  for (const place of places) {
    const response = await fetch(place, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    const metadata: unknown = response?.ok ? await response.json() : undefined
    if (typeof metadata !== 'object' || metadata === null) continue
    if ('jwks_uri' in metadata && typeof metadata.jwks_uri === 'string') return metadata.jwks_uri
  }
  throw new EngineError('usage', `The authorization server "${issuer}" does not say where its keys are`)
}
