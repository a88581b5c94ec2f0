import type { Json } from '../json.ts'

/** The text that stands for `value` inside a longer text: lists and maps as JSON, numbers without the noise of their last bits. */
export function textOf(value: Exclude<Json, null>): string {
  return typeof value === 'string' ? value : JSON.stringify(value, (_key, part: Json) => withoutNoise(part))
}

/** JSONata writes at most 15 significant digits, so that `0.1 + 0.2` is `0.3`. */
function withoutNoise(part: Json): Json {
  return typeof part === 'number' && !Number.isInteger(part) ? Number(part.toPrecision(15)) : part
}
