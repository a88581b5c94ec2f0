/** A message, or a part of one, as protobuf writes it. Fields of the same message can be concatenated. */
export type Bytes = Uint8Array

/** No fields: what an absent value and an empty message look like. */
export const nothing: Bytes = new Uint8Array(0)

/** One message out of its fields. */
export function message(...fields: readonly Bytes[]): Bytes {
  if (fields.length === 1 && fields[0]) return fields[0]
  const out = Buffer.allocUnsafe(lengthOf(fields))
  put(out, 0, fields)
  return out
}

/** One message out of fields, one of which is a message out of fields itself: number `number`, `inner`. */
export function messageAround(
  before: readonly Bytes[],
  number: number,
  inner: readonly Bytes[],
  after: readonly Bytes[] = [],
): Bytes {
  const length = lengthOf(inner)
  const out = Buffer.allocUnsafe(lengthOf(before) + headLength(number, length) + length + lengthOf(after))
  const start = putHead(out, put(out, 0, before), number, length)
  put(out, put(out, start, inner), after)
  return out
}

/** Field `number` as bytes of known length: a text, or a message within the message. */
export function nested(number: number, content: Bytes): Bytes {
  const out = Buffer.allocUnsafe(headLength(number, content.length) + content.length)
  out.set(content, putHead(out, 0, number, content.length))
  return out
}

/** Field `number` as often as there are contents. */
export function repeated(number: number, contents: readonly Bytes[]): Bytes {
  let length = 0
  for (const content of contents) length += headLength(number, content.length) + content.length
  const out = Buffer.allocUnsafe(length)
  let at = 0
  for (const content of contents) {
    const start = putHead(out, at, number, content.length)
    out.set(content, start)
    at = start + content.length
  }
  return out
}

/** A text. */
export function text(number: number, value: string): Bytes {
  if (value === '') return nothing
  const length = Buffer.byteLength(value)
  const out = Buffer.allocUnsafe(headLength(number, length) + length)
  out.write(value, putHead(out, 0, number, length))
  return out
}

/** A text that may be absent, which is not the same as empty: `google.protobuf.StringValue`. */
export function optionalText(number: number, value: string | undefined): Bytes {
  if (value === undefined) return nothing
  if (value === '') return nested(number, nothing)
  const length = Buffer.byteLength(value)
  const within = headLength(1, length) + length
  const out = Buffer.allocUnsafe(headLength(number, within) + within)
  out.write(value, putHead(out, putHead(out, 0, number, within), 1, length))
  return out
}

/** A number of at most 53 bits; zero is what absence means. */
export function integer(number: number, value: number): Bytes {
  if (value === 0) return nothing
  if (value === -1) return (minusOnes[number] ??= negative(number, value)) // the id of most events
  if (value < 0) return negative(number, value)
  const out = Buffer.allocUnsafe(varintLength(number * 8) + varintLength(value))
  putVarint(out, putVarint(out, 0, number * 8), value)
  return out
}

/** A truth; falsehood is what absence means. */
export function flag(number: number, value: boolean): Bytes {
  return value ? integer(number, 1) : nothing
}

/** `google.protobuf.Timestamp`, of milliseconds since 1970. */
export function timestamp(number: number, at: number | undefined): Bytes {
  if (at === undefined) return nothing
  if (latest.at === at && latest.number === number) return latest.bytes
  const seconds = Math.floor(at / 1000)
  const nanos = Math.round((at - seconds * 1000) * 1e6)
  const bytes = nested(number, message(integer(1, seconds), integer(2, nanos)))
  latest = { at, number, bytes }
  return bytes
}

/** Most of what happens, happens in the same millisecond as something else. */
let latest = { at: Number.NaN, number: 0, bytes: nothing }

/** `map<string, string>`. */
export function textMap(number: number, map: Readonly<Record<string, string>> | undefined): Bytes {
  if (!map) return nothing
  return message(
    ...Object.entries(map).map(([key, value]) => nested(number, message(text(1, key), text(2, value)))),
  )
}

/** Every field of `bytes` in turn: its number and, when its length is known, its content. */
export function* fieldsOf(bytes: Bytes): Generator<{ readonly number: number; readonly content: Bytes }> {
  for (const field = new Field(bytes); field.next();) yield { number: field.number, content: field.content }
}

/** The content of the first field `number`, which has a known length; nothing if there is none. */
export function contentIn(bytes: Bytes, number: number): Bytes {
  return optionalContentIn(bytes, number) ?? nothing
}

function optionalContentIn(bytes: Bytes, number: number): Bytes | undefined {
  for (const field = new Field(bytes); field.next();) if (field.number === number) return field.content
  return undefined
}

/** The number in the first field `number`, which is not negative; 0 if there is none. */
export function integerIn(bytes: Bytes, number: number): number {
  for (const field = new Field(bytes); field.next();) if (field.number === number) return field.value
  return 0
}

/** The text in the `google.protobuf.StringValue` that is the first field `number`. */
export function optionalTextIn(bytes: Bytes, number: number): string | undefined {
  const value = optionalContentIn(bytes, number)
  return value && textOf(value)
}

/** The text in the first field 1 of a message: all that a `google.protobuf.StringValue` is. */
export function textOf(value: Bytes): string {
  const { buffer, byteOffset, length } = contentIn(value, 1)
  return Buffer.from(buffer, byteOffset, length).toString()
}

/** The milliseconds since 1970 in the `google.protobuf.Timestamp` that is the first field `number`. */
export function instantIn(bytes: Bytes, number: number): number {
  const content = contentIn(bytes, number)
  return integerIn(content, 1) * 1000 + integerIn(content, 2) / 1e6
}

/** How many fields `bytes` has. */
export function countOf(bytes: Bytes): number {
  let count = 0
  for (const field = new Field(bytes); field.next();) count++
  return count
}

/** The number of the first field above `number`; 0 if there is none. */
export function fieldAbove(bytes: Bytes, number: number): number {
  for (const field = new Field(bytes); field.next();) if (field.number > number) return field.number
  return 0
}

/** The content of the first field `number` of known length, and everything but that. */
export function without(bytes: Bytes, number: number): [content: Bytes | undefined, rest: Bytes] {
  for (const field = new Field(bytes); field.next();)
    if (field.number === number && field.hasLength) return [field.content, field.others]
  return [undefined, bytes]
}

/** A place in a message that moves from field to field. */
class Field {
  number = 0
  hasLength = false
  /** The number that it holds, or the length of its content. */
  value = 0
  readonly #bytes: Bytes
  #start = 0
  #content = 0
  #end = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  /** Whether there was another one to move to. */
  next(): boolean {
    if (this.#end >= this.#bytes.length) return false
    this.#start = this.#end
    const tag = this.#varint()
    this.value = this.#varint()
    this.number = tag >>> 3
    this.hasLength = (tag & 7) === 2
    this.#content = this.#end
    if (this.hasLength) this.#end += this.value
    return true
  }

  get content(): Bytes {
    return this.hasLength ? this.#bytes.subarray(this.#content, this.#end) : nothing
  }

  /** The message without this field. */
  get others(): Bytes {
    return Buffer.concat([this.#bytes.subarray(0, this.#start), this.#bytes.subarray(this.#end)])
  }

  #varint(): number {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = this.#bytes[this.#end++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
}

function lengthOf(fields: readonly Bytes[]): number {
  let length = 0
  for (const field of fields) length += field.length
  return length
}

/** Writes them at `at`; gives where they end. */
function put(out: Buffer, at: number, fields: readonly Bytes[]): number {
  let place = at
  for (const field of fields) {
    out.set(field, place)
    place += field.length
  }
  return place
}

/** The length of the tag of field `number`, and of the length of what is in it. */
function headLength(number: number, length: number): number {
  return varintLength(number * 8 + 2) + varintLength(length)
}

/** Writes them at `at`; gives where they end. */
function putHead(out: Buffer, at: number, number: number, length: number): number {
  return putVarint(out, putVarint(out, at, number * 8 + 2), length)
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length++
  return length
}

/** Writes `value` at `at`; gives where it ends. */
function putVarint(out: Buffer, at: number, value: number): number {
  let [place, rest] = [at, value]
  for (; rest > 127; rest = Math.floor(rest / 128)) out[place++] = (rest & 127) | 128
  out[place++] = rest
  return place
}

const minusOnes: Bytes[] = []

/** Two's complement in 64 bits, which is ten bytes. */
function negative(number: number, value: number): Bytes {
  const head = varintLength(number * 8)
  const out = Buffer.allocUnsafe(head + 10)
  let [at, rest] = [putVarint(out, 0, number * 8), BigInt.asUintN(64, BigInt(value))]
  for (; rest > 127n; rest >>= 7n) out[at++] = Number(rest & 127n) | 128
  out[at] = Number(rest)
  return out
}
