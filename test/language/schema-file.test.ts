import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type CodeEntry, codes, exampleOf } from '../../engine/language/codes.ts'
import { forms } from '../../engine/language/forms.ts'
import { kindKeys, modifierKeys } from '../../engine/language/keys.ts'
import { stepKinds } from '../../engine/language/lower/steps.ts'
import schema from '../../schemas/workflow.schema.json' with { type: 'json' }

type Part = Record<string, unknown>

const isMap = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every declared property of a schema with its path; what stands in examples is data. */
function properties(part: unknown, path: string): [path: string, property: Part][] {
  if (Array.isArray(part)) return part.flatMap((item, index) => properties(item, `${path}/${index}`))
  if (!isMap(part)) return []
  return Object.entries(part).flatMap(([keyword, value]) => {
    if (['examples', 'default', 'const', 'enum'].includes(keyword) || !isMap(value)) return []
    const isNames = ['properties', 'patternProperties', '$defs'].includes(keyword)
    if (!isNames) return properties(value, `${path}/${keyword}`)
    return Object.entries(value).flatMap(([name, schemaOfName]) => {
      const own =
        isMap(schemaOfName) && keyword !== '$defs'
          ? [[`${path}/${name}`, schemaOfName] as [string, Part]]
          : []
      return [...own, ...properties(schemaOfName, `${path}/${name}`)]
    })
  })
}

const definitions: Record<string, unknown> = schema.$defs

/** A property with what it refers to. */
function whole(property: Part): Part {
  const name = typeof property['$ref'] === 'string' ? property['$ref'].replace('#/$defs/', '') : ''
  const target = definitions[name]
  return isMap(target) ? { ...target, ...property } : property
}

describe('every key of the schema', () => {
  test('it has a description and an example', () => {
    const bare = properties(schema, '').filter(([, property]) => {
      const { description, examples } = whole(property)
      return typeof description !== 'string' || !Array.isArray(examples) || examples.length === 0
    })
    expect(bare.map(([path]) => path)).toEqual([])
    expect(properties(schema, '').length).toBeGreaterThan(100)
  })

  test('every example fits what it is an example of', () => {
    const ajv = new Ajv2020({ strict: false, schemas: [schema] })
    for (const [path, property] of properties(schema, '')) {
      const { $ref, ...rest } = property
      const target = typeof $ref === 'string' ? { $ref: `${schema.$id}${$ref}` } : {}
      const { description: _, examples, ...own } = rest
      const resolved = JSON.parse(JSON.stringify({ ...own, ...target }).replaceAll('"#/', `"${schema.$id}#/`))
      for (const example of Array.isArray(examples) ? examples : [])
        expect(
          ajv.validate(resolved, example),
          `${path}: ${JSON.stringify(example)} ${ajv.errorsText()}`,
        ).toBe(true)
    }
  })
})

describe('the schema and the rest of the room agree', () => {
  test('on the kinds of steps', () => {
    expect(kindKeys.toSorted()).toEqual(stepKinds.toSorted())
  })

  test.for(Object.entries(definitions).filter(([name]) => name.endsWith('Step')))(
    'on the modifiers of a %s',
    ([, step]) => {
      const pattern =
        isMap(step) && isMap(step['patternProperties']) ? Object.keys(step['patternProperties']) : []
      expect(pattern).toEqual([`^(${modifierKeys.join('|')})$`])
    },
  )

  test('on the words for each form', () => {
    const differing = Object.entries(forms).filter(([name, { noun }]) => {
      const definition = definitions[name]
      const message = isMap(definition) ? definition['errorMessage'] : undefined
      return message !== undefined && message !== `Must be ${noun}`
    })
    expect(differing).toEqual([])
  })

  test('on what is well formed: the examples of all codes', () => {
    const validate = new Ajv2020({ strict: false }).compile(schema)
    for (const [code, { good }] of Object.entries<CodeEntry>(codes))
      for (const text of exampleOf(good))
        expect(validate(parse(text)), `${code} ${JSON.stringify(validate.errors)}`).toBe(true)
  })
})
