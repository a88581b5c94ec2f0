import { hostOf, type McpHost } from '../mcp/source.ts'
import type { Station } from './station.ts'

/** What MCP serves of a station, whoever owns the data folder at the moment. */
export function mcpHostOf(station: Station): McpHost {
  return hostOf({
    client: station.client,
    definitions: () => station.engine.definitions(),
    onDefinitionsChanged: (listener) => station.onDefinitionsChanged(listener),
    sources: () => station.engine.sources(),
    get catalog() {
      return station.engine.catalog
    },
  })
}
