import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type Scalar } from 'yaml'
import { kindKeys } from './keys.ts'
import { nearest } from './names.ts'
import type { Report } from './report.ts'
import type { Span } from './sheet.ts'
import type { Entry, Written, WrittenScalar } from './written.ts'

/** More values than this in one file, aliases counted as often as they are used, is an attack or an accident. */
const valueLimit = 200_000

/** Deeper than any program that people read, and far from what recursion can bear. */
const deepest = 300

/** Turns one parsed YAML document into written values; aliases become what they repeat. */
export class YamlReader {
  readonly #report: Report
  readonly #anchors = new Map<string, ParsedNode>()
  readonly #read = new Map<ParsedNode, Written>()
  readonly #sizes = new Map<Written, number>()
  readonly #open = new Set<ParsedNode>()
  #isTooLarge = false
  #isTooDeep = false

  constructor(report: Report) {
    this.#report = report
  }

  /** The whole document; nothing when its aliases make it larger than anything sane. */
  readRoot(node: ParsedNode): Written | undefined {
    const root = this.#value(node, spanOf(node))
    return this.#isTooLarge ? undefined : root
  }

  #value(node: ParsedNode, place: Span): Written | undefined {
    if (isAlias(node)) return this.#alias(node.source, spanOf(node))
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    const before = this.#read.get(node)
    if (before) return before
    if (this.#open.has(node)) {
      this.#report('yaml.alias', place, 'The alias stands inside the value it repeats')
      return undefined
    }
    if (this.#open.size >= deepest) {
      if (!this.#isTooDeep)
        this.#report('yaml.tooDeep', place, `Values are nested more than ${deepest} deep here`)
      this.#isTooDeep = true
      return undefined
    }
    this.#open.add(node)
    const written = this.#own(node)
    this.#open.delete(node)
    this.#read.set(node, written)
    this.#sizes.set(written, this.#sizeOf(written))
    return written
  }

  #alias(name: string, span: Span): Written | undefined {
    const target = this.#anchors.get(name)
    if (target) return this.#value(target, span)
    const meant = nearest(name, this.#anchors.keys())
    // A cron line, or a type of error, that starts with a star.
    if (meant === undefined && !/^[\w-]+$/.test(name)) {
      this.#report('yaml.start', span, 'An unquoted text cannot start with *', `Quote it: "*${name}"`)
    } else {
      const hint =
        meant === undefined ? 'Anchors are written &name, before the alias' : `Did you mean "*${meant}"?`
      this.#report('yaml.alias', span, `The alias "*${name}" refers to no anchor before it`, hint)
    }
    return { type: 'scalar', value: `*${name}`, style: 'plain', ...span }
  }

  #own(node: ParsedNode): Written {
    const span = spanOf(node)
    // A text that starts with an exclamation mark is a tag for YAML; it has been reported.
    if (isScalar(node) && node.value === '' && node.tag?.startsWith('!') === true)
      return {
        type: 'scalar',
        value: node.tag,
        style: 'plain',
        start: span.start - node.tag.length,
        end: span.end,
      }
    if (isScalar(node)) return this.#scalar(node, span)
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#value(item, spanOf(item)) ?? nothing(span))
      return { type: 'list', items, flow: node.flow === true, ...span }
    }
    const entries = isMap(node) ? this.#entries(node.items, span) : []
    return { type: 'map', entries, flow: isMap(node) && node.flow === true, ...span }
  }

  #entries(pairs: readonly Pair<ParsedNode, ParsedNode | null>[], map: Span): readonly Entry[] {
    const entries = new Map<string, Entry>()
    for (const { key, value } of pairs) {
      const entry = isScalar(key) ? this.#entry(key, value) : this.#noKey(map)
      if (!entry) continue
      if (entries.has(entry.key)) this.#report('yaml.duplicateKey', entry.keySpan, ...duplicate(entry.key))
      else entries.set(entry.key, entry)
    }
    return [...entries.values()]
  }

  #entry(key: Scalar, value: ParsedNode | null): Entry {
    const keySpan = spanOf(key)
    const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
    const end = { start: keySpan.end, end: keySpan.end }
    return { key: name, keySpan, value: (value && this.#value(value, keySpan)) ?? nothing(end) }
  }

  #noKey(map: Span): undefined {
    const message = '`{{ … }}` is a map inside a map for YAML, not an expression'
    const hint = 'Values are written ${ expression }; quote a text that starts with a brace'
    this.#report('template.foreign', map, message, hint)
  }

  #scalar({ value, source = '', type }: Scalar, span: Span): WrittenScalar {
    const style = styles.get(type) ?? 'plain'
    const hint = 'Quote it to make it a text'
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#report('yaml.number', span, `${source} has no JSON form`, hint)
      return nothing(span)
    }
    if (typeof value === 'number' && /^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value))
      this.#report('yaml.largeNumber', span, `The number ${source} is too large to be kept exactly`, hint)
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    return { type: 'scalar', value: isPlain ? value : null, style, ...span }
  }

  #sizeOf(written: Written): number {
    const parts =
      written.type === 'map'
        ? written.entries.map(({ value }) => value)
        : written.type === 'list'
          ? written.items
          : []
    const size = parts.reduce((sum, part) => sum + (this.#sizes.get(part) ?? 1), 1)
    if (size > valueLimit && !this.#isTooLarge) {
      this.#isTooLarge = true
      this.#report('yaml.tooLarge', written, `With its aliases the file holds more than ${valueLimit} values`)
    }
    return size
  }
}

const styles: ReadonlyMap<string | undefined, WrittenScalar['style']> = new Map([
  ['QUOTE_SINGLE', 'single'],
  ['QUOTE_DOUBLE', 'double'],
  ['BLOCK_FOLDED', 'block'],
  ['BLOCK_LITERAL', 'block'],
])

/** The same kind twice in one map is most often two steps of which the second lacks its dash. */
function duplicate(key: string): [message: string, hint: string] {
  const message = `The key "${key}" stands twice in this map`
  return [message, kindKeys.includes(key) ? 'Start the second step with "- "' : 'Remove one of the two']
}

function nothing(span: Span): WrittenScalar {
  return { type: 'scalar', value: null, style: 'plain', start: span.start, end: span.end }
}

function spanOf(node: { readonly range?: readonly [number, number, number] | null | undefined }): Span {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 }
}
