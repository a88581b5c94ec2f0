import jsonata from 'jsonata'
import { Fault } from './fault.ts'
import { lower } from './lower.ts'
import { limits } from './meter.ts'
import type { Raw } from './raw.ts'
import { explain } from './syntax-errors.ts'
import type { Node } from './syntax.ts'
import { type Tokens, tokenise } from './tokens.ts'

/** An expression, parsed. */
export interface Parsed {
  readonly root: Node
  readonly tokens: Tokens
}

/** Sources parsed lately, the oldest first. */
const recent = new Map<string, Parsed | Fault>()
let remembered = 0
/** Characters of source: a tree takes some hundred bytes for each. */
const mostRemembered = 400_000

/** Parses `source`, once. Throws a fault that says where it is no expression. */
export function parse(source: string): Parsed {
  const known = recent.get(source) ?? remember(source, attempt(source))
  if (known instanceof Fault) throw known
  return known
}

function remember(source: string, parsed: Parsed | Fault): Parsed | Fault {
  // What is too long was refused before it was parsed, and is refused as quickly again.
  if (source.length > limits.source) return parsed
  recent.set(source, parsed)
  remembered += source.length
  for (const oldest of recent.keys()) {
    if (remembered <= mostRemembered) break
    recent.delete(oldest)
    remembered -= oldest.length
  }
  return parsed
}

function attempt(source: string): Parsed | Fault {
  const tokens = tokenise(source.slice(0, limits.source + 1))
  try {
    refuseHuge(source, tokens)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSONata's own types leave out half of its nodes
    const raw = jsonata(source).ast() as unknown as Raw
    return { root: lower(raw, tokens), tokens }
  } catch (error) {
    return error instanceof Fault ? error : explain(error, source, tokens)
  }
}

/** More than this after JSONata's copying is no longer an expression that a person wrote. */
const largest = 50_000
const mostParents = 200

/**
 * JSONata's parser copies what stands left of `??` and `?:`, so that parentheses around them double with each level:
 * what would blow up is refused before it is parsed.
 */
function refuseHuge(source: string, { all }: Tokens): void {
  if (source.length > limits.source)
    throw new Fault(
      'expression.limit',
      `The expression has ${source.length} characters, which is more than ${limits.source}`,
      'build objects and texts in YAML, with small expressions in them',
    )
  // JSONata looks for the parent of each `%` past all the others.
  if (all.filter(({ text }) => text === '%').length > mostParents)
    throw new Fault('expression.limit', `The expression has more than ${mostParents} times "%"`)
  const levels = [{ size: 0, copies: false }]
  for (const token of all) {
    const level = levels.at(-1) ?? { size: 0, copies: false }
    level.size++
    if (token.kind !== 'operator') continue
    if (token.text === '??' || token.text === '?:') level.copies = true
    if (/^[([{]$/.test(token.text)) levels.push({ size: 0, copies: false })
    else if (/^[)\]}]$/.test(token.text) && levels.length > 1) {
      levels.pop()
      const outer = levels.at(-1)
      if (outer) outer.size += copied(level)
    }
  }
  const size = levels.reduce((inner, level) => copied({ ...level, size: level.size + inner }), 0)
  if (size > largest)
    throw new Fault(
      'expression.limit',
      'The expression nests `??` or `?:` in too many parentheses',
      'write `a ?? b ?? c`, without parentheses',
    )
}

function copied({ size, copies }: { readonly size: number; readonly copies: boolean }): number {
  return copies ? 2 * size : size
}
