import { readFile } from 'node:fs/promises'
import type { ActivityContext, ActivityDefinition } from '../engine/index.ts'
import { onDisk, placeOf, writeAtomically } from './file-root.ts'
import type * as reading from './markdown-review.ts'

/** `markdown.check`: the draft stays in its file, only what was found about it goes into history. */
export const markdownCheck: ActivityDefinition = {
  description:
    'Looks over a Markdown file: its title, its length, its links, and problems such as a missing title, a skipped heading level or a TODO that was left in.',
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: { path: { type: 'string', minLength: 1, description: 'Relative to the file root.' } },
  },
  output: {
    type: 'object',
    required: ['title', 'words', 'headings', 'links', 'problems'],
    properties: {
      title: { type: 'string', description: 'Empty when there is none.' },
      words: { type: 'integer' },
      headings: { type: 'array', items: { type: 'string' } },
      links: { type: 'array', items: { type: 'string' } },
      problems: {
        type: 'array',
        items: {
          type: 'object',
          required: ['line', 'message'],
          properties: { line: { type: 'integer' }, message: { type: 'string' } },
        },
      },
    },
  },
  run: async ({ path }: { path: string }, { signal }: ActivityContext) => {
    const { review } = await reader()
    return review(await textAt(path, signal))
  },
}

interface RenderInput {
  readonly path: string
  readonly to: string
}

/** `markdown.render`: from file to file, so that a document of any size passes by history. */
export const markdownRender: ActivityDefinition = {
  description: 'Turns a Markdown file into a web page. HTML in the Markdown is shown as text, not run.',
  input: {
    type: 'object',
    required: ['path', 'to'],
    additionalProperties: false,
    properties: {
      path: { type: 'string', minLength: 1, description: 'The Markdown file.' },
      to: { type: 'string', minLength: 1, description: 'The HTML file.' },
    },
  },
  output: {
    type: 'object',
    required: ['path', 'bytes'],
    properties: { path: { type: 'string' }, bytes: { type: 'integer' } },
  },
  run: async ({ path, to }: RenderInput, { signal }: ActivityContext) => {
    const { markdown, review } = await reader()
    const text = await textAt(path, signal)
    const title = review(text).title || path
    const page = pageOf(markdown.utils.escapeHtml(title), markdown.render(text))
    signal.throwIfAborted()
    return { path: to, bytes: await writeAtomically(to, page) }
  },
}

interface TableInput {
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** `markdown.table`: pipes and line breaks in the values do not break it. */
export const markdownTable: ActivityDefinition = {
  description:
    'Makes a Markdown table of rows, with columns of numbers aligned to the right. Gives the text.',
  input: {
    type: 'object',
    required: ['columns', 'rows'],
    additionalProperties: false,
    properties: {
      columns: {
        type: 'array',
        minItems: 1,
        items: { type: 'string' },
        description: 'Keys of the rows; they head the columns.',
      },
      rows: { type: 'array', items: { type: 'object' } },
    },
  },
  output: { type: 'string' },
  run: ({ columns, rows }: TableInput) => {
    const isNumber = (key: string) => rows.every((row) => typeof row[key] === 'number')
    return [
      tableLine(columns.map(cellOf)),
      tableLine(columns.map((key) => (isNumber(key) ? '---:' : '---'))),
      ...rows.map((row) => tableLine(columns.map((key) => cellOf(row[key])))),
    ].join('\n')
  },
}

/** What reads Markdown is loaded when there is some to be read: a host may start without. */
function reader(): Promise<typeof reading> {
  return import('./markdown-review.ts')
}

async function textAt(path: string, signal: AbortSignal): Promise<string> {
  const place = await placeOf(path)
  return await onDisk(path, () => readFile(place, { encoding: 'utf8', signal }))
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function cellOf(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\r?\n/g, ' ')
}

/** Of a title and a body in HTML. */
function pageOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.6 system-ui, sans-serif }
table { border-collapse: collapse }
td, th { border: 1px solid #ccc; padding: 0.2rem 0.6rem }
pre { overflow-x: auto; background: #f4f4f4; padding: 1rem }
</style>
</head>
<body>
${body}</body>
</html>
`
}
