import type { Frame } from '../frame.ts'
import type { Value } from '../value.ts'

/** Built-in functions by name; what they are passed was checked against their signature. */
export type Functions = Readonly<Record<string, (frame: Frame, ...passed: never[]) => Value>>
