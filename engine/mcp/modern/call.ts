import type { Result, ServerContext } from '@modelcontextprotocol/server'
import { isJsonObject, type JsonObject } from '../../json.ts'
import type { Definition } from '../../language/definition.ts'
import { argumentsOf, idempotencyKeyOf, stillRunning } from '../call.ts'
import { formOf } from '../elicitation.ts'
import { resultOf } from '../outcome.ts'
import { rpcCodes, rpcError } from '../rpc-error.ts'
import type { Caller } from '../task-core.ts'
import { isFinal, type Task } from '../task.ts'
import { extraToolNamed } from '../toolbox.ts'
import type { ModernParts } from './parts.ts'
import { callerOf, canBeAsked, knowsTasks } from './request.ts'
import { replyOf, update } from './update.ts'
import { inputRequestsOf, isDefect, missingExtension, modernTask, protocolError } from './words.ts'

/** Under which key a person is asked for input that a call lacks. */
const inputKey = 'input'

/** Answers `tools/call`: with a task where the client knows them, with a result where it does not. */
export async function callTool(
  { name, arguments: args }: JsonObject,
  context: ServerContext,
  parts: ModernParts,
): Promise<Result> {
  const { core, settings } = parts
  if (typeof name !== 'string')
    throw rpcError(rpcCodes.invalidParams, 'Invalid params: name must be a string')
  const caller = callerOf(context)
  const given = argumentsOf(args ?? {})
  const extraTool = extraToolNamed(name, settings)
  if (extraTool !== undefined) return await extraTool.call(core, given, caller)
  const definition = core.definitionFor(name)
  const asTask = knowsTasks(context)
  const isOptional = definition.tool.taskSupport === 'optional'
  if (!asTask && !isOptional && settings.onNonTaskClient === 'reject')
    throw missingExtension(`Tool "${name}"`)
  const resumed = context.mcpReq.requestState()
  if (!asTask && typeof resumed === 'string') return await resume(resumed, name, context, caller, parts)
  const input = withResponse(given, context)
  const missing =
    settings.onMissingInput === 'ask' && canBeAsked(context) ? formFor(definition, input) : undefined
  if (missing !== undefined) return { resultType: 'input_required', inputRequests: { [inputKey]: missing } }
  const { _meta: meta } = context.mcpReq
  const task = await core.start(name, input, caller, idempotencyKeyOf(meta))
  if (!asTask) return await wait(task, { round: 0, keys: new Set() }, context, caller, parts)
  const asBegun = { resultType: 'task', ...modernTask(task) }
  if (!isOptional) return asBegun
  // The server decides what becomes a task: what is quick need not be one.
  const early = await core.settleWithin(task.id, caller, settings.promptMs)
  return isFinal(early.status) && !isDefect(early) ? { ...resultOf(early, settings.inlineLimit) } : asBegun
}

/** Goes on with a call that asked a person in between. */
async function resume(
  state: string,
  name: string,
  context: ServerContext,
  caller: Caller,
  parts: ModernParts,
): Promise<Result> {
  const [, id = '', round = ''] = /^([^~]+)~(\d+)$/.exec(state) ?? []
  const task = await parts.core.find(id, caller)
  if (task?.run.workflow !== name)
    throw rpcError(rpcCodes.invalidParams, 'Invalid or expired requestState', {
      reason: 'invalid_request_state',
    })
  const { inputResponses = {} } = context.mcpReq
  await update(task, caller, inputResponses, parts)
  const answered = { round: Number(round), keys: new Set(Object.keys(inputResponses)) }
  return await wait(task, answered, context, caller, parts)
}

/**
 * Answers a call without a task: with the result; with the questions of the run, for a client that can put them to a
 * person and call again; or after a while with where to look.
 */
async function wait(
  task: Task,
  answered: { readonly round: number; readonly keys: ReadonlySet<string> },
  context: ServerContext,
  caller: Caller,
  parts: ModernParts,
): Promise<Result> {
  const { core, settings } = parts
  const { signal } = context.mcpReq
  const limit = AbortSignal.timeout(settings.waitLimitMs)
  const asks = (now: Task): boolean =>
    canBeAsked(context) && Object.keys(inputRequestsOf(now)).some((key) => !answered.keys.has(key))
  const stopTelling = tellProgress(task, context, parts)
  try {
    const isEnough = (now: Task): boolean => isFinal(now.status) || asks(now)
    const now = await core.until(task.id, isEnough, AbortSignal.any([signal, limit]))
    if (!isFinal(now.status))
      return {
        resultType: 'input_required',
        inputRequests: inputRequestsOf(now),
        requestState: `${task.id}~${answered.round + 1}`,
      }
    if (!isDefect(now)) return { ...resultOf(now, settings.inlineLimit) }
    const { message, data } = protocolError(now)
    throw rpcError(rpcCodes.internal, message, data)
  } catch (error) {
    // The client took its request back, and has no other way to stop what it started.
    if (typeof signal.reason === 'string')
      await core.requestCancel(task.id, caller, 'The client cancelled its request')
    if (signal.aborted || !limit.aborted) throw error
    return { ...stillRunning(task) }
  } finally {
    stopTelling()
  }
}

/** Tells a client that waits how the run gets on, if it wants to know. */
function tellProgress(task: Task, { mcpReq }: ServerContext, { core }: ModernParts): () => void {
  const { _meta: meta, notify } = mcpReq
  const { progressToken } = argumentsOf(meta ?? {})
  if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return () => {}
  let progress = 0
  let told: string | undefined
  return core.subscribe(task.id, (now) => {
    const message = now?.message ?? now?.status
    if (message === undefined || message === told) return
    told = message
    progress += 1
    const params = { progressToken, progress, message }
    void notify({ method: 'notifications/progress', params }).catch(() => {})
  })
}

/** The arguments of a call with what a person added to them. */
function withResponse(given: JsonObject, { mcpReq: { inputResponses = {} } }: ServerContext): JsonObject {
  const response = inputResponses[inputKey]
  if (response === undefined) return given
  const { action, content = {} } = replyOf(inputKey, response)
  if (action === 'accept') return { ...content, ...given }
  throw rpcError(rpcCodes.invalidParams, 'The person who was asked for the input did not give it')
}

/** The request for what a call lacks of its input; `undefined` when it lacks nothing. */
function formFor({ name, title, input }: Definition, given: JsonObject): JsonObject | undefined {
  const { properties, required } = isJsonObject(input) ? input : {}
  if (!isJsonObject(properties) || !Array.isArray(required)) return undefined
  const missing = required
    .filter((each) => typeof each === 'string')
    .filter((each) => given[each] === undefined)
  if (missing.length === 0) return undefined
  const wanted = Object.fromEntries(missing.map((each) => [each, properties[each] ?? true]))
  const { message, requestedSchema } = formOf({
    key: inputKey,
    step: inputKey,
    prompt: `"${title ?? name}" needs more input`,
    schema: { type: 'object', properties: wanted, required: missing },
    askedAt: '',
    reminders: 0,
  })
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } }
}
