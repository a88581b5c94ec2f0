import { isAlias, isMap, isScalar, isSeq, parseDocument, type ParsedNode, type YAMLError } from 'yaml'
import { nearest } from './names.ts'
import type { Report } from './report.ts'
import type { Sheet, Span } from './sheet.ts'
import type { Entry, Written, WrittenScalar } from './written.ts'
import { explainYamlError } from './yaml-errors.ts'

/** More values than this in one file, aliases counted as often as they are used, is an attack or an accident. */
const valueLimit = 200_000

/** Reads the YAML of a sheet. `isWhole` is false when it could only be read in part: then only its name can be trusted. */
export function parse(sheet: Sheet, report: Report): { readonly root?: Written; readonly isWhole: boolean } {
  const document = parseDocument(sheet.text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  for (const problem of severeFirst(document.errors)) explainYamlError(problem, sheet, report)
  for (const { pos } of document.warnings) {
    const span = { start: pos[0], end: pos[1] }
    const hint = 'Values are plain YAML 1.2: leave it out, or quote the whole value'
    report('yaml.tag', span, `The tag "${sheet.text.slice(span.start, span.end)}" has no meaning here`, hint)
  }
  const reader = readerOf(report)
  const root = document.contents === null ? undefined : reader.read(document.contents, undefined)
  if (document.contents === null && document.errors.length === 0) {
    const span = { start: 0, end: Math.min(1, sheet.text.length) }
    report(
      'yaml.empty',
      span,
      'The file holds no definition',
      'A definition needs at least `name` and `steps`',
    )
  }
  return { ...(root && { root }), isWhole: document.errors.length === 0 && root !== undefined }
}

/**
 * One mistake makes YAML complain many times: the first complaint of a line counts, and after one that loses the
 * structure no other.
 */
function severeFirst(errors: readonly YAMLError[]): readonly YAMLError[] {
  const local = new Set(['BLOCK_AS_IMPLICIT_KEY', 'BAD_SCALAR_START', 'BAD_DQ_ESCAPE', 'TAB_AS_INDENT'])
  const [first, ...rest] = errors.toSorted((a, b) => a.pos[0] - b.pos[0])
  if (!first) return []
  if (!local.has(first.code)) return [first]
  return [first, ...rest.filter((error) => error.code === first.code)]
}

interface Reader {
  read(node: ParsedNode, anchorOf: Span | undefined): Written | undefined
}

function readerOf(report: Report): Reader {
  const known = new Map<ParsedNode, Written>()
  const sizes = new Map<Written, number>()
  const open = new Set<ParsedNode>()
  let isTooLarge = false
  const anchors = new Map<string, ParsedNode>()

  function read(node: ParsedNode, place: Span | undefined): Written | undefined {
    if (isAlias(node)) return readAlias(node.source, spanOf(node))
    const anchor = 'anchor' in node ? node.anchor : undefined
    if (anchor !== undefined) anchors.set(anchor, node)
    const before = known.get(node)
    if (before) return before
    if (open.has(node)) {
      report('yaml.alias', place ?? spanOf(node), 'The alias stands inside the value it repeats')
      return undefined
    }
    open.add(node)
    const written = readValue(node)
    open.delete(node)
    known.set(node, written)
    sizes.set(written, sizeOf(written))
    return written
  }

  function readAlias(name: string, span: Span): Written | undefined {
    const target = anchors.get(name)
    if (!target) {
      const meant = nearest(name, anchors.keys())
      const hint =
        meant === undefined ? 'Anchors are written &name, before the alias' : `Did you mean "*${meant}"?`
      report('yaml.alias', span, `The alias "*${name}" refers to no anchor before it`, hint)
      return undefined
    }
    return read(target, span)
  }

  function readValue(node: Exclude<ParsedNode, { source: string; type: never }>): Written {
    const span = spanOf(node)
    if (isScalar(node)) return readScalar(node, span, report)
    if (isSeq(node)) {
      const items = node.items.map((item) => read(item as ParsedNode, undefined) ?? nothing(span))
      return { type: 'list', items, flow: node.flow === true, ...span }
    }
    if (isMap(node))
      return { type: 'map', entries: readEntries(node.items), flow: node.flow === true, ...span }
    return nothing(span)
  }

  function readEntries(pairs: readonly unknown[]): readonly Entry[] {
    const entries: Entry[] = []
    const places = new Map<string, Span>()
    for (const pair of pairs as readonly { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const entry = readEntry(pair.key, pair.value)
      if (!entry) continue
      if (places.has(entry.key)) {
        report('yaml.duplicateKey', entry.keySpan, `The key "${entry.key}" stands twice in this map`)
        continue
      }
      places.set(entry.key, entry.keySpan)
      entries.push(entry)
    }
    return entries
  }

  function readEntry(key: ParsedNode | null, value: ParsedNode | null): Entry | undefined {
    const keySpan = key ? spanOf(key) : { start: 0, end: 0 }
    if (!isScalar(key)) {
      if (key && (isMap(key) || isSeq(key))) {
        const hint = 'Values are written ${ expression }; quote a text that starts with a brace'
        report(
          'template.foreign',
          keySpan,
          '`{{ … }}` is a map inside a map for YAML, not an expression',
          hint,
        )
      }
      return undefined
    }
    const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
    const written = value ? read(value, undefined) : nothing({ start: keySpan.end, end: keySpan.end })
    return { key: name, keySpan, value: written ?? nothing(keySpan) }
  }

  function sizeOf(written: Written): number {
    const parts =
      written.type === 'list'
        ? written.items
        : written.type === 'map'
          ? written.entries.map((e) => e.value)
          : []
    const size = parts.reduce((sum, part) => sum + (sizes.get(part) ?? 1), 1)
    if (size > valueLimit && !isTooLarge) {
      isTooLarge = true
      report(
        'yaml.tooLarge',
        written,
        `The file holds more than ${valueLimit} values once its aliases are resolved`,
      )
    }
    return size
  }

  return {
    read(node, place) {
      const root = read(node, place)
      return isTooLarge ? undefined : root
    },
  }
}

function readScalar(
  node: { value: unknown; type?: string; source?: string },
  span: Span,
  report: Report,
): WrittenScalar {
  const styles = {
    QUOTE_SINGLE: 'single',
    QUOTE_DOUBLE: 'double',
    BLOCK_FOLDED: 'block',
    BLOCK_LITERAL: 'block',
  } as const
  const style = styles[node.type as keyof typeof styles] ?? 'plain'
  const { value } = node
  if (typeof value === 'number' && !Number.isFinite(value)) {
    report(
      'yaml.number',
      span,
      `${node.source ?? 'This number'} has no JSON form`,
      'Quote it to make it a text',
    )
    return { type: 'scalar', value: null, style, ...span }
  }
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    !Number.isSafeInteger(value) &&
    /^[-+]?\d+$/.test(node.source ?? '')
  )
    report(
      'yaml.largeNumber',
      span,
      `The number ${node.source} is too large to be kept exactly`,
      'Quote it to make it a text',
    )
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return { type: 'scalar', value: isPlain ? value : null, style, ...span }
}

function nothing(span: Span): WrittenScalar {
  return { type: 'scalar', value: null, style: 'plain', start: span.start, end: span.end }
}

function spanOf(node: { readonly range?: readonly [number, number, number] | null }): Span {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 }
}
