import type { Failure } from '../../failure.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Definition, Step } from '../../language/definition.ts'
import { placeInside, runChild } from '../child.ts'
import { inherit } from '../compensation.ts'
import type { Flow, Outcome } from '../effect.ts'
import { Failed, Leave, valueOf } from '../ending.ts'
import type { Executor, Frame } from '../frame.ts'
import { seenFrom } from '../seen.ts'
import { block } from '../sequence.ts'

/** The most items that one `forEach` keeps in its own run; beyond it, `batch` or `isolate`. */
const limit = 1_000

type ItemFailure = {
  readonly index: number
  readonly item: Json
  readonly error: Failure
}

interface ForEachCursor {
  /** What the count of ended items is shown with. */
  readonly title: string
  readonly items: readonly Json[]
  readonly concurrency: number
  /** How many items may fail; absent: none, and the first failing item's own error is the step's. */
  readonly tolerated?: number
  /** By item, as far as one has ended: `null` where none has come. */
  readonly results: Json[]
  readonly failures: ItemFailure[]
  /** All items before this one have ended; absent: none is known to. */
  endedUpTo?: number
  /** Those from there on that have ended: few, however long the list is. */
  readonly ended: Record<number, true>
  /** The index of the item that said `break`. */
  brokenAt?: number
}

export const forEach: Executor<'forEach'> = function* (step, frame) {
  const cursor = frame.begun(() => begin(step, frame))
  let thrown: Outcome | undefined
  let count = endedOf(cursor)
  yield {
    do: 'fork',
    indexes: indexesLeft(cursor),
    limit: cursor.concurrency,
    flow: (index, strand) => itemFlow(step, frame.as({ strand }), cursor, index),
    settled: (index, outcome) => {
      thrown = settleItem(frame, cursor, index, outcome)
      if (!thrown) tell(frame, cursor, (count += 1))
      return thrown || cursor.brokenAt !== undefined ? 'stop' : 'continue'
    },
  }
  if (thrown) return valueOf(thrown)
  return summary(cursor)
}

function begin(step: Step<'forEach'>, frame: Frame): ForEachCursor {
  const all = frame.list(step.in, 'in')
  const size = step.batch === undefined ? undefined : frame.count(step.batch, 'batch', '"batch"', 1)
  const items = size === undefined ? all : batches(all, size)
  if (items.length > limit && !step.isolate)
    throw frame.failed(
      'limit.items',
      `${items.length} items are more than the ${limit} that one forEach keeps in its run; use "batch" or "isolate: true"`,
      { retryable: false },
    )
  const concurrency = frame.count(step.concurrency, 'concurrency', '"concurrency"', 1)
  const tolerated = step.tolerate && tolerance(frame.value(step.tolerate, 'tolerate'), items.length, frame)
  const { report } = frame.machine.state
  return {
    title: step.progress === undefined ? (step.name ?? frame.label) : (report.message ?? frame.label),
    items,
    concurrency,
    ...(tolerated === undefined ? {} : { tolerated }),
    results: [],
    failures: [],
    ended: {},
  }
}

function endedOf({ endedUpTo = 0, ended }: ForEachCursor): number {
  return endedUpTo + Object.keys(ended).length
}

function indexesLeft({ items, endedUpTo = 0, ended }: ForEachCursor): number[] {
  const left: number[] = []
  for (let index = endedUpTo; index < items.length; index += 1) if (!ended[index]) left.push(index)
  return left
}

function bookEnd(cursor: ForEachCursor, index: number, result: Json): void {
  const { results, ended } = cursor
  while (results.length < index) results.push(null)
  results[index] = result
  ended[index] = true
  let upTo = cursor.endedUpTo ?? 0
  for (; ended[upTo]; upTo += 1) delete ended[upTo]
  cursor.endedUpTo = upTo
}

function batches(items: readonly Json[], size: number): Json[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
}

function tolerance(value: Json, total: number, frame: Frame): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim())?.[1] : undefined
  if (percent !== undefined && Number(percent) <= 100) return Math.floor((total * Number(percent)) / 100)
  throw frame.failed(
    'expression.type',
    `"tolerate" must be a whole number of items or a percentage such as 20%, not ${JSON.stringify(value)}`,
  )
}

function* itemFlow(step: Step<'forEach'>, frame: Frame, cursor: ForEachCursor, index: number): Flow {
  const names = { [step.as]: cursor.items[index] ?? null, [step.index]: index }
  if (!step.isolate) return yield* block(step.steps, frame.part(String(index)), names, step.itemResult)
  const { start } = frame.machine.state
  const { bindings, steps } = frame.names
  const all = { ...bindings, steps, vars: frame.machine.state.vars, ...names }
  const part = {
    part: { ...start, definition: partOf(start.definition, step), ...placeInside(frame) },
    bindings: start.depth === undefined ? all : seenFrom(step, all),
  }
  const item = frame.part(String(index))
  return inherit(yield* runChild(start.definition.name, part, item), item)
}

/** The steps of one item as a definition of their own. */
function partOf(definition: Definition, step: Step<'forEach'>): Definition {
  const { name, version, file, tool, config, secrets, functions } = definition
  const result = step.itemResult ? { result: step.itemResult } : {}
  return { name, version, file, tool, vars: {}, config, secrets, functions, steps: step.steps, ...result }
}

/** Books the end of an item; gives what ends the whole step, if it does. */
function settleItem(
  frame: Frame,
  cursor: ForEachCursor,
  index: number,
  outcome: Outcome,
): Outcome | undefined {
  if (!outcome.ok && outcome.error instanceof Leave) {
    if (outcome.error.how === 'return') return outcome
    if (outcome.error.how === 'break') cursor.brokenAt = index
  } else if (!outcome.ok) {
    if (!(outcome.error instanceof Failed) || cursor.tolerated === undefined) return outcome
    cursor.failures.push({ index, item: cursor.items[index] ?? null, error: outcome.error.failure })
    if (cursor.failures.length > cursor.tolerated)
      return { ok: false, error: tooMany(cursor, cursor.tolerated, frame) }
  }
  bookEnd(cursor, index, outcome.ok ? outcome.value : null)
  frame.part(String(index)).drop()
  return undefined
}

function tooMany({ failures, items }: ForEachCursor, tolerated: number, frame: Frame): Failed {
  const last = failures.at(-1)
  return frame.failed(
    'tooManyFailures',
    `${failures.length} of ${items.length} items failed; at most ${tolerated} may`,
    {
      data: { failures },
      ...(last ? { cause: last.error } : {}),
    },
  )
}

function tell({ machine }: Frame, { title, items }: ForEachCursor, count: number): void {
  machine.report({ message: `${title}: ${count} of ${items.length}` })
}

function summary(cursor: ForEachCursor): JsonObject {
  const { items, failures, brokenAt } = cursor
  const total = brokenAt === undefined ? items.length : endedOf(cursor)
  const results = items.map((_, index) => cursor.results[index] ?? null)
  const inOrder = failures.toSorted((a, b) => a.index - b.index)
  return {
    results: brokenAt === undefined ? results : results.slice(0, brokenAt),
    failures: inOrder,
    total,
    succeeded: total - failures.length,
    failed: failures.length,
  }
}
