import type { Definition } from '../language/definition.ts'
import { newestMatching } from '../language/newest.ts'
import type { McpHost } from '../mcp/source.ts'
import type { Station } from './station.ts'

/** What MCP serves of a station, whoever owns the data folder at the moment. */
export function mcpHostOf(station: Station): McpHost {
  return {
    client: station.client,
    definitions: () => newestOf(station.engine.definitions()),
    onDefinitionsChanged: (listener) => station.onDefinitionsChanged(listener),
    sourceOf: (name) => {
      const file = newestMatching(station.engine.definitions(), name)?.file
      return station.engine.sources().find((source) => source.file === file)?.text
    },
    activities: () => station.engine.catalog,
  }
}

/** The newest version of each definition: the one that is a tool. */
function newestOf(definitions: readonly Definition[]): Definition[] {
  const names = new Set(definitions.map(({ name }) => name))
  return [...names].flatMap((name) => newestMatching(definitions, name) ?? [])
}
