import type { Command } from 'commander'
import { catalogOf, loadActivities } from '../../worker/registry.ts'
import { EngineError } from '../../error.ts'
import { isJsonObject, type JsonSchema } from '../../json.ts'
import { examples } from '../help.ts'
import { sayJson, sayTable } from '../print.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul activities`. */
export function addActivities(program: Command, shell: Shell): void {
  program
    .command('activities')
    .summary('list the activities that definitions may call')
    .description(
      'Lists the activities that definitions may call, with their arguments; "?" marks those that may be left out.',
    )
    .addHelpText(
      'after',
      examples('longhaul activities', 'longhaul activities --json   # with their input and output schemas'),
    )
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command, shell)
      if (settings.activities === undefined)
        throw new EngineError(
          'usage',
          'There is no activities module activities/index.{ts,mts,js,mjs} here; "longhaul init" writes one, --activities names another',
        )
      const catalog = catalogOf(await loadActivities(settings.activities))
      const activities = Object.entries(catalog)
        .map(([name, signature]) => Object.assign({ name }, signature))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      if (settings.json) sayJson(shell.out, { activities })
      else
        sayTable(
          shell.out,
          ['activity', 'with', 'description'],
          activities.map(({ name, input, description = '' }) => [name, argumentsOf(input), description]),
        )
    })
}

/** The names of the arguments that a schema declares. */
function argumentsOf(schema: JsonSchema | undefined): string {
  const properties = typeof schema === 'object' ? schema['properties'] : undefined
  if (typeof schema !== 'object' || !isJsonObject(properties)) return ''
  const { required } = schema
  const isRequired = (name: string): boolean => Array.isArray(required) && required.includes(name)
  return Object.keys(properties)
    .map((name) => (isRequired(name) ? name : `${name}?`))
    .join(', ')
}
