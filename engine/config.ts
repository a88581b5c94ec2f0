import type { Json } from './json.ts'

/** Where environment variables come from; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The `config` of a definition after the environment's overrides.
 *
 * `maxItems` of workflow `order-intake` is overridden by `LONGHAUL_CONFIG_ORDER_INTAKE_MAX_ITEMS`, else by
 * `LONGHAUL_CONFIG_MAX_ITEMS`. A text stays text when the default is a text; anything else is read as JSON when it
 * parses, and is text when it does not.
 */
export function configOf(
  definition: { readonly name: string; readonly config: Readonly<Record<string, Json>> },
  env: Environment,
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(definition.config).map(([name, preset]) => {
      const own = env[`${prefix}${variable(definition.name)}_${variable(name)}`]
      const override = own ?? env[prefix + variable(name)]
      return [name, override === undefined ? preset : read(override, preset)]
    }),
  )
}

const prefix = 'LONGHAUL_CONFIG_'

/** `maxItems` and `max-items` are both `MAX_ITEMS`. */
function variable(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/\W/g, '_')
    .toUpperCase()
}

function read(text: string, preset: Json): Json {
  if (typeof preset === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text // what is not JSON is meant as text
  }
}
