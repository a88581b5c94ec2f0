import { serveHttp, type HttpOptions, type HttpServer } from '../../../engine/mcp/http.ts'
import type { McpHost } from '../../../engine/mcp/source.ts'
import type { Definition } from '../../../engine/language/definition.ts'
import { ScriptedRuns } from './scripted-runs.ts'

/** A server over scripted runs, on a free port. */
export interface Served extends AsyncDisposable {
  readonly runs: ScriptedRuns
  readonly server: HttpServer
  readonly url: string
  readonly errors: unknown[]
  /** Replaces the definitions, as a hot reload does. */
  redefine(definitions: readonly Definition[]): void
  /** Another server over the same runs, as a replica is; gives its URL. */
  again(): Promise<string>
}

/** A host over `runs`, and the way to replace its definitions. */
export function scriptedHost(
  definitions: readonly Definition[],
  runs: ScriptedRuns = new ScriptedRuns(),
): { readonly host: McpHost; redefine(definitions: readonly Definition[]): void } {
  let current = definitions
  const listeners = new Set<() => void>()
  return {
    host: {
      client: runs,
      definitions: () => current,
      onDefinitionsChanged: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      activities: () => ({ 'mail.send': { description: 'Sends a mail' }, log: {} }),
      sourceOf: (name) =>
        current.some((each) => each.name === name) ? `name: ${name}\nsteps: []\n` : undefined,
    },
    redefine: (next) => {
      current = next
      for (const listener of listeners) listener()
    },
  }
}

/** Serves `definitions` over scripted runs. */
export async function serve(
  definitions: readonly Definition[],
  options: Partial<HttpOptions> = {},
): Promise<Served> {
  const runs = new ScriptedRuns()
  const scripted = scriptedHost(definitions, runs)
  const errors: unknown[] = []
  const open = (): Promise<HttpServer> =>
    serveHttp(scripted.host, { port: 0, onError: (error) => errors.push(error), ...options })
  const server = await open()
  const servers = [server]
  return {
    runs,
    server,
    url: server.url,
    errors,
    redefine: (next) => scripted.redefine(next),
    again: async () => {
      const other = await open()
      servers.push(other)
      return other.url
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(servers.map((each) => each.close()))),
  }
}
