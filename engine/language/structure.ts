import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../../schemas/workflow.schema.json' with { type: 'json' }
import { quickly } from './precompiled.ts'
import type { Report } from './report.ts'
import type { Sheet } from './sheet.ts'
import { explainStructure } from './structure-errors.ts'
import { valueOf, type Written } from './written.ts'

/** Checks the form of a document: the same schema that editors use decides, and each of its complaints gets a code. */
export function checkStructure(root: Written, sheet: Sheet, report: Report): void {
  const value = valueOf(root)
  if ((isFine ??= quickly(schema))(value)) return
  const validate = validator()
  if (validate(value)) return
  const said = new Set<string>()
  for (const error of relevant(validate.errors ?? [])) {
    const issue = explainStructure(error, root, sheet)
    const key = `${issue.span.start} ${issue.code} ${issue.message}`
    if (!said.has(key)) report(issue.code, issue.span, issue.message, issue.hint)
    said.add(key)
  }
}

let isFine: ((value: unknown) => boolean) | undefined

let compiled: ValidateFunction | undefined

function validator(): ValidateFunction {
  compiled ??= new Ajv2020({ allErrors: true, verbose: true, strict: false, logger: false }).compile(schema)
  return compiled
}

/** An `if` only repeats what its branch said; the inside of a JSON Schema is judged as a schema, elsewhere. */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors.filter((error) => {
    if (error.keyword === 'if' || error.propertyName !== undefined) return false
    return !/\/(?:input|output|schema)\/./.test(error.instancePath) || !ofSchemas.has(error.parentSchema)
  })
}

/** Every part of what editors are told about JSON Schemas. */
const ofSchemas: ReadonlySet<object | undefined> = new Set(partsOf(schema.$defs.jsonSchema))

function partsOf(part: object): readonly object[] {
  return [part, ...Object.values(part).flatMap((inner) => (isObject(inner) ? partsOf(inner) : []))]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
