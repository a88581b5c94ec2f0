import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'
import { ActivityError } from '../engine/index.ts'
import { fileError, onDisk, placeOf } from './file-root.ts'

/** A run of rows in a file, cut between two of them: bytes, so that reading one costs the same wherever it lies. */
export interface Chunk {
  readonly start: number
  /** The byte after the last one. */
  readonly end: number
  /** How many lines of the file come before it. */
  readonly linesBefore: number
  readonly rows: number
}

/** One row of a file. */
export interface Row {
  readonly values: readonly string[]
  /** The line, from 1, on which it ends. */
  readonly line: number
  /** The byte after it. */
  readonly end: number
}

/** Which file, how it is written, and what it was when somebody looked. */
export interface CsvFile {
  readonly path: string
  readonly delimiter: string
  /** What `csv.split` said; reading fails with `csv.changed` when the file is another by now. */
  readonly version?: string
}

/** The parts of an input schema that say which file. */
export const fileProperties = {
  path: { type: 'string', minLength: 1, description: 'Relative to the file root.' },
  delimiter: { type: 'string', minLength: 1, maxLength: 1, default: ',' },
} as const

/** The parts of an input schema that say which rows. */
export const chunkProperties = {
  chunk: {
    type: 'object',
    description: 'One of the chunks that csv.split gave; without it, all rows.',
    required: ['start', 'end', 'linesBefore', 'rows'],
    additionalProperties: false,
    properties: {
      start: { type: 'integer', minimum: 0 },
      end: { type: 'integer', minimum: 0 },
      linesBefore: { type: 'integer', minimum: 0 },
      rows: { type: 'integer', minimum: 0 },
    },
  },
  version: {
    type: 'string',
    description:
      'The version that csv.split gave: the error csv.changed says that the file is another by now.',
  },
} as const

/** The names in the first row. */
export async function columnsOf(
  file: CsvFile,
  signal: AbortSignal,
): Promise<{ columns: string[]; first: Row }> {
  for await (const first of rowsOf(file, undefined, signal)) {
    const columns = first.values.map((name) => name.trim())
    const twice = columns.find((name, index) => columns.indexOf(name) !== index)
    if (twice === undefined) return { columns, first }
    throw new ActivityError('csv.invalid', `"${file.path}" has two columns called "${twice}"`, {
      data: { path: file.path, line: first.line },
      retryable: false,
    })
  }
  throw new ActivityError('csv.invalid', `"${file.path}" is empty: its first row must name the columns`, {
    data: { path: file.path, line: 1 },
    retryable: false,
  })
}

/** The rows of a chunk, or of the whole file with the row of names first, read as they are asked for. */
export async function* rowsOf(
  file: CsvFile,
  chunk: Pick<Chunk, 'start' | 'end' | 'linesBefore'> | undefined,
  signal: AbortSignal,
): AsyncIterable<Row> {
  const { start, end, linesBefore } = chunk ?? { start: 0, end: Number.POSITIVE_INFINITY, linesBefore: 0 }
  if (end <= start) return
  const place = await placeOf(file.path)
  if (file.version !== undefined) await refuseChanged(file, place)
  const bytes = createReadStream(place, { start, end: end - 1, signal })
  const records = bytes.pipe(
    parse({
      delimiter: file.delimiter,
      info: true,
      bom: start === 0,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  )
  bytes.on('error', (error) => records.destroy(error))
  try {
    for await (const { record, info } of records as AsyncIterable<Parsed>) {
      yield { values: record, line: linesBefore + info.lines, end: start + info.bytes }
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof CsvError ? unreadable(error, file, linesBefore) : fileError(error, file.path)
  } finally {
    bytes.destroy()
  }
}

/** Where the rows after `row` lie. */
export function after(row: Row): Pick<Chunk, 'start' | 'end' | 'linesBefore'> {
  return { start: row.end, end: Number.POSITIVE_INFINITY, linesBefore: row.line }
}

/** A mark that another content of the file is most unlikely to have. */
export async function versionOf(path: string): Promise<string> {
  return await versionAt(await placeOf(path), path)
}

interface Parsed {
  readonly record: readonly string[]
  readonly info: { readonly bytes: number; readonly lines: number }
}

async function versionAt(place: string, path: string): Promise<string> {
  const found = await onDisk(path, () => stat(place))
  return `${found.size}-${Math.round(found.mtimeMs)}`
}

async function refuseChanged(file: CsvFile, place: string): Promise<void> {
  if ((await versionAt(place, file.path)) === file.version) return
  throw new ActivityError('csv.changed', `"${file.path}" has changed since it was split; split it again`, {
    data: { path: file.path },
    retryable: false,
  })
}

function unreadable(error: CsvError, file: CsvFile, linesBefore: number): ActivityError {
  const lines = 'lines' in error && typeof error['lines'] === 'number' ? error['lines'] : 0
  return new ActivityError(
    'csv.invalid',
    `"${file.path}" is not CSV near line ${linesBefore + lines}: ${error.message}`,
    {
      data: { path: file.path, line: linesBefore + lines },
      retryable: false,
      cause: error,
    },
  )
}
