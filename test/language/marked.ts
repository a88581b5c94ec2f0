import { compile } from '../../engine/language/compile.ts'
import { exampleCatalog, exampleOf } from '../../engine/language/codes.ts'
import type { Issue } from '../../engine/language/issue.ts'

/** The issues of definitions written as examples are: steps alone, or without a name, and `---` between several. */
export function issuesOf(text: string): readonly Issue[] {
  const sources = exampleOf(text).map((part, index) => ({ file: `${index}.yaml`, text: part }))
  return compile(sources, exampleCatalog).issues
}

/** `text` without its «marks», and the issues that stand exactly at one of them, as `code`. */
export function found(text: string): readonly string[] {
  const plain = text.replaceAll(/[«»]/g, '')
  const sources = exampleOf(plain)
  const places = new Set(exampleOf(text).flatMap((part, index) => placesIn(part, `${index}.yaml`)))
  return issuesOf(plain).map((issue) => {
    const place = `${issue.file}:${issue.line}:${issue.column}-${issue.endLine}:${issue.endColumn}`
    return places.has(place)
      ? issue.code
      : `${issue.code} at ${place} ${under(sources, issue)}: ${issue.message}`
  })
}

/** Where the marks of a text stand, once they are gone. */
function placesIn(text: string, file: string): readonly string[] {
  return [...text.matchAll(/«([^»]*)»/g)].map((mark) => {
    const before = text.slice(0, mark.index).replaceAll(/[«»]/g, '')
    return `${file}:${placeAfter(before)}-${placeAfter(before + (mark[1] ?? ''))}`
  })
}

function placeAfter(text: string): string {
  const lines = text.split('\n')
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`
}

function under(sources: readonly string[], issue: Issue): string {
  const line = sources[Number.parseInt(issue.file, 10)]?.split('\n')[issue.line - 1] ?? ''
  return JSON.stringify(
    line.slice(issue.column - 1, issue.line === issue.endLine ? issue.endColumn - 1 : undefined),
  )
}
