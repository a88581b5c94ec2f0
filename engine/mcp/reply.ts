import { EngineError } from '../error.ts'
import type { JsonObject } from '../json.ts'
import type { Question } from '../run.ts'
import { formOf } from './elicitation.ts'
import type { Caller, TaskCore } from './task-core.ts'

/** What a person did with a form. */
export interface Reply {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: JsonObject | undefined
}

/** What a reply came to: `answered` also when it was declined, `open` when the form was put away. */
export type Effect =
  | { readonly is: 'answered' | 'open' | 'late' }
  | { readonly is: 'refused'; readonly complaint: string }

/**
 * Passes a reply on to the run. Accept answers the question. Decline tells the run that there will be no answer, and
 * its step fails with `ask.declined`. Cancel leaves the question open for somebody else.
 */
export async function passOn(
  core: TaskCore,
  caller: Caller,
  taskId: string,
  question: Question,
  reply: Reply,
): Promise<Effect> {
  if (reply.action === 'cancel') return { is: 'open' }
  try {
    if (reply.action === 'accept')
      await core.answer(taskId, caller, question.key, formOf(question).read(reply.content ?? {}))
    else await core.decline(taskId, caller, question.key)
    return { is: 'answered' }
  } catch (error) {
    if (error instanceof SyntaxError)
      return { is: 'refused', complaint: `That is not JSON: ${error.message}` }
    if (error instanceof EngineError && error.code === 'answer.invalid')
      return { is: 'refused', complaint: error.message }
    if (isLate(error)) return { is: 'late' }
    throw error
  }
}

/** Passes a reply on, and has the run remember that it was refused: whoever asks, on whatever server, then asks anew. */
export async function passOnAndNote(
  core: TaskCore,
  caller: Caller,
  taskId: string,
  question: Question,
  reply: Reply,
): Promise<Effect> {
  const effect = await passOn(core, caller, taskId, question, reply)
  if (effect.is !== 'refused') return effect
  try {
    await core.noteRefusal(taskId, caller, question.key, effect.complaint)
  } catch (error) {
    if (!isLate(error)) throw error
  }
  return effect
}

/** Whether somebody else was first. */
function isLate(error: unknown): boolean {
  return error instanceof EngineError && (error.code === 'question.unknown' || error.code === 'run.ended')
}
