import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { exampleOf } from '../../engine/language/codes.ts'
import type { Case } from '../support/case.ts'
import { repository } from '../support/process.ts'

/** A fenced block of YAML in a page of `docs/`, and what the page says about it. */
export interface Example {
  /** The heading it stands under, and its line: where to look when it fails. */
  readonly title: string
  /** Steps alone, a definition without a name, or whole definitions with `---` between them. */
  readonly text: string
  /** Of a block marked as `wrong`: the code of the one issue that it has. */
  readonly code?: string
  /** Of a block that an `expect` block follows: what happens when it runs, as in the cases of the language. */
  readonly expected?: Omit<Case, 'definition' | 'workflows'>
}

export function pageOf(name: string): string {
  return readFileSync(join(repository, 'docs', name), 'utf8')
}

/** The examples of a page, in order; an `expect` block belongs to the one before it. */
export function examplesIn(page: string): readonly Example[] {
  const examples: Example[] = []
  for (const { index, groups } of page.matchAll(fence)) {
    const { mark = '', text = '' } = groups ?? {}
    const last = examples.at(-1)
    if (mark === 'expect' && last && !last.code)
      examples.splice(-1, 1, { ...last, expected: parse(text) as Case })
    else if (mark === 'expect') throw new Error(`Nothing runs before the expectation:\n${text}`)
    else {
      const code = /^wrong (?<code>\S+)$/.exec(mark)?.groups?.['code']
      if (mark !== '' && code === undefined) throw new Error(`"${mark}" marks nothing`)
      examples.push({ title: titleAt(page, index), text, ...(code !== undefined && { code }) })
    }
  }
  return examples
}

const fence = /^```ya?ml(?: (?<mark>.+))?\n(?<text>[\s\S]*?)^```$/gm

function titleAt(page: string, index: number): string {
  const before = page.slice(0, index)
  const heading = [...before.matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? ''
  return `${heading} (line ${before.split('\n').length})`
}

/** An example as a case of the language; activities that it leaves out give `null`. */
export function caseOf({ text, expected }: Example): Case {
  const parts = exampleOf(text)
  const [definition, ...workflows] = parts.map((part) => parse(part))
  const silent = [...parts.join('').matchAll(/\bcall: ([\w.]+)/g)].map(([, name = '']) => [
    name,
    [{ returns: null }],
  ])
  const { echo: _, ...activities } = { ...Object.fromEntries(silent), ...expected?.activities }
  return { definition, workflows, ...expected, activities, expect: expected?.expect ?? {} }
}

/** The rows of the tables with this heading: `| expression | gives |` and what else they tell. */
export function rowsOf(page: string, ...heading: readonly string[]): readonly (readonly string[])[] {
  const lines = page.split('\n').map(cellsOf)
  const rows: (readonly string[])[] = []
  let isInside = false
  for (const cells of lines) {
    if (heading.every((title, column) => cells[column] === title)) isInside = true
    else if (cells.length === 0) isInside = false
    else if (isInside && !/^:?-+:?$/.test(cells[0] ?? '')) rows.push(cells)
  }
  return rows
}

function cellsOf(line: string): readonly string[] {
  if (!line.startsWith('|')) return []
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'))
}
