import type { Json } from '../json.ts'

/** A JSONata source text and where it starts in its file. Compiled where it is evaluated: a definition stays plain JSON. */
export interface Expression {
  readonly jsonata: string
  /** Line and column, from 1. */
  readonly at: readonly [line: number, column: number]
}

/** A value with holes: what stands at a template position of a definition, parsed. */
export type Template =
  /** A constant. */
  | { readonly value: Json }
  /** A string that was exactly `${ expr }`: the typed value of the expression. */
  | { readonly expr: Expression }
  /** Text with interpolations. */
  | { readonly text: readonly (string | Expression)[] }
  | { readonly list: readonly Template[] }
  | { readonly map: Readonly<Record<string, Template>> }
  /** `{ $secret: NAME }`: stays a marker until the activity host resolves it. */
  | { readonly secret: string }
