import { randomUUID } from 'node:crypto'
import {
  ElicitResultSchema,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
} from '@modelcontextprotocol/sdk/types.js'
import { argumentsOf } from '../call.ts'
import { passOnAndNote, type Reply } from '../reply.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Inquiry } from './conversation.ts'
import { relatedTask } from './words.ts'

/** Sends a message to the client over the stream that is meant. */
export type Send = (message: JSONRPCRequest | JSONRPCNotification) => Promise<void>

/**
 * The forms that are put to the client of one session. The id of each request says what it asks, so that its reply means
 * something to every server: behind a proxy it may come to another than the one that asked.
 */
export class Inquiries {
  readonly #core: TaskCore
  readonly #report: (error: unknown) => void
  readonly #open = new Map<string, (answer: Promise<Reply>) => void>()

  constructor(core: TaskCore, report: (error: unknown) => void) {
    this.#core = core
    this.#report = report
  }

  /** Puts a form; resolves with the reply to it, should that come here. The client is told when `signal` aborts. */
  async ask(inquiry: Inquiry, send: Send, signal: AbortSignal): Promise<Reply> {
    const { message, requestedSchema, taskId } = inquiry
    const id = idOf(inquiry)
    const params = { mode: 'form', message, requestedSchema, _meta: { [relatedTask]: { taskId } } }
    const withdraw = (): void => {
      const reason = 'The question is closed'
      const gone = {
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: id, reason },
      } as const
      send(gone).catch(() => {}) // a client that went away has put the form away
      this.#open.get(id)?.(Promise.reject(signal.reason))
    }
    signal.throwIfAborted()
    signal.addEventListener('abort', withdraw, { once: true })
    try {
      return await new Promise<Reply>((resolve, reject) => {
        this.#open.set(id, resolve)
        send({ jsonrpc: '2.0', id, method: 'elicitation/create', params }).catch(reject)
      })
    } finally {
      this.#open.delete(id)
      signal.removeEventListener('abort', withdraw)
    }
  }

  /** Takes a reply to a form, whichever server put it; `false`: the message is something else. */
  hear(message: JSONRPCMessage, caller: Caller): boolean {
    if ('method' in message || typeof message.id !== 'string') return false
    const asked = questionIn(message.id)
    if (asked === undefined) return false
    const answer = replyIn(message)
    const open = this.#open.get(message.id)
    if (open !== undefined) open(answer)
    else answer.then((reply) => this.#passOn(asked, caller, reply)).catch(this.#report)
    return true
  }

  /** Another server has put the form; what this one does with the reply, that one sees in the run. */
  async #passOn({ taskId, key }: Asked, caller: Caller, reply: Reply): Promise<void> {
    const task = await this.#core.find(taskId, caller)
    const question = task?.run.report.questions?.find((each) => each.key === key)
    if (question !== undefined) await passOnAndNote(this.#core, caller, taskId, question, reply)
  }
}

interface Asked {
  readonly taskId: string
  readonly key: string
}

/** The same question may be put again: each request has an id of its own. */
function idOf({ taskId, question }: Inquiry): string {
  return [mark, taskId, question, randomUUID()].map(encodeURIComponent).join(':')
}

function questionIn(id: string): Asked | undefined {
  const [first, taskId, key, ...rest] = id.split(':')
  if (first !== mark || taskId === undefined || key === undefined || rest.length !== 1) return undefined
  const [plainTask, plainKey] = [taskId, key].map(decoded)
  return plainTask === undefined || plainKey === undefined ? undefined : { taskId: plainTask, key: plainKey }
}

const mark = 'longhaul'

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined // nobody's id
  }
}

async function replyIn(message: JSONRPCResponse): Promise<Reply> {
  if ('error' in message) throw new Error(message.error.message)
  const { action, content } = ElicitResultSchema.parse(message.result)
  return { action, ...(content === undefined ? {} : { content: argumentsOf(content) }) }
}
