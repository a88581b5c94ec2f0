import type { Callable } from '../callable.ts'
import { Fault, shown } from '../fault.ts'
import { builtIns } from './catalogue.ts'

/** What JSONata's own functions throw. */
interface Thrown {
  readonly code: string
  readonly value?: unknown
  readonly index?: number
  readonly type?: string
  readonly exp?: unknown
}

/** What a function threw, as a fault. What is no error of the author's stays what it is. */
export function faultOf(error: unknown, { label }: Callable): unknown {
  if (error instanceof Fault) return error
  const name = label === undefined ? 'the function' : `$${label}()`
  const usage = label === undefined ? undefined : builtIns.get(label)?.usage
  const hint = usage === undefined ? undefined : `it is called as ${usage}`
  if (isThrown(error)) return fromCode(error, name, hint)
  if (error instanceof RangeError && /call stack|array length|string length/i.test(error.message))
    return new Fault('expression.limit', `${name} was given more than it can take`)
  if (error instanceof RangeError || error instanceof TypeError)
    return new Fault('expression.type', `${name} cannot use what it was given`, hint)
  return error
}

function fromCode(thrown: Thrown, name: string, hint: string | undefined): Fault {
  const { code, value, index = 1 } = thrown
  if (code === 'T0410')
    return new Fault('expression.type', `Argument ${index} of ${name} cannot be ${shown(value)}`, hint)
  if (code === 'T0411')
    return new Fault(
      'expression.type',
      `Argument ${index} of ${name} is missing, and the context item is none`,
      hint,
    )
  if (code === 'T0412')
    return new Fault(
      'expression.type',
      `Argument ${index} of ${name} must be a list of ${thrown.type ?? 'one type'}`,
      hint,
    )
  return new Fault('expression.failed', messages[code]?.(thrown, name) ?? `${name} failed (${code})`, hint)
}

const messages: Readonly<Record<string, (thrown: Thrown, name: string) => string>> = {
  D1001: ({ value }) => `${shown(value)} is no number that JSON can write`,
  D3001: ({ value }) => `${shown(value)} has no text`,
  D3030: ({ value }) => `${shown(value)} cannot be read as a number`,
  D3060: ({ value }) => `${shown(value)} is negative and has no square root`,
  D3061: ({ value, exp }) => `${shown(value)} to the power of ${shown(exp)} is too large a number`,
  D3080: () => 'A picture has at most two parts, for positive and negative numbers',
  D3081: () => 'A picture has at most one decimal separator',
  D3082: () => 'A picture has at most one percent sign',
  D3083: () => 'A picture has at most one per-mille sign',
  D3084: () => 'A picture has a percent or a per-mille sign, not both',
  D3085: () => 'A picture needs at least one digit, # or 0',
  D3086: () => 'A picture has text inside its digits',
  D3087: () => 'A picture has a grouping separator beside its decimal separator',
  D3088: () => 'A picture has a grouping separator at the end of its whole part',
  D3089: () => 'A picture has two grouping separators in a row',
  D3090: () => 'A picture has # behind 0 in its whole part',
  D3091: () => 'A picture has 0 behind # in its fraction',
  D3092: () => 'A picture has a percent or per-mille sign and an exponent',
  D3093: () => 'The exponent of a picture is made of 0 only',
  D3100: ({ value }) => `A radix is between 2 and 36, not ${shown(value)}`,
  D3110: ({ value }) => `${shown(value)} is no ISO 8601 timestamp`,
  D3130: ({ value }) => `A picture cannot begin with ${shown(value)}`,
  D3131: () => 'The digits of a picture are of one script',
  D3132: ({ value }) => `${shown(value)} is no part of a date or time`,
  D3133: ({ value }) => `Only months and days have names, not ${shown(value)}`,
  D3134: () => 'A time zone in a picture has at most four digits',
  D3135: () => 'A picture has a [ without ]',
  D3136: () => 'The picture leaves out a part between two that it has, or is of a kind that cannot be read',
  D3140: ({ value }, name) => `${name} cannot use ${shown(value)}: it is malformed`,
}

function isThrown(error: unknown): error is Thrown {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
}
