import type { StaticType } from '../analysis.ts'

/** What is known of a built-in function without calling it. */
export interface BuiltIn {
  /** Without `$`. */
  readonly name: string
  /** JSONata's notation: types of the arguments, `-` for one that the context item stands in for, `?` for an optional one. */
  readonly signature: string
  /** For people: the call with its arguments named. */
  readonly usage: string
  /** How many arguments it needs where there is no context item. */
  readonly least: number
  readonly most: number
  readonly returns: StaticType
  /** Whether it asks the clock or the dice. */
  readonly isPure: boolean
}

const functions: Readonly<Record<string, readonly [signature: string, usage: string]>> = {
  sum: ['<a<n>:n>', '(numbers)'],
  count: ['<a:n>', '(list)'],
  max: ['<a<n>:n>', '(numbers)'],
  min: ['<a<n>:n>', '(numbers)'],
  average: ['<a<n>:n>', '(numbers)'],
  string: ['<x-b?:s>', '(value, prettify?)'],
  substring: ['<s-nn?:s>', '(text, start, length?)'],
  substringBefore: ['<s-s:s>', '(text, chars)'],
  substringAfter: ['<s-s:s>', '(text, chars)'],
  lowercase: ['<s-:s>', '(text)'],
  uppercase: ['<s-:s>', '(text)'],
  length: ['<s-:n>', '(text)'],
  trim: ['<s-:s>', '(text)'],
  pad: ['<s-ns?:s>', '(text, width, char?)'],
  match: ['<s-f<s:o>n?:a<o>>', '(text, /regex/, limit?)'],
  contains: ['<s-(sf):b>', '(text, text or /regex/)'],
  replace: ['<s-(sf)(sf)n?:s>', '(text, text or /regex/, text or function, limit?)'],
  split: ['<s-(sf)n?:a<s>>', '(text, text or /regex/, limit?)'],
  join: ['<a<s>s?:s>', '(texts, separator?)'],
  formatNumber: ['<n-so?:s>', '(number, picture, options?)'],
  formatBase: ['<n-n?:s>', '(number, radix?)'],
  formatInteger: ['<n-s:s>', '(number, picture)'],
  parseInteger: ['<s-s:n>', '(text, picture)'],
  number: ['<(nsb)-:n>', '(value)'],
  floor: ['<n-:n>', '(number)'],
  ceil: ['<n-:n>', '(number)'],
  round: ['<n-n?:n>', '(number, precision?)'],
  abs: ['<n-:n>', '(number)'],
  sqrt: ['<n-:n>', '(number)'],
  power: ['<n-n:n>', '(base, exponent)'],
  random: ['<:n>', '()'],
  boolean: ['<x-:b>', '(value)'],
  not: ['<x-:b>', '(value)'],
  map: ['<af>', '(list, function)'],
  zip: ['<a+>', '(list, …)'],
  filter: ['<af>', '(list, function)'],
  single: ['<af?>', '(list, function?)'],
  reduce: ['<afj?:j>', '(list, function, start?)'],
  sift: ['<o-f?:o>', '(object, function)'],
  keys: ['<x-:a<s>>', '(object)'],
  lookup: ['<x-s:x>', '(object, key)'],
  append: ['<xx:a>', '(list, list)'],
  exists: ['<x:b>', '(value)'],
  spread: ['<x-:a<o>>', '(object)'],
  merge: ['<a<o>:o>', '(objects)'],
  reverse: ['<a:a>', '(list)'],
  each: ['<o-f:a>', '(object, function)'],
  assert: ['<bs?:x>', '(condition, message?)'],
  type: ['<x:s>', '(value)'],
  sort: ['<af?:a>', '(list, function?)'],
  shuffle: ['<a:a>', '(list)'],
  distinct: ['<x:x>', '(list)'],
  base64encode: ['<s-:s>', '(text)'],
  base64decode: ['<s-:s>', '(text)'],
  encodeUrlComponent: ['<s-:s>', '(text)'],
  encodeUrl: ['<s-:s>', '(text)'],
  decodeUrlComponent: ['<s-:s>', '(text)'],
  decodeUrl: ['<s-:s>', '(text)'],
  toMillis: ['<s-s?:n>', '(timestamp, picture?)'],
  fromMillis: ['<n-s?s?:s>', '(milliseconds, picture?, timezone?)'],
  clone: ['<(oa)-:o>', '(value)'],
  now: ['<s?s?:s>', '(picture?, timezone?)'],
  millis: ['<:n>', '()'],
  // Beyond JSONata:
  uuid: ['<:s>', '()'],
  hash: ['<s-s?:s>', `(text, 'sha256' or 'md5', 'sha1', 'sha384', 'sha512')`],
  parse: ['<s-:x>', '(json)'],
  range: ['<nnn?:a<n>>', '(first, last, step?)'],
  partition: ['<an:a<a>>', '(list, size)'],
  addTime: ['<(sn)-(so):s>', '(timestamp, duration)'],
}

/** They give a plain list, which stays one when it has one item. */
const listMakers = new Set(['split', 'zip', 'range', 'partition'])
const impure = new Set(['now', 'millis', 'random', 'shuffle', 'uuid', 'toMillis'])
/** `o` stands for a list too where the argument may be one: `$clone`. */
const letters: Readonly<Record<string, StaticType>> = { b: 'boolean', n: 'number', s: 'string', o: 'object' }

/** Every built-in function by its name. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map(
  Object.entries(functions).map(([name, [signature, usage]]) => [name, describe(name, signature, usage)]),
)

/** What JSONata has and the language does not, with what to write instead. */
export const unavailable: ReadonlyMap<string, string> = new Map([
  ['eval', 'write the expression itself; `$parse` reads JSON'],
  ['error', 'use a step `fail`, or `$assert`'],
])

/** Names that an author may not give to a loop's item or index, nor to a function: the built-in ones are taken too. */
export const reservedNames: ReadonlySet<string> = new Set([
  'input',
  'steps',
  'vars',
  'run',
  'config',
  'error',
  'result',
  'event',
  'previous',
  'attempt',
])

function describe(name: string, signature: string, usage: string): BuiltIn {
  // Each argument: its type, without the types of what is inside it, and its mark.
  const [taken = '', returned = ''] = withoutSubtypes(signature.slice(1, -1)).split(':')
  const marks = [...taken.matchAll(/(?:\([a-z]+\)|[a-z])(?<mark>[-?+]?)/g)].map(
    ({ groups }) => groups?.['mark'],
  )
  return {
    name,
    signature,
    usage: `$${name}${usage}`,
    least: marks.filter((mark) => mark !== '?').length,
    most: marks.includes('+') ? Infinity : marks.length,
    returns: returnedBy(name, taken, returned),
    isPure: !impure.has(name),
  }
}

function returnedBy(name: string, taken: string, returned: string): StaticType {
  if (listMakers.has(name)) return 'array'
  return returned === 'o' && taken.startsWith('(oa)') ? 'unknown' : (letters[returned] ?? 'unknown')
}

function withoutSubtypes(signature: string): string {
  const inner = signature.replaceAll(/<[^<>]*>/g, '')
  return inner === signature ? signature : withoutSubtypes(inner)
}
