import { parseDuration } from '../expressions/duration.ts'
import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Question } from '../run.ts'
import { differencesIn, type Difference } from './difference.ts'
import { durationWords } from './duration-words.ts'
import type { Expected } from './test-file.ts'
import { failureWords, short } from './trace.ts'

/** How the run of a case went, as far as a test can see. */
export interface Observed {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'waiting' | 'running'
  readonly output?: Json
  readonly error?: Failure
  readonly elapsedMs: number
  /** Of activities and children, in order. */
  readonly calls: readonly { readonly name: string; readonly input: Json }[]
  readonly questions: readonly Question[]
}

/** Everything in which a run is not as expected; only what is given is compared. */
export function compare(expected: Expected, observed: Observed): readonly Difference[] {
  return [
    ...statusDifference(expected, observed),
    ...outputDifferences(expected, observed),
    ...errorDifferences(expected, observed),
    ...elapsedDifference(expected, observed),
    ...callDifferences(expected, observed),
    ...questionDifferences(expected, observed),
  ]
}

/** How a run ended, in words. */
function endingOf({ status, output, error }: Observed): string {
  if (status === 'completed') return `completed with ${short(output ?? null)}`
  if (error) return status === 'cancelled' ? 'cancelled' : `failed with ${failureWords(error)}`
  return `${status}, and never ends`
}

function statusDifference({ status }: Expected, observed: Observed): Difference[] {
  if (status === undefined || status === observed.status) return []
  return [{ what: 'status', expected: status, found: endingOf(observed) }]
}

function outputDifferences(expected: Expected, observed: Observed): readonly Difference[] {
  if (expected.output === undefined) return []
  if (observed.status === 'completed')
    return differencesIn('output', expected.output, observed.output ?? null)
  const isSaid = expected.status !== undefined && expected.status !== observed.status
  if (isSaid) return []
  return [{ what: 'output', expected: short(expected.output, 400), found: `none: the run ${verb(observed)}` }]
}

function verb(observed: Observed): string {
  const ending = endingOf(observed)
  return /^(?:waiting|running|cancelled)/.test(ending) ? `is ${ending}` : ending
}

function errorDifferences({ error: expected, status }: Expected, observed: Observed): readonly Difference[] {
  if (!expected) return []
  const { error } = observed
  if (!error) {
    if (status !== undefined && status !== observed.status) return []
    return [{ what: 'error', expected: short({ ...expected }), found: `none: the run ${verb(observed)}` }]
  }
  const { message, ...others } = expected
  const parts = Object.entries(others).flatMap(([key, value]) =>
    differencesIn(`error.${key}`, value, error[key as keyof typeof others]),
  )
  if (message === undefined || error.message.includes(message)) return parts
  return [...parts, containment('error.message', message, error.message)]
}

function containment(what: string, part: string, found: string): Difference {
  return { what, expected: `a text with ${JSON.stringify(part)}`, found: JSON.stringify(found) }
}

function elapsedDifference({ elapsed }: Expected, { elapsedMs }: Observed): Difference[] {
  if (elapsed === undefined) return []
  const expectedMs = parseDuration(elapsed) ?? 0
  if (expectedMs === elapsedMs) return []
  return [{ what: 'elapsed', expected: durationWords(expectedMs), found: durationWords(elapsedMs) }]
}

function callDifferences({ calls = {}, inputs = {} }: Expected, observed: Observed): readonly Difference[] {
  const inputsOf = (wanted: string): readonly Json[] =>
    observed.calls.filter(({ name }) => name === wanted).map(({ input }) => input)
  return [
    ...Object.entries(calls).flatMap(([name, count]) =>
      differencesIn(`calls["${name}"]`, count, inputsOf(name).length),
    ),
    ...Object.entries(inputs).flatMap(([name, all]) =>
      differencesIn(`inputs["${name}"]`, all, inputsOf(name)),
    ),
  ]
}

function questionDifferences({ questions: expected }: Expected, observed: Observed): readonly Difference[] {
  if (!expected) return []
  const { questions } = observed
  const length = Math.max(expected.length, questions.length)
  return Array.from({ length }, (_, index): readonly Difference[] => {
    const what = `questions[${index}]`
    const [wanted, question] = [expected[index], questions[index]]
    if (!wanted)
      return [
        { what, expected: 'nothing', found: question ? `${question.step}: ${question.prompt}` : 'nothing' },
      ]
    if (!question) return [{ what, expected: short({ ...wanted }), found: 'nothing' }]
    const { step, prompt } = wanted
    return [
      ...(step === undefined ? [] : differencesIn(`${what}.step`, step, question.step)),
      ...(prompt === undefined || question.prompt.includes(prompt)
        ? []
        : [containment(`${what}.prompt`, prompt, question.prompt)]),
    ]
  }).flat()
}
