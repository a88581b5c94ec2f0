import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import type { Step } from '../../language/definition.ts'
import { checkAgainst } from '../../language/schema.ts'
import { ownEvents, type Question } from '../../run.ts'
import { Due, type Flow } from '../effect.ts'
import type { Executor, Frame } from '../frame.ts'
import { showQuestions } from '../questions.ts'

interface QuestionCursor {
  readonly number: number
  readonly question: Omit<Question, 'reminders' | 'refused'>
  /** When this step's own `timeout` is over, epoch ms. */
  readonly dueAt?: number
  readonly remindEveryMs?: number
  reminders: number
  refused?: { readonly count: number; readonly reason: string }
}

export const ask: Executor<'ask'> = function* (step, frame) {
  const cursor = frame.begun(() => begin(step, frame))
  show(cursor, frame)
  try {
    return yield* answered(step, cursor, frame)
  } catch (error) {
    if (!(error instanceof Due) || cursor.dueAt === undefined || (frame.dueAt ?? cursor.dueAt) < cursor.dueAt)
      throw error
    if (step.onTimeout) return frame.value(step.onTimeout, 'onTimeout')
    throw frame.failed('timeout', `Nobody answered step "${frame.label}" in time`)
  } finally {
    hide(cursor, frame)
  }
}

/** Waits for an answer that fits; shows the question again at every reminder. */
function* answered(step: Step<'ask'>, cursor: QuestionCursor, frame: Frame): Flow {
  const end = Math.min(cursor.dueAt ?? Infinity, frame.dueAt ?? Infinity)
  for (;;) {
    const remindAt = nextReminder(cursor)
    const dueAt = Math.min(end, remindAt)
    try {
      const event = yield {
        do: 'event',
        waiter: {
          number: cursor.number,
          event: ownEvents.answer,
          accepts: (data) => isFor(cursor, data),
        },
        ...(dueAt === Infinity ? {} : { dueAt }),
      }
      const { data = null, declined, refused }: JsonObject = isJsonObject(event) ? event : {}
      if (declined === true) throw refusal(data, frame)
      if (typeof refused === 'string') {
        cursor.refused = { count: (cursor.refused?.count ?? 0) + 1, reason: refused }
        show(cursor, frame)
        continue
      }
      const checked = checkAgainst(step.schema ?? true, data)
      if (checked.ok) return checked.value
      frame.machine.warn(`An answer to step "${frame.label}" did not fit its schema and was refused`)
    } catch (error) {
      if (!(error instanceof Due) || end <= remindAt) throw error
      cursor.reminders += 1
      show(cursor, frame)
    }
  }
}

/** The error of a question that somebody declined to answer, with the reason if there is one. */
function refusal(reason: Json, frame: Frame): Error {
  const why = typeof reason === 'string' && reason !== '' ? reason : undefined
  return frame.failed(
    'ask.declined',
    `Step "${frame.label}" was declined${why === undefined ? '' : `: ${why}`}`,
    { retryable: false, ...(why === undefined ? {} : { data: { reason: why } }) },
  )
}

function isFor({ question }: QuestionCursor, data: Json): boolean {
  return isJsonObject(data) && data['question'] === question.key
}

function nextReminder({ question, remindEveryMs, reminders }: QuestionCursor): number {
  return remindEveryMs === undefined
    ? Infinity
    : Date.parse(question.askedAt) + remindEveryMs * (reminders + 1)
}

function begin(step: Step<'ask'>, frame: Frame): QuestionCursor {
  const { machine, label } = frame
  const now = machine.now()
  const prompt = frame.value(step.prompt, 'prompt')
  const dueAt = step.timeout === undefined ? undefined : now + frame.duration(step.timeout, 'timeout')
  const every = step.remindEvery === undefined ? undefined : frame.duration(step.remindEvery, 'remindEvery')
  const number = (machine.state.counter += 1)
  return {
    number,
    question: {
      key: `${label}#${number}`,
      step: label,
      prompt: typeof prompt === 'string' ? prompt : JSON.stringify(prompt),
      ...(step.schema === undefined ? {} : { schema: step.schema }),
      askedAt: new Date(now).toISOString(),
      ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt).toISOString() }),
    },
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(every === undefined ? {} : { remindEveryMs: every }),
    reminders: 0,
  }
}

function show({ question, reminders, refused }: QuestionCursor, { machine }: Frame): void {
  showQuestions(machine, isSame(question), [{ ...question, reminders, ...(refused && { refused }) }])
}

function hide({ question }: QuestionCursor, { machine }: Frame): void {
  showQuestions(machine, isSame(question))
}

function isSame({ key }: Pick<Question, 'key'>): (other: Question) => boolean {
  return (other) => other.key === key
}
