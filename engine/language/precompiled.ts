import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import metaschema from 'ajv/dist/refs/json-schema-2020-12/schema.json' with { type: 'json' }

export { metaschema }

/** Where `npm run prepare` puts the validators that it compiles ahead. */
export const folder: string = fileURLToPath(new URL('./precompiled/', import.meta.url))

/** The file of the validator of `schema`; another schema has another. */
export function fileOf(schema: object): string {
  return `${folder}${createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 16)}.cjs`
}

const require = createRequire(import.meta.url)

/**
 * A validator of `schema` that says yes or no: compiled ahead where that was done, which saves a start a tenth of a
 * second for each. Without one there is no telling: the answer is no, and whoever wants to know why asks Ajv itself.
 */
export function quickly(schema: object): (value: unknown) => boolean {
  const file = fileOf(schema)
  if (!existsSync(file)) return () => false
  const validate: unknown = require(file)
  return (value) => typeof validate === 'function' && validate(value) === true
}
