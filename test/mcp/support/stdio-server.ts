import { join } from 'node:path'
import { openEngine } from '../../../engine/engine.ts'
import { hostOf } from '../../../engine/mcp/source.ts'
import { serveStdio } from '../../../engine/mcp/stdio.ts'

const [definitions = 'definitions'] = process.argv.slice(2)
const engine = await openEngine({ definitions, data: join(definitions, '.longhaul') })
const server = await serveStdio(hostOf(engine))
await server.closed
await engine.stop({ graceMs: 500 })
