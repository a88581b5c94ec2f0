import { isJsonObject, toJson } from '../../json.ts'
import type { Question } from '../../run.ts'
import { argumentsOf } from '../call.ts'
import { passOnAndNote, type Reply } from '../reply.ts'
import { rpcCodes, rpcError } from '../rpc-error.ts'
import type { Caller } from '../task-core.ts'
import { isFinal, type Task } from '../task.ts'
import { keyNow, questionFor } from './asking.ts'
import type { ModernParts } from './parts.ts'

/** What a client answered, by the keys under which it was asked. */
export type Responses = Readonly<Record<string, unknown>>

/**
 * Passes on the answers to questions that are open; a wrong one is put again, with the reason, under a new key. Answers
 * once the run took notice, so that a client does not see the keys again that it has just answered.
 */
export async function update(
  task: Task,
  caller: Caller,
  responses: Responses,
  { core }: ModernParts,
): Promise<void> {
  const spent = new Set<string>()
  for (const [key, response] of Object.entries(responses)) {
    const question = questionFor(key, task.run.report.questions ?? [])
    if (question === undefined) continue
    const effect = await passOnAndNote(core, caller, task.id, question, replyOf(key, response))
    if (effect.is !== 'open') spent.add(keyNow(question))
  }
  if (spent.size === 0) return
  const isSpent = (question: Question): boolean => spent.has(keyNow(question))
  await core.notice(
    task.id,
    ({ status, run }) => isFinal(status) || !(run.report.questions ?? []).some(isSpent),
  )
}

/** A response as a reply; refused when it is none. */
export function replyOf(key: string, response: unknown): Reply {
  const reply = toJson(response)
  const { action, content } = isJsonObject(reply) ? reply : {}
  if (action === 'accept' || action === 'decline' || action === 'cancel')
    return { action, content: argumentsOf(content) }
  throw rpcError(
    rpcCodes.invalidParams,
    `The response to "${key}" needs the action accept, decline or cancel`,
  )
}
