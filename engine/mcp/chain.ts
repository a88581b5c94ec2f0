import { isJsonObject, type JsonObject } from '../json.ts'
import { argumentsOf } from './call.ts'
import { prompts } from './prompts.ts'
import type { Settings } from './settings.ts'
import type { Caller, TaskCore } from './task-core.ts'
import { exposed } from './tool.ts'
import { extraToolNamed } from './toolbox.ts'

/** What a request is answered with. */
export type Answer = Readonly<Record<string, unknown>>

/** A handler as both SDKs keep it, under the name of its method. */
export type Handler = (request: Request, context: unknown) => Promise<Answer>

/** A request as both SDKs hand it to a handler. */
export interface Request {
  readonly method: string
  readonly params?: unknown
}

/** Where in its result a method has its list. */
const lists: Readonly<Record<string, string>> = {
  'tools/list': 'tools',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'prompts/list': 'prompts',
}
/** Marks a cursor of `tasks/list` as one of theirs. */
const mark = 'theirs:'

/** The handlers of a server, live. Neither SDK shows them, and both keep them under this name. */
export function handlersOf(server: object): Map<string, Handler> {
  const handlers: unknown = Reflect.get(server, '_requestHandlers')
  if (handlers instanceof Map) return handlers
  throw new TypeError('This is no server of an SDK that we know: it has no request handlers')
}

/** The server that we are attached to, as it was before: what is not ours goes to it. */
export class Chain {
  readonly #core: TaskCore
  readonly #settings: Settings
  readonly #handlers: ReadonlyMap<string, Handler>

  constructor(core: TaskCore, settings: Settings, handlers: ReadonlyMap<string, Handler> = new Map()) {
    this.#core = core
    this.#settings = settings
    this.#handlers = handlers
  }

  /** Answers with `own`, with theirs, or with both. */
  async answer(
    request: Request,
    context: unknown,
    caller: Caller,
    own: () => Promise<Answer>,
  ): Promise<Answer> {
    const their = this.#handlers.get(request.method)
    if (their === undefined) return await own()
    const params = argumentsOf(request.params ?? {})
    const key = lists[request.method]
    if (key !== undefined) return await merged(key, params, own, () => their(request, context))
    if (request.method === 'tasks/list') {
      const rest = Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'cursor'))
      return await mergedTasks(params, own, (cursor) =>
        their({ ...request, params: { ...rest, ...cursor } }, context),
      )
    }
    return (await this.#isOurs(request.method, params, caller)) ? await own() : await their(request, context)
  }

  async #isOurs(method: string, params: JsonObject, caller: Caller): Promise<boolean> {
    const { name, taskId, uri, ref } = params
    if (method.startsWith('tasks/'))
      return typeof taskId === 'string' && (await this.#core.find(taskId, caller)) !== undefined
    if (method.startsWith('resources/')) return isOurUri(uri)
    if (method === 'prompts/get') return isOurPrompt(name)
    if (method === 'completion/complete')
      return isJsonObject(ref) && (isOurUri(ref['uri']) || isOurPrompt(ref['name']))
    return typeof name === 'string' && this.#isOurTool(name)
  }

  #isOurTool(name: string): boolean {
    if (extraToolNamed(name, this.#settings) !== undefined) return true
    return exposed(this.#core.host.definitions()).some((definition) => definition.name === name)
  }
}

function isOurUri(uri: unknown): boolean {
  return typeof uri === 'string' && uri.startsWith('workflow://')
}

function isOurPrompt(name: unknown): boolean {
  return prompts.some((prompt) => prompt['name'] === name)
}

/** Ours, of which there is one page, before the first page of theirs; a name that both have is ours. */
async function merged(
  key: string,
  { cursor }: JsonObject,
  own: () => Promise<Answer>,
  their: () => Promise<Answer>,
): Promise<Answer> {
  const page = await their()
  if (cursor !== undefined) return page
  const ours = listOf(await own(), key)
  const names = new Set(ours.map(nameOf))
  return { ...page, [key]: [...ours, ...listOf(page, key).filter((each) => !names.has(nameOf(each)))] }
}

/** All of ours, page by page, and then theirs. */
async function mergedTasks(
  { cursor }: JsonObject,
  own: () => Promise<Answer>,
  their: (cursor: { readonly cursor?: string }) => Promise<Answer>,
): Promise<Answer> {
  const isTheirs = typeof cursor === 'string' && cursor.startsWith(mark)
  if (!isTheirs) return { nextCursor: mark, ...(await own()) }
  const at = cursor.slice(mark.length)
  const { nextCursor, ...page } = await their(at === '' ? {} : { cursor: at })
  return { ...page, ...(typeof nextCursor === 'string' ? { nextCursor: `${mark}${nextCursor}` } : {}) }
}

function listOf(answer: Answer, key: string): readonly unknown[] {
  const list = answer[key]
  return Array.isArray(list) ? list : []
}

function nameOf(item: unknown): unknown {
  const { uri, uriTemplate, name } = argumentsOf(item)
  return uri ?? uriTemplate ?? name
}
