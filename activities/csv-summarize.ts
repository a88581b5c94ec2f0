import { type AnySchema, Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import {
  after,
  type Chunk,
  chunkProperties,
  columnsOf,
  type CsvFile,
  fileProperties,
  rowsOf,
} from './csv-rows.ts'

interface SummarizeInput extends CsvFile {
  readonly chunk?: Chunk
  readonly row: AnySchema
  readonly groupBy: readonly string[]
  readonly sum: readonly string[]
  readonly maxProblems: number
}

interface Group {
  readonly key: string
  rows: number
  readonly sums: Record<string, number>
}

interface Problem {
  readonly line: number
  readonly column: string
  readonly value: string
  readonly message: string
}

const sums = {
  type: 'object',
  description: 'The sum of each column that was asked for.',
  additionalProperties: { type: 'number' },
} as const

/** `csv.summarize`: thousands of rows in, a handful of numbers out; the numbers of chunks add up. */
export const csvSummarize: ActivityDefinition = {
  description:
    'Checks the rows of a CSV file, or of one chunk of it, against a JSON Schema and counts and sums the good ones, once for each column to group by.',
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      ...fileProperties,
      ...chunkProperties,
      row: {
        type: ['object', 'boolean'],
        default: true,
        description: 'A JSON Schema of a row. Texts become numbers or booleans where it asks for them.',
      },
      groupBy: {
        type: 'array',
        default: [],
        items: { type: 'string' },
        description: 'Columns; each gives a grouping of its own.',
      },
      sum: { type: 'array', default: [], items: { type: 'string' }, description: 'Columns of numbers.' },
      maxProblems: {
        type: 'integer',
        minimum: 0,
        default: 100,
        description: 'How many problems are listed.',
      },
    },
  },
  output: {
    type: 'object',
    required: ['rows', 'accepted', 'rejected', 'problems', 'sums', 'groups'],
    properties: {
      rows: { type: 'integer' },
      accepted: { type: 'integer' },
      rejected: { type: 'integer' },
      problems: {
        type: 'array',
        description: 'One for each row that was rejected, as many as were asked for.',
        items: {
          type: 'object',
          required: ['line', 'column', 'value', 'message'],
          properties: {
            line: { type: 'integer', description: 'In the file, from 1.' },
            column: { type: 'string', description: 'Empty when the row as a whole is wrong.' },
            value: { type: 'string' },
            message: { type: 'string' },
          },
        },
      },
      sums,
      groups: {
        type: 'object',
        description: 'For each column to group by, its values, in their order.',
        additionalProperties: {
          type: 'array',
          items: {
            type: 'object',
            required: ['key', 'rows', 'sums'],
            properties: { key: { type: 'string' }, rows: { type: 'integer' }, sums },
          },
        },
      },
    },
  },
  run: async (input: SummarizeInput, { signal }: ActivityContext) => {
    const { columns, first } = await columnsOf(input, signal)
    refuseUnknown([...input.groupBy, ...input.sum], columns, input.path)
    const check = rowCheck(input, columns)
    const tally = new Tally(input.groupBy, input.sum)
    const problems: Problem[] = []
    let [rows, rejected] = [0, 0]
    for await (const { values, line } of rowsOf(input, input.chunk ?? after(first), signal)) {
      rows += 1
      const checked = check(values)
      if ('row' in checked) {
        tally.add(checked.row)
        continue
      }
      rejected += 1
      if (problems.length < input.maxProblems) problems.push({ line, ...checked })
    }
    return { rows, accepted: rows - rejected, rejected, problems, ...tally.result() }
  },
}

type Checked = { readonly row: Readonly<Record<string, unknown>> } | Omit<Problem, 'line'>

/** A check of one row: the row with its texts made numbers, or the first thing that is wrong with it. */
function rowCheck(input: SummarizeInput, columns: readonly string[]): (values: readonly string[]) => Checked {
  const validate = validatorOf(input.row)
  return (values) => {
    if (values.length !== columns.length) {
      const message = `has ${values.length} values where there are ${columns.length} columns`
      return { column: '', value: values.join(input.delimiter), message }
    }
    const texts = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']))
    const row: Record<string, unknown> = { ...texts }
    if (!validate(row)) return problemOf(validate.errors?.[0], texts)
    for (const column of input.sum) {
      const text = texts[column] ?? ''
      if (text.trim() === '' || !Number.isFinite(Number(text)))
        return { column, value: text, message: 'is not a number' }
      row[column] = Number(text)
    }
    return { row }
  }
}

function validatorOf(schema: AnySchema): ValidateFunction {
  try {
    const ajv = new Ajv2020({ coerceTypes: true, strict: false })
    addFormats.default(ajv)
    return ajv.compile(schema)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new ActivityError('csv.invalidSchema', `"row" is not a JSON Schema that can be used: ${message}`, {
      retryable: false,
      cause: error,
    })
  }
}

function problemOf(
  error: ErrorObject | undefined,
  texts: Readonly<Record<string, string>>,
): Omit<Problem, 'line'> {
  const column = error?.instancePath.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~') ?? ''
  const allowed: unknown = error?.keyword === 'enum' ? error.params['allowedValues'] : undefined
  const message = Array.isArray(allowed)
    ? `must be one of ${allowed.join(', ')}`
    : (error?.message ?? 'does not fit')
  return { column, value: texts[column] ?? '', message }
}

function refuseUnknown(names: readonly string[], columns: readonly string[], path: string): void {
  const unknown = names.find((name) => !columns.includes(name))
  if (unknown === undefined) return
  throw new ActivityError(
    'csv.unknownColumn',
    `"${path}" has no column "${unknown}"; its columns are ${columns.join(', ')}`,
    { data: { path, column: unknown, columns: [...columns] }, retryable: false },
  )
}

/** Counts and sums rows, all together and by the values of each grouping column. */
class Tally {
  readonly #total: Group = { key: '', rows: 0, sums: {} }
  readonly #groups: ReadonlyMap<string, Map<string, Group>>
  readonly #columns: readonly string[]

  constructor(groupBy: readonly string[], sum: readonly string[]) {
    this.#groups = new Map(groupBy.map((column) => [column, new Map<string, Group>()]))
    this.#columns = sum
    for (const column of sum) this.#total.sums[column] = 0
  }

  add(row: Readonly<Record<string, unknown>>): void {
    this.#count(row, this.#total)
    for (const [column, groups] of this.#groups) {
      const key = String(row[column])
      const group = groups.get(key) ?? { key, rows: 0, sums: {} }
      groups.set(key, group)
      this.#count(row, group)
    }
  }

  result(): { sums: Record<string, number>; groups: Record<string, Group[]> } {
    const groups = [...this.#groups].map(
      ([column, found]) => [column, [...found.values()].toSorted(byKey).map(rounded)] as const,
    )
    return { sums: rounded(this.#total).sums, groups: Object.fromEntries(groups) }
  }

  #count(row: Readonly<Record<string, unknown>>, group: Group): void {
    group.rows += 1
    for (const column of this.#columns) group.sums[column] = (group.sums[column] ?? 0) + Number(row[column])
  }
}

function byKey(a: Group, b: Group): number {
  return a.key < b.key ? -1 : 1
}

/** Without the dust that adding decimals leaves behind. */
function rounded(group: Group): Group {
  const entries = Object.entries(group.sums).map(([column, sum]) => [column, Number(sum.toFixed(6))] as const)
  return { ...group, sums: Object.fromEntries(entries) }
}
