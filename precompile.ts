import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'
import addFormats from 'ajv-formats'
import { fileOf, folder, metaschema } from './engine/language/precompiled.ts'
import schema from './schemas/workflow.schema.json' with { type: 'json' }

// Compiles ahead what every start would compile anew: validators that say no more than yes or no. Runs after every
// `npm ci` and before every build; without its files everything works, only slower.
const ajv = new Ajv2020({ strict: false, logger: false, messages: false, code: { source: true } })
addFormats.default(ajv)
mkdirSync(folder, { recursive: true })
for (const one of [metaschema, schema]) write(one)

/** Whoever reads the file meanwhile finds the old one or the new one. */
function write(one: AnySchemaObject & { readonly $id: string }): void {
  const file = fileOf(one)
  writeFileSync(`${file}.new`, standalone.default(ajv, ajv.getSchema(one.$id) ?? ajv.compile(one)))
  renameSync(`${file}.new`, file)
}
