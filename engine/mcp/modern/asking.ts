import type { Question } from '../../run.ts'

/**
 * Under which key a question is put now. A key stands for one request for ever: a client that has answered it will not
 * look at it again, and gives up when the request behind it changes. So a question is put under a new key when its
 * answer was refused, and when its reminder is due; the run itself counts both, so that every server says the same.
 */
export function keyNow({ key, reminders, refused }: Question): string {
  const round = reminders + (refused?.count ?? 0)
  return round === 0 ? key : `${key}~${round}`
}

/** The question that was put under `key`, in whatever round. */
export function questionFor(key: string, questions: readonly Question[]): Question | undefined {
  return (
    questions.find((question) => question.key === key) ??
    questions.find((question) => question.key === key.replace(/~\d+$/, ''))
  )
}
