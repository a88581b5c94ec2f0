import { EngineError } from '../error.ts'
import type { Json } from '../json.ts'
import { checkAgainst } from '../language/schema.ts'
import type { Definition } from '../language/definition.ts'
import { asData, inWords } from '../violations.ts'

/** The most that one value may measure as JSON. */
const valueLimitBytes = 1_048_576

/** `input` with the defaults of the definition's schema; refused with every violation as `data`. */
export function inputFor(definition: Definition, input: Json): Json {
  if (definition.input === undefined) return withinLimit(input, 'The input')
  const checked = checkAgainst(definition.input, input)
  if (checked.ok) return withinLimit(checked.value, 'The input')
  throw new EngineError(
    'workflow.invalidInput',
    `The input does not fit workflow "${definition.name}": ${inWords(checked.problems)}`,
    { data: asData(checked.problems) },
  )
}

/** `value`; refused when it is too large for a history. */
export function withinLimit(value: Json, what: string): Json {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes <= valueLimitBytes) return value
  const mib = (bytes / 1_048_576).toFixed(1)
  throw new EngineError(
    'limit.size',
    `${what} measures ${mib} MiB, and 1 MiB is the most; put it into a file and hand over its name`,
  )
}
