import type { Question, Report } from '../run.ts'

/** The most that a report may take, in bytes of UTF-8 JSON: the Durable Task Scheduler's limit for a custom status. */
const limit = 16_384

const longestLine = 1_000
const longestPrompt = 4_000
const mostWarnings = 5

/** `report` with `change` applied; absent and empty parts are left out. */
export function changed(report: Report, change: Partial<Report>): Report {
  const { message, questions, cancelling, warnings } = { ...report, ...change }
  return {
    ...(message === undefined ? {} : { message: cut(message, longestLine) }),
    ...(questions?.length ? { questions } : {}),
    ...(cancelling ? { cancelling } : {}),
    ...(warnings?.length
      ? { warnings: warnings.slice(-mostWarnings).map((line) => cut(line, longestLine)) }
      : {}),
  }
}

/** The report in the room it has: warnings go first, then schemas and long prompts, then the newest questions. */
export function fitted(report: Report): Report {
  const { warnings: _, ...calm } = report
  const questions = report.questions ?? []
  const shorter = questions.map(shortened)
  const candidates: Report[] = [report, calm, { ...calm, questions: shorter }]
  for (let most = shorter.length - 1; most >= 0; most -= 1)
    candidates.push({ ...calm, questions: shorter.slice(0, most) })
  return candidates.find(fits) ?? {}
}

function shortened({ schema: _, ...question }: Question): Question {
  return { ...question, prompt: cut(question.prompt, longestPrompt) }
}

function fits(report: Report): boolean {
  const text = JSON.stringify(report)
  const longest = text.length * 3 // a UTF-16 unit is at most three bytes of UTF-8
  return longest <= limit || new TextEncoder().encode(text).length <= limit
}

function cut(text: string, most: number): Question['prompt'] {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
