/** A message, or a part of one, as protobuf writes it. Fields of the same message can be concatenated. */
export type Bytes = Uint8Array

/** No fields: what an absent value and an empty message look like. */
export const nothing: Bytes = new Uint8Array(0)

/** One message out of its fields. */
export function message(...fields: readonly Bytes[]): Bytes {
  return fields.length === 1 && fields[0] ? fields[0] : Buffer.concat(fields)
}

/** Field `number` as bytes of known length: a text, or a message within the message. */
export function nested(number: number, content: Bytes): Bytes {
  const out = Buffer.allocUnsafe(varintLength(number * 8 + 2) + varintLength(content.length) + content.length)
  const at = putVarint(out, putVarint(out, 0, number * 8 + 2), content.length)
  out.set(content, at)
  return out
}

/** The head of {@link nested}, for content that is too long to be copied once more. */
export function nestedHead(number: number, length: number): Bytes {
  const out = Buffer.allocUnsafe(varintLength(number * 8 + 2) + varintLength(length))
  putVarint(out, putVarint(out, 0, number * 8 + 2), length)
  return out
}

/** A text. */
export function text(number: number, value: string): Bytes {
  if (value === '') return nothing
  const length = Buffer.byteLength(value)
  const out = Buffer.allocUnsafe(varintLength(number * 8 + 2) + varintLength(length) + length)
  const at = putVarint(out, putVarint(out, 0, number * 8 + 2), length)
  out.write(value, at)
  return out
}

/** A text that may be absent, which is not the same as empty: `google.protobuf.StringValue`. */
export function optionalText(number: number, value: string | undefined): Bytes {
  return value === undefined ? nothing : nested(number, text(1, value))
}

/** A number of at most 53 bits; zero is what absence means. */
export function integer(number: number, value: number): Bytes {
  if (value === 0) return nothing
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
  const seconds = Math.floor(at / 1000)
  return nested(number, message(integer(1, seconds), integer(2, Math.round((at - seconds * 1000) * 1e6))))
}

/** `map<string, string>`. */
export function textMap(number: number, map: Readonly<Record<string, string>> | undefined): Bytes {
  if (!map) return nothing
  return message(
    ...Object.entries(map).map(([key, value]) => nested(number, message(text(1, key), text(2, value)))),
  )
}

/** Every field of `bytes` in turn: its number and, when its length is known, its content. */
export function* fieldsOf(bytes: Bytes): Generator<{ readonly number: number; readonly content: Bytes }> {
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = takeVarint(bytes, at)
    const [value, afterValue] = takeVarint(bytes, afterTag)
    const end = (tag & 7) === 2 ? afterValue + value : afterValue
    yield { number: tag >>> 3, content: (tag & 7) === 2 ? bytes.subarray(afterValue, end) : nothing }
    at = end
  }
}

/** The content of the first field `number` of known length, and everything but that. */
export function without(bytes: Bytes, number: number): [content: Bytes | undefined, rest: Bytes] {
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = takeVarint(bytes, at)
    const [value, afterValue] = takeVarint(bytes, afterTag)
    const end = (tag & 7) === 2 ? afterValue + value : afterValue
    if (tag >>> 3 === number && (tag & 7) === 2)
      return [bytes.subarray(afterValue, end), Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])]
    at = end
  }
  return [undefined, bytes]
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

/** Two's complement in 64 bits, which is ten bytes. */
function negative(number: number, value: number): Bytes {
  const head = varintLength(number * 8)
  const out = Buffer.allocUnsafe(head + 10)
  let [at, rest] = [putVarint(out, 0, number * 8), BigInt.asUintN(64, BigInt(value))]
  for (; rest > 127n; rest >>= 7n) out[at++] = Number(rest & 127n) | 128
  out[at] = Number(rest)
  return out
}

function takeVarint(bytes: Bytes, start: number): [value: number, end: number] {
  let [value, scale, at] = [0, 1, start]
  for (;;) {
    const byte = bytes[at++] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return [value, at]
    scale *= 128
  }
}
