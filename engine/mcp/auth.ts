import { EngineError } from '../error.ts'
import { placeAmong } from '../tokens.ts'
import type { Caller } from './task-core.ts'

/** A token and whose it is. */
export interface StaticToken {
  readonly principal: string
  readonly token: string
}

/** Who sent a request, or with which challenge it is turned away. */
export type Verdict =
  | { readonly ok: true; readonly caller: Caller }
  | {
      readonly ok: false
      readonly status: 401 | 403 | 503
      readonly why: string
      readonly challenge?: string
    }

/** Finds out who sent a request from its `Authorization` header. */
export type Authenticate = (authorization: string | undefined) => Promise<Verdict>

/** The tokens in a file or an environment variable: one a line, as `principal token`; `#` begins a comment. */
export function readTokens(text: string, where: string): readonly StaticToken[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const tokens = lines.flatMap((line, index) => {
    if (line === '') return []
    const [principal = '', token, ...rest] = line.split(/\s+/)
    if (token !== undefined && token.length >= shortest && rest.length === 0) return [{ principal, token }]
    throw new EngineError(
      'usage',
      `Line ${index + 1} of ${where} is no "principal token" with a token of at least ${shortest} characters`,
    )
  })
  if (tokens.length > 0) return tokens
  throw new EngineError('usage', `There is no token in ${where}; write one a line, as "principal token"`)
}

/** Shorter tokens can be guessed. */
const shortest = 16

/** Lets in who has one of `tokens`. */
export function byToken(tokens: readonly StaticToken[]): Authenticate {
  const placeOf = placeAmong(tokens.map(({ token }) => token))
  return async (authorization) => {
    const token = bearerOf(authorization)
    if (token === undefined)
      return { ok: false, status: 401, why: 'A bearer token is needed', challenge: 'Bearer' }
    const place = placeOf(token)
    const owner = place === undefined ? undefined : tokens[place]
    if (owner !== undefined) return { ok: true, caller: { principal: owner.principal } }
    return {
      ok: false,
      status: 401,
      why: 'The token is not known',
      challenge: 'Bearer error="invalid_token"',
    }
  }
}

/** The token of an `Authorization` header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1]
}
