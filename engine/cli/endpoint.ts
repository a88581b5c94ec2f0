import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

/** Where the process that owns a data folder can be reached. */
export interface Endpoint {
  readonly pid: number
  /** The port on which it serves the hub's protocol. */
  readonly port: number
  /** Absent: 127.0.0.1. */
  readonly host?: string
  /** What it asks for; this is why nobody but its user may read the file. */
  readonly token?: string
  /** The URL at which it serves MCP, when it does. */
  readonly mcp?: string
}

/**
 * Makes the owner of a data folder known to other commands, in a file that nobody but its user may read.
 * Gives the way to take it back, which leaves the file of a later owner alone.
 */
export function announce(data: string, endpoint: Endpoint): () => void {
  const file = fileIn(data)
  const draft = `${file}.${endpoint.pid}`
  mkdirSync(data, { recursive: true })
  writeFileSync(draft, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 })
  renameSync(draft, file)
  return () => {
    if (read(data)?.pid === endpoint.pid) rmSync(file, { force: true })
  }
}

/** The owner of a data folder, when one is alive: a process that was killed leaves its file behind. */
export async function ownerOf(data: string): Promise<Endpoint | undefined> {
  const endpoint = read(data)
  return endpoint && isAlive(endpoint.pid) && (await listens(endpoint)) ? endpoint : undefined
}

/** Whether there is a process `pid`. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // alive, and another user's
  }
}

/** The connection string of an owner's hub. */
export function hubOf({ host = loopback, port, token }: Endpoint): string {
  const authentication = token === undefined ? 'None' : `Token;Token=${token}`
  return `Endpoint=http://${host}:${port};Authentication=${authentication};TaskHub=default`
}

function fileIn(data: string): string {
  return join(data, 'endpoint.json')
}

function read(data: string): Endpoint | undefined {
  try {
    const { pid, port, host, token, mcp }: Partial<Endpoint> = JSON.parse(readFileSync(fileIn(data), 'utf8'))
    if (typeof pid !== 'number' || typeof port !== 'number') return undefined
    return {
      pid,
      port,
      ...(typeof host === 'string' && { host }),
      ...(typeof token === 'string' && { token }),
      ...(typeof mcp === 'string' && { mcp }),
    }
  } catch {
    return undefined // no file, or one that was not written by us: nobody can be found through it
  }
}

const loopback = '127.0.0.1'

function listens({ host = loopback, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: host.replaceAll(/[[\]]/g, ''), timeout: 2_000 })
    const answer = (found: boolean) => () => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false))
  })
}
