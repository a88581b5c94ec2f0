import type { IncomingMessage } from 'node:http'

/** Which names a server answers to, and which web pages may talk to it. */
export interface Visitors {
  /** Host names without a port; absent: any. */
  readonly hosts?: readonly string[]
  /** Origins such as `https://example.org`; pages of this machine are always let in. */
  readonly origins: readonly string[]
}

const loopback = ['localhost', '127.0.0.1', '[::1]']

/** Whether an address can only be reached from this machine. */
export function isLoopback(bind: string): boolean {
  return bind === 'localhost' || bind === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bind)
}

/** Who may visit a server bound to `bind`: on loopback only this machine, so that no web page reaches it by a name of its own. */
export function visitorsOf(
  bind: string,
  allowed: {
    readonly hosts?: readonly string[] | undefined
    readonly origins?: readonly string[] | undefined
  },
): Visitors {
  const hosts = isLoopback(bind) ? [...loopback, ...(allowed.hosts ?? [])] : allowed.hosts
  return { ...(hosts === undefined ? {} : { hosts }), origins: allowed.origins ?? [] }
}

/** Why a request is turned away at the door; `undefined` when it may come in. */
export function turnedAway(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { hosts, origins }: Visitors,
): string | undefined {
  const { host = '', origin } = headers
  if (hosts !== undefined && !hosts.includes(hostname(host)))
    return 'Forbidden: this server does not answer to the name in the Host header'
  if (origin === undefined || origins.includes(origin)) return undefined
  return isLocalPage(origin) ? undefined : 'Forbidden: web pages of this Origin may not use this server'
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

function isLocalPage(origin: string): boolean {
  const page = URL.parse(origin)
  return page !== null && /^https?:$/.test(page.protocol) && loopback.includes(page.hostname)
}
