/** One instruction of a compiled regex; `back` ones read to the left, as a lookbehind does. */
export type Instruction =
  | { readonly op: 'char'; readonly test: CharTest; readonly back: boolean }
  /** A repeated single character: the common loop, without an instruction for each turn. */
  | {
      readonly op: 'run'
      readonly test: CharTest
      readonly min: number
      readonly max: number
      readonly greedy: boolean
      readonly back: boolean
    }
  /** Goes on at `first`, and at `second` when that fails. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  /** Writes the position to a slot. */
  | { readonly op: 'save'; readonly slot: number }
  /** Empties slots: each turn of a loop starts without captures. */
  | { readonly op: 'clear'; readonly from: number; readonly to: number }
  /** Fails when nothing was read since the position was saved in `slot`: an empty turn is no turn. */
  | { readonly op: 'moved'; readonly slot: number }
  | { readonly op: 'edge'; readonly at: 'end' | 'start'; readonly multiline: boolean }
  | { readonly op: 'word'; readonly negate: boolean }
  | { readonly op: 'look'; readonly negate: boolean; readonly body: readonly Instruction[] }
  | { readonly op: 'again'; readonly group: number; readonly ignoreCase: boolean; readonly back: boolean }
  | { readonly op: 'match' }

export type CharTest = (code: number) => boolean

export interface Program {
  readonly instructions: readonly Instruction[]
  /** The whole match and the captures, two slots each. */
  readonly captures: number
  /** Slots in all. */
  readonly slots: number
}
