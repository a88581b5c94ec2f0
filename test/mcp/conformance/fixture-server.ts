import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngine } from '../../../engine/engine.ts'
import { serveHttp, type HttpServer } from '../../../engine/mcp/http.ts'

/** Serves the fixtures of the conformance suite, whose tools have names that no definition may have. */
export async function serveFixtures(port = 0): Promise<HttpServer & AsyncDisposable> {
  const data = await mkdtemp(join(tmpdir(), 'longhaul-conformance-'))
  const engine = await openEngine({
    definitions: join(import.meta.dirname, 'fixtures'),
    activities: {},
    data,
  })
  const definitions = engine
    .definitions()
    .map((definition) => Object.assign({}, definition, { name: definition.name.replaceAll('-', '_') }))
  const host = {
    client: engine.client,
    definitions: () => definitions,
    onDefinitionsChanged: () => () => {},
    sourceOf: (name: string) => {
      const file = definitions.find((definition) => definition.name === name)?.file
      return engine.sources().find((source) => source.file === file)?.text
    },
  }
  const server = await serveHttp(host, { port, onMissingInput: 'ask', promptMs: 1200 })
  const close = async (): Promise<void> => {
    await server.close()
    await engine.stop({ graceMs: 100 })
    await rm(data, { recursive: true, force: true })
  }
  return { ...server, close, [Symbol.asyncDispose]: close }
}
