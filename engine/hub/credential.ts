import { readFile } from 'node:fs/promises'
import type { Clock, Instant } from '../clock.ts'
import { EngineError } from '../error.ts'
import type { Authentication, HubAddress } from './connection-string.ts'

/** What proves who we are for a while. */
export interface AccessToken {
  readonly token: string
  readonly expiresOnTimestamp: Instant
  readonly refreshAfterTimestamp?: Instant
}

/** Where tokens come from: a credential of `@azure/identity` is one. */
export interface TokenCredential {
  getToken(scope: string): Promise<AccessToken | null>
}

/** The classes of `@azure/identity`. */
const classes: Readonly<Record<Exclude<Authentication, 'None' | 'Token'>, string>> = {
  DefaultAzure: 'DefaultAzureCredential',
  ManagedIdentity: 'ManagedIdentityCredential',
  WorkloadIdentity: 'WorkloadIdentityCredential',
  Environment: 'EnvironmentCredential',
  AzureCli: 'AzureCliCredential',
  AzurePowerShell: 'AzurePowerShellCredential',
  VisualStudioCode: 'VisualStudioCodeCredential',
  InteractiveBrowser: 'InteractiveBrowserCredential',
}

const identityPackage: string = '@azure/identity'

/** The credential that a hub asks for; none is `undefined`. Its package is loaded only now. */
export async function credentialFor(
  address: HubAddress,
  load: () => Promise<object> = () => import(identityPackage),
): Promise<TokenCredential | undefined> {
  const { authentication, clientId, tenantId, tokenFilePath, additionallyAllowedTenants } = address
  if (authentication === 'None') return undefined
  if (authentication === 'Token') return fixed(await tokenOf(address))
  const identity = await load().catch((cause: unknown) => {
    throw new EngineError(
      'hub.invalid',
      `Authentication=${authentication} needs the package ${identityPackage}; run "npm install ${identityPackage}"`,
      { cause },
    )
  })
  const credential: unknown = Reflect.get(identity, classes[authentication])
  if (typeof credential !== 'function')
    throw new EngineError(
      'hub.invalid',
      `This version of ${identityPackage} has no ${classes[authentication]}`,
    )
  const given = { clientId, tenantId, tokenFilePath, additionallyAllowedTenants }
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return Reflect.construct(credential, [options])
}

/** A token that was handed out for good. */
function fixed(token: string): TokenCredential {
  return { getToken: async () => ({ token, expiresOnTimestamp: Number.POSITIVE_INFINITY }) }
}

async function tokenOf({ token, tokenFilePath }: HubAddress): Promise<string> {
  if (token !== undefined) return token
  if (tokenFilePath === undefined)
    throw new EngineError('hub.invalid', 'Authentication=Token needs a Token or a TokenFilePath')
  const text = await readFile(tokenFilePath, 'utf8').catch((cause: unknown) => {
    throw new EngineError('hub.invalid', 'The file that TokenFilePath names cannot be read', { cause })
  })
  const read = text.trim()
  if (/^\S+$/.test(read)) return read
  throw new EngineError(
    'hub.invalid',
    'The file that TokenFilePath names does not hold one token, and no more',
  )
}

const scope = 'https://durabletask.io/.default'

/** How long before its end a token is replaced. */
const marginMs = 5 * 60_000

/** Gives a token that is still good: one request for all who ask, in the background while the old one will do. */
export function tokenSource(credential: TokenCredential, clock: Clock): () => Promise<string> {
  let current: AccessToken | undefined
  let pending: Promise<AccessToken> | undefined

  const renew = (): Promise<AccessToken> => {
    pending ??= fetchToken(credential)
      .then((token) => (current = token))
      .finally(() => (pending = undefined))
    return pending
  }

  return async () => {
    const now = clock.now()
    if (!current || current.expiresOnTimestamp <= now) return (await renew()).token
    const { token, expiresOnTimestamp, refreshAfterTimestamp = expiresOnTimestamp } = current
    if (now >= Math.min(expiresOnTimestamp - marginMs, refreshAfterTimestamp)) renew().catch(() => {}) // the next caller tries again
    return token
  }
}

async function fetchToken(credential: TokenCredential): Promise<AccessToken> {
  try {
    const token = await credential.getToken(scope)
    if (token) return token
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('hub.unavailable', `No token for the hub could be had: ${reason}`, { cause })
  }
  throw new EngineError('hub.unavailable', 'No token for the hub could be had: the credential gave none')
}
