import type { Instant } from '../clock.ts'
import type { Call } from './event.ts'
import type { Tags } from './instance.ts'
import type { Bytes } from './protobuf.ts'

// The values that many messages of the SDK have in common, seen only by the methods that are called on them.

/** `google.protobuf.StringValue`. */
export interface TextValue {
  getValue(): string
}

interface TextMap {
  getLength(): number
  forEach(visit: (value: string, key: string) => void): void
}

/** Whatever is called by name. */
export interface Called {
  getName(): string
  getVersion(): TextValue | undefined
  getInput(): TextValue | undefined
  getParenttracecontext(): { serializeBinary(): Bytes } | undefined
  getTagsMap(): TextMap
}

/** What an activity, a child or an instance is called with. */
export function callOf(called: Called): Call {
  return {
    name: called.getName(),
    version: called.getVersion()?.getValue(),
    input: called.getInput()?.getValue(),
    trace: called.getParenttracecontext()?.serializeBinary(),
    tags: tagsOf(called.getTagsMap()),
  }
}

function tagsOf(map: TextMap): Tags | undefined {
  if (map.getLength() === 0) return undefined
  const tags: Record<string, string> = {}
  map.forEach((value, key) => (tags[key] = value))
  return tags
}

/** The next whole millisecond: nothing may be early. */
export function instantOf<T extends { getSeconds(): number; getNanos(): number } | undefined>(
  at: T,
): Instant | (T & undefined) {
  return at && at.getSeconds() * 1000 + Math.ceil(at.getNanos() / 1e6)
}
