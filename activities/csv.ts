import { stringify } from 'csv-stringify/sync'
import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import {
  after,
  type Chunk,
  chunkProperties,
  columnsOf,
  type CsvFile,
  fileProperties,
  rowsOf,
  versionOf,
} from './csv-rows.ts'
import { writeAtomically } from './file-root.ts'

/** `csv.split`: looks at every row once, so that chunks can be worked on at the same time, on different machines. */
export const csvSplit: ActivityDefinition = {
  description:
    'Counts the rows of a CSV file and cuts it into chunks for csv.summarize and csv.read. The first row names the columns. The rows themselves stay in the file.',
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      ...fileProperties,
      rows: { type: 'integer', minimum: 1, default: 1000, description: 'The most rows of a chunk.' },
    },
  },
  output: {
    type: 'object',
    required: ['columns', 'rows', 'version', 'chunks'],
    properties: {
      columns: { type: 'array', items: { type: 'string' } },
      rows: { type: 'integer' },
      version: { type: 'string', description: 'Changes when the file does.' },
      chunks: { type: 'array', items: chunkProperties.chunk },
    },
  },
  run: async (input: CsvFile & { readonly rows: number }, context: ActivityContext) => {
    const version = await versionOf(input.path)
    const { columns, first } = await columnsOf(input, context.signal)
    const chunks: Chunk[] = []
    let begun = { start: first.end, linesBefore: first.line }
    let [rows, inChunk, last] = [0, 0, first]
    const close = () => {
      chunks.push({ ...begun, end: last.end, rows: inChunk })
      begun = { start: last.end, linesBefore: last.line }
      inChunk = 0
    }
    for await (const row of rowsOf({ ...input, version }, after(first), context.signal)) {
      rows += 1
      inChunk += 1
      last = row
      if (inChunk === input.rows) close()
      if (rows % 100_000 === 0) context.progress(`Read ${rows} rows of ${input.path}`)
    }
    if (inChunk > 0) close()
    if (chunks.length > 1000) throw tooManyChunks(input.path, rows, chunks.length)
    return { columns, rows, version, chunks }
  },
}

interface ReadInput extends CsvFile {
  readonly chunk?: Chunk
  readonly from: number
  readonly limit: number
}

/** `csv.read`: a page of rows; a whole file does not belong in history. */
export const csvRead: ActivityDefinition = {
  description: 'Reads some rows of a CSV file, each as a map from column to text.',
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      ...fileProperties,
      ...chunkProperties,
      from: {
        type: 'integer',
        minimum: 1,
        default: 1,
        description: 'The first row, counted within the chunk.',
      },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    },
  },
  output: {
    type: 'object',
    required: ['columns', 'rows', 'next'],
    properties: {
      columns: { type: 'array', items: { type: 'string' } },
      rows: { type: 'array', items: { type: 'object', additionalProperties: { type: 'string' } } },
      next: { type: ['integer', 'null'], description: 'Where to go on; null after the last row.' },
    },
  },
  run: async (input: ReadInput, { signal }: ActivityContext) => {
    const { columns, first } = await columnsOf(input, signal)
    const { from, limit } = input
    const rows: Record<string, string>[] = []
    let number = 0
    for await (const { values } of rowsOf(input, input.chunk ?? after(first), signal)) {
      number += 1
      if (number < from) continue
      if (rows.length === limit) return { columns, rows, next: number }
      rows.push(Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ''])))
    }
    return { columns, rows, next: null }
  },
}

interface WriteInput {
  readonly path: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly columns?: readonly string[]
  readonly delimiter: string
}

/** `csv.write`: the whole file or nothing, so that a second delivery does no harm. */
export const csvWrite: ActivityDefinition = {
  description: 'Writes rows to a CSV file, quoted where they must be.',
  input: {
    type: 'object',
    required: ['path', 'rows'],
    additionalProperties: false,
    properties: {
      ...fileProperties,
      rows: { type: 'array', items: { type: 'object' } },
      columns: {
        type: 'array',
        items: { type: 'string' },
        description: 'Which columns, in which order; by default those of the first row.',
      },
    },
  },
  output: {
    type: 'object',
    required: ['path', 'rows', 'bytes'],
    properties: { path: { type: 'string' }, rows: { type: 'integer' }, bytes: { type: 'integer' } },
  },
  run: async (input: WriteInput, { signal }: ActivityContext) => {
    const text = stringify([...input.rows], {
      header: true,
      columns: [...(input.columns ?? Object.keys(input.rows[0] ?? {}))],
      delimiter: input.delimiter,
      cast: { boolean: String },
    })
    signal.throwIfAborted()
    return { path: input.path, rows: input.rows.length, bytes: await writeAtomically(input.path, text) }
  },
}

function tooManyChunks(path: string, rows: number, chunks: number): ActivityError {
  return new ActivityError(
    'csv.tooManyChunks',
    `"${path}" would be cut into ${chunks} chunks, and at most 1000 are given; ask for at least ${Math.ceil(rows / 1000)} rows in each`,
    { data: { path, rows, chunks }, retryable: false },
  )
}
