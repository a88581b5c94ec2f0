import { parseDocument, type YAMLError } from 'yaml'
import type { Report } from './report.ts'
import type { Sheet } from './sheet.ts'
import type { Written } from './written.ts'
import { explainYamlError } from './yaml-errors.ts'
import { YamlReader } from './yaml-reader.ts'

/** Reads the YAML of a sheet. `isWhole` is false when it could only be read in part: then only its name can be trusted. */
export function parse(sheet: Sheet, report: Report): { readonly root?: Written; readonly isWhole: boolean } {
  const document = parseDocument(sheet.text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  for (const problem of severeFirst(document.errors)) explainYamlError(problem, sheet, report)
  for (const { pos } of document.warnings) {
    const span = { start: pos[0], end: pos[1] }
    const tag = sheet.text.slice(span.start, span.end)
    const hint = /^!+\$/.test(tag)
      ? `JSONata has no \`!\`: write $not(${tag.replace(/^!+/, '')})`
      : 'Values are plain YAML 1.2: leave it out, or quote the whole value'
    report('yaml.tag', span, `The tag "${tag}" has no meaning here`, hint)
  }
  // In what is broken already, two maps without a comma look like `{{ }}`.
  const isBroken = document.errors.length > 0
  const reader = new YamlReader((code, ...rest) => {
    if (!isBroken || code !== 'template.foreign') report(code, ...rest)
  })
  const root = document.contents === null ? undefined : reader.readRoot(document.contents)
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
