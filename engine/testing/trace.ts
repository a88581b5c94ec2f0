import type { Failure } from '../failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import { ownEvents } from '../run.ts'
import { durationWords } from './duration-words.ts'
import type { Action } from './generation.ts'
import type { HistoryEnd, Moment } from './moment.ts'

/** One thing that happened in a run, for people. */
export interface TraceLine {
  /** Virtual time since the start of the run. */
  readonly afterMs: number
  /** The workflow, when it is a child. */
  readonly child?: string
  readonly what: string
  readonly text: string
}

/** Writes down what happens in a simulation: calls, their ends, timers that ring, questions, answers, events, status lines. */
export class Tracer {
  readonly lines: TraceLine[] = []
  #began: number | undefined
  readonly #said = new Map<string, string>()

  watch(moment: Moment): void {
    this.#began ??= moment.at
    const { isRoot, workflow } = moment.run
    const afterMs = moment.at - this.#began
    for (const [what, text] of this.#linesOf(moment))
      this.lines.push({
        afterMs,
        ...(!isRoot && { child: workflow }),
        what,
        text: text.replaceAll(/\s*\n\s*/g, ' '),
      })
  }

  #linesOf(moment: Moment): readonly Line[] {
    switch (moment.is) {
      case 'begun':
        return []
      case 'asked':
        return some(askedLine(moment.action))
      case 'told':
        return some(moment.isAwaited ? toldLine(moment) : undefined)
      case 'reported':
        return this.#reportLines(moment)
      case 'questioned':
        return [['question', `${moment.question.step}: ${moment.question.prompt}`]]
      case 'noted':
        return [['note', moment.note]]
      case 'ended':
        return [endedLine(moment.end)]
      default:
        return moment satisfies never
    }
  }

  /** A report is told as a whole: its lines are shown when they are new. */
  #reportLines({
    run,
    report: { message, warnings = [] },
  }: Extract<Moment, { is: 'reported' }>): readonly Line[] {
    const lines: Line[] = [
      ...warnings.map((warning): Line => ['warning', warning]),
      ...some(message === undefined ? undefined : (['status', message] as const)),
    ]
    return lines.filter(([what, text]) => {
      const key = what === 'status' ? `${run.id} status` : `${run.id} ${text}`
      const isNew = this.#said.get(key) !== text
      this.#said.set(key, text)
      return isNew
    })
  }
}

type Line = readonly [what: string, text: string]

function some(line: Line | undefined): readonly Line[] {
  return line ? [line] : []
}

function askedLine(action: Action): Line | undefined {
  if (action.do === 'timer') return undefined
  if (action.do === 'send' && action.event === ownEvents.questions) return undefined
  if (action.do === 'send')
    return action.event === ownEvents.cancel
      ? ['cancel', 'the child is asked to end']
      : ['send', short(action.data)]
  if (action.do === 'child') return ['child', `${action.name} ${short(childInput(action.input))}`]
  const { path, attempt, input } = requestOf(action)
  if (action.name === 'longhaul.raise' || action.name === 'longhaul.start')
    return [action.name === 'longhaul.raise' ? 'emit' : 'child', `at ${path} ${short(input)}`]
  if (action.name.startsWith('longhaul.')) return undefined
  const again = attempt > 1 ? `, attempt ${attempt}` : ''
  return ['call', `${action.name} at ${path}${again} ${short(input)}`]
}

function toldLine({ happening, action }: Extract<Moment, { is: 'told' }>): Line | undefined {
  if ('event' in happening) {
    if (happening.event === ownEvents.cancel) return ['cancel', 'the run is cancelled']
    if (happening.event === ownEvents.answer) return answerLine(happening.data)
    if (happening.event === ownEvents.questions) return undefined
    return ['event', `${happening.event} ${short(happening.data)}`]
  }
  if (action?.do === 'timer') return ['timer', 'rings']
  const name = action && subjectOf(action)
  if (name === undefined) return undefined
  return 'failure' in happening
    ? ['failed', `${name}: ${failureWords(happening.failure)}`]
    : ['returned', `${name}: ${short(happening.result)}`]
}

/** What a result is the result of; nothing for what the engine asks for itself. */
function subjectOf(action: Action): string | undefined {
  if (action.do === 'child') return action.name
  if (action.do !== 'activity') return undefined
  const { path } = requestOf(action)
  if (action.name === 'longhaul.raise') return `emit at ${path}`
  return action.name.startsWith('longhaul.') ? undefined : `${action.name} at ${path}`
}

function endedLine(end: HistoryEnd): Line {
  if (end.ended === 'completed') return ['completed', short(end.output)]
  if (end.ended === 'continued') return ['checkpoint', 'the run goes on in a new history']
  return [end.failure.type === 'cancelled' ? 'cancelled' : 'failed', failureWords(end.failure)]
}

function requestOf({ input }: Extract<Action, { do: 'activity' }>): ActivityRequest {
  return input as ActivityRequest // the interpreter gives activities nothing else
}

function childInput(input: unknown): Json {
  const { child, part } = input as { child?: { input: Json }; part?: { input: Json } }
  return (child ?? part)?.input ?? null
}

function answerLine(data: Json): Line {
  const { declined, data: said = null }: JsonObject = isJsonObject(data) ? data : {}
  return declined === true
    ? ['declined', said === null ? 'without a reason' : short(said)]
    : ['answer', short(said)]
}

/** A failure in one line. */
export function failureWords({ type, message, step, source }: Failure): string {
  const where = [
    ...(step === undefined ? [] : [`step "${step}"`]),
    ...(source ? [`${source.file}:${source.line}:${source.column}`] : []),
  ]
  return `${type}${message === type ? '' : `: ${message}`}${where.length === 0 ? '' : ` (${where.join(', ')})`}`
}

/** JSON, cut where it gets long. */
export function short(value: Json, most = 120): string {
  const text = JSON.stringify(value)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** A trace as a table; of a long one, the beginning and more of the end. */
export function traceText(lines: readonly TraceLine[], most = 60): readonly string[] {
  const head = Math.floor(most / 3)
  const left = lines.length - most
  const shown = left > 1 ? [...lines.slice(0, head), undefined, ...lines.slice(head + left)] : lines
  const times = lines.map(({ afterMs }) => `+${durationWords(afterMs)}`)
  const width = Math.max(...times.map(({ length }) => length), 0)
  return shown.map((line) => {
    if (!line) return `… ${left} more; --json has them all`
    const { afterMs, child, what, text } = line
    const who = child === undefined ? '' : `[${child}] `
    return `${`+${durationWords(afterMs)}`.padStart(width)}  ${what.padEnd(10)} ${who}${text}`
  })
}
