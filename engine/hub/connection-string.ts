import { EngineError } from '../error.ts'

/** The ways in which a hub can ask who we are, spelled as people know them. */
export const authentications = [
  'None',
  'DefaultAzure',
  'ManagedIdentity',
  'WorkloadIdentity',
  'Environment',
  'AzureCli',
  'AzurePowerShell',
  'VisualStudioCode',
  'InteractiveBrowser',
  'Token',
] as const

export type Authentication = (typeof authentications)[number]

/** A hub elsewhere: what its connection string says. */
export interface HubAddress {
  /** `host:port`. */
  readonly host: string
  readonly isEncrypted: boolean
  readonly taskHub: string
  readonly authentication: Authentication
  readonly clientId?: string
  readonly tenantId?: string
  readonly tokenFilePath?: string
  readonly token?: string
  readonly additionallyAllowedTenants?: readonly string[]
}

const example = 'Endpoint=http://localhost:8080;Authentication=None;TaskHub=default'

/** Reads `Endpoint=…;Authentication=…;TaskHub=…`. What is wrong is said without repeating a value, which may be secret. */
export function parseConnectionString(text: string): HubAddress {
  const fields = new Map(
    text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(fieldOf),
  )
  for (const key of fields.keys())
    if (!known.has(key))
      throw invalid(`does not know the key "${key}"; it may have ${[...known.values()].join(', ')}`)
  const authentication = authenticationNamed(required(fields, 'authentication'))
  const { host, isEncrypted } = endpointAt(required(fields, 'endpoint'), authentication)
  const tenants = fields
    .get('additionallyallowedtenants')
    ?.split(',')
    .map((tenant) => tenant.trim())
  return {
    host,
    isEncrypted,
    taskHub: required(fields, 'taskhub'),
    authentication,
    ...optional('clientId', fields.get('clientid')),
    ...optional('tenantId', fields.get('tenantid')),
    ...optional('tokenFilePath', fields.get('tokenfilepath')),
    ...optional('token', fields.get('token')),
    ...optional(
      'additionallyAllowedTenants',
      tenants?.filter((tenant) => tenant !== ''),
    ),
  }
}

/** Keys are read in any case. */
const known: ReadonlyMap<string, string> = new Map(
  [
    'Endpoint',
    'Authentication',
    'TaskHub',
    'ClientID',
    'TenantId',
    'TokenFilePath',
    'Token',
    'AdditionallyAllowedTenants',
  ].map((key) => [key.toLowerCase(), key]),
)

function fieldOf(part: string): readonly [key: string, value: string] {
  const at = part.indexOf('=')
  if (at < 1) throw invalid('has a part that is not of the form "Key=value"')
  return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]
}

function required(fields: ReadonlyMap<string, string>, key: string): string {
  const value = fields.get(key)
  if (value === undefined || value === '') throw invalid(`has no ${known.get(key)}`)
  return value
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [key in K]?: T } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript widens computed keys
  return (value === undefined || value === '' ? {} : { [key]: value }) as { readonly [key in K]?: T }
}

function authenticationNamed(text: string): Authentication {
  const named = authentications.find((name) => name.toLowerCase() === text.toLowerCase())
  if (named) return named
  throw invalid(`has an Authentication that does not exist; there are ${authentications.join(', ')}`)
}

/**
 * A token for Azure must not travel in the clear. The embedded hub speaks nothing else: whoever gave it a token decides
 * which network to trust.
 */
function endpointAt(
  endpoint: string,
  authentication: Authentication,
): { readonly host: string; readonly isEncrypted: boolean } {
  const hasScheme = /^https?:\/\//i.test(endpoint)
  const scheme = authentication === 'None' ? 'http' : 'https'
  const url = URL.parse(hasScheme ? endpoint : `${scheme}://${endpoint}`)
  if (!url?.hostname || url.username !== '')
    throw invalid('has an Endpoint that is not a URL such as http://localhost:8080')
  const isEncrypted = url.protocol === 'https:'
  if (!isEncrypted && authentication !== 'None' && authentication !== 'Token')
    throw invalid(
      `would send a token of ${authentication} to an Endpoint that is not encrypted; begin it with https://`,
    )
  return { host: `${url.hostname}:${url.port || (isEncrypted ? 443 : 80)}`, isEncrypted }
}

function invalid(complaint: string): EngineError {
  return new EngineError(
    'hub.invalid',
    `The connection string of the hub ${complaint}; an example is "${example}"`,
  )
}
