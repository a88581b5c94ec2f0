import { apply } from './call.ts'
import { Callable } from './callable.ts'
import { Fault } from './fault.ts'
import type { Frame } from './frame.ts'
import { firstMatch } from './regex/match.ts'
import type { Regex } from './regex/regex.ts'
import type { Node } from './syntax.ts'
import { dictOf, isDict, isList, type Value } from './value.ts'

/** The function that a regex stands for: it gives the first match in a text, which knows the next one. */
export function matcher(node: Node<'regex'>, frame: Frame): Callable {
  const { regex, start, end } = node
  return new Callable(
    ([text, from]) =>
      typeof text === 'string' ? find(regex, text, typeof from === 'number' ? from : 0) : undefined,
    2,
  )

  function find({ source, danger, program }: Regex, text: string, from: number): Value {
    if (!program)
      throw new Fault(
        'expression.syntax',
        `The regex /${source}/ is refused: ${danger ?? ''}`,
        undefined,
        start,
        end - start,
      )
    const match = firstMatch(program, text, from, frame.evaluation.meter)
    if (!match) return undefined
    const found = text.slice(match.start, match.end)
    const next = (): Value =>
      match.end >= text.length ? undefined : nonEmpty(find(regex, text, match.end), source)
    return dictOf([
      ['match', found],
      ['start', match.start],
      ['end', match.end],
      ['groups', match.groups],
      ['next', new Callable(next, 0)],
    ])
  }
}

/** After an empty match the next one is empty too: matching would never end. */
function nonEmpty(match: Value, source: string): Value {
  if (isDict(match) && match['match'] === '')
    throw new Fault('expression.failed', `The regex /${source}/ matches an empty text again and again`)
  return match
}

/** A match, as `$match`, `$replace` and `$split` see it. */
export interface Found {
  readonly match: string
  readonly start: number
  readonly end: number
  readonly groups: readonly Value[]
  /** As the function gave it, for functions that replace. */
  readonly raw: Value
}

/** What a regex, or a function that stands for one, finds in `text`, one after the other. */
export class Matches {
  readonly #frame: Frame
  #raw: Value

  constructor(by: Callable, text: string, frame: Frame) {
    this.#frame = frame
    this.#raw = apply(by, [text], null, frame)
  }

  get current(): Found | undefined {
    const raw = this.#raw
    if (raw === undefined) return undefined
    const { match, start, end, groups } = isDict(raw) ? raw : {}
    if (typeof match === 'string' && typeof start === 'number' && typeof end === 'number')
      return { match, start, end, groups: isList(groups) ? groups : [], raw }
    throw new Fault(
      'expression.type',
      'A function that stands for a regex gives an object with match, start, end, groups and next, or nothing',
    )
  }

  advance(): void {
    const next = isDict(this.#raw) ? this.#raw['next'] : undefined
    this.#raw = next instanceof Callable ? apply(next, [], null, this.#frame) : undefined
  }
}
