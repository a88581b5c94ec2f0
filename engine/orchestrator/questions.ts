import { isJsonObject } from '../json.ts'
import { ownEvents, type OpenQuestions, type Question } from '../run.ts'
import type { ChildProgress } from './effect.ts'
import type { Machine } from './machine.ts'
import type { Mailbox, Waiter } from './mailbox.ts'
import { fitted } from './report.ts'

/** Has the run show `now` in the place of those of its questions that `isOld` picks. */
export function showQuestions(
  machine: Pick<Machine, 'state' | 'report'>,
  isOld: (question: Question) => boolean,
  now: readonly Question[] = [],
): void {
  const others = (machine.state.report.questions ?? []).filter((question) => !isOld(question))
  const questions = [...others, ...now]
  machine.report({ questions: questions.toSorted((a, b) => Date.parse(a.askedAt) - Date.parse(b.askedAt)) })
}

/**
 * Gives what a child calls when its report has changed: it tells its parent what it and its own children ask, when that
 * is something else than before. A run that stands alone, though somebody asked for it, tells nobody.
 */
export function parentsEar(
  { runId, state }: Pick<Machine, 'runId' | 'state'>,
  send: (parent: string, told: OpenQuestions) => void,
): () => void {
  const { parent, depth = 0 } = state.start
  if (parent === undefined || depth === 0) return () => {}
  const asked = (): readonly Question[] => fitted({ questions: state.report.questions ?? [] }).questions ?? []
  let told = JSON.stringify(asked())
  return () => {
    const questions = asked()
    const now = JSON.stringify(questions)
    if (now === told) return
    told = now
    state.told = (state.told ?? 0) + 1
    send(parent, { from: runId, sequence: state.told, questions })
  }
}

/** Has the run show what a child of it asks, until the function that this gives is called. */
export function hearChild(
  progress: ChildProgress,
  machine: Pick<Machine, 'state' | 'report'>,
  mailbox: Mailbox,
): () => void {
  const { id, label } = progress
  if (label === undefined) return () => {}
  const isTheirs = ({ key }: Question): boolean => key.startsWith(`${label}/`)
  const waiter: Waiter = {
    number: 0,
    event: ownEvents.questions,
    accepts: (data) => isJsonObject(data) && data['from'] === id,
  }
  const listen = (): void =>
    mailbox.wait(waiter, (data) => {
      listen()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a child of ours sent it, by the function above
      const { sequence, questions } = data as unknown as OpenQuestions
      if (sequence <= (progress.heard ?? 0)) return
      progress.heard = sequence
      showQuestions(
        machine,
        isTheirs,
        questions.map(({ key, askedBy = { run: id, key }, ...question }) => ({
          ...question,
          key: `${label}/${key}`,
          askedBy,
        })),
      )
    })
  listen()
  return () => {
    mailbox.leave(waiter)
    if (progress.heard !== undefined) showQuestions(machine, isTheirs)
  }
}
