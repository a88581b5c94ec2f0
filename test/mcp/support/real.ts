import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine, type Engine } from '../../../engine/engine.ts'
import { serveHttp, type HttpOptions } from '../../../engine/mcp/http.ts'
import { hostOf } from '../../../engine/mcp/source.ts'
import type { ActivityRegistry } from '../../../engine/worker/activity.ts'

/** A server over a whole engine, on a folder of its own. */
export interface Real extends AsyncDisposable {
  readonly url: string
  readonly engine: Engine
  /** Where definitions are written. */
  readonly folder: string
  /** Ends the engine and the server, and opens others on the same folder. */
  restart(): Promise<Real>
  /** A second server on the same hub, as another replica would be. */
  again(): Promise<{ readonly url: string; close(): Promise<void> }>
}

/** Serves the definitions, YAML by file name, over an engine. */
export async function serveReal(
  definitions: Readonly<Record<string, string>>,
  activities: ActivityRegistry = {},
  options: Partial<HttpOptions> = {},
): Promise<Real> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-mcp-'))
  for (const [name, text] of Object.entries(definitions)) await writeFile(join(folder, name), text)
  return await open(folder, activities, options)
}

async function open(
  folder: string,
  activities: ActivityRegistry,
  options: Partial<HttpOptions>,
): Promise<Real> {
  const engine = await openEngine({
    definitions: folder,
    activities,
    data: join(folder, '.longhaul'),
    watch: true,
  })
  const serve = (): ReturnType<typeof serveHttp> => serveHttp(hostOf(engine), { port: 0, ...options })
  const server = await serve()
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await server.close()
    await engine.stop({ graceMs: 1000 })
  }
  return {
    url: server.url,
    engine,
    folder,
    restart: async () => {
      await close()
      return await open(folder, activities, options)
    },
    again: serve,
    [Symbol.asyncDispose]: async () => {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
