import type { Definition } from '../definition.ts'
import { closedObject, type Shape, shapeOfSchema, unknown } from '../shape.ts'

const text: Shape = { type: 'string' }
const number: Shape = { type: 'number' }

/** What a caught error looks like. */
export function failureShape(on: readonly string[]): Shape {
  const isExact = on.every((glob) => !glob.includes('*'))
  return closedObject({
    type: isExact ? { type: 'string', values: on } : text,
    message: text,
    data: unknown,
    retryable: { type: 'boolean' },
    attempt: number,
    step: text,
    source: closedObject({ file: text, line: number, column: number }),
    cause: unknown,
  })
}

/** What every expression of a definition can see. */
export function shapesOf(definition: Definition): Readonly<Record<string, Shape>> {
  const open = (names: readonly string[]): Shape =>
    closedObject(Object.fromEntries(names.map((name) => [name, unknown])))
  return {
    input: shapeOfSchema(definition.input),
    vars: open(Object.keys(definition.vars)),
    config: open(Object.keys(definition.config)),
    run: closedObject({
      id: text,
      name: text,
      version: text,
      startedAt: text,
      parent: { type: 'union', of: [text, { type: 'null' }] },
      status: text,
    }),
  }
}
