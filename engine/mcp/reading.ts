import { isJsonObject, type JsonObject } from '../json.ts'
import { textParam } from './call.ts'
import { promptFor, prompts } from './prompts.ts'
import { complete, listResources, readResource, resourceTemplates } from './resources.ts'
import { rpcCodes, rpcError } from './rpc-error.ts'
import type { Caller, TaskCore } from './task-core.ts'

/** A method that both eras have, with params and results of the same shape. */
export type Method = (core: TaskCore, params: JsonObject, caller: Caller) => Promise<JsonObject>

/** The most values of a completion. */
const mostValues = 100

/** The name of a method by which a client reads. */
export type ReadingMethod =
  | 'resources/list'
  | 'resources/templates/list'
  | 'resources/read'
  | 'prompts/list'
  | 'prompts/get'
  | 'completion/complete'

/** The methods by which a client reads: resources, prompts and the completion of their arguments. */
export const readingMethods: readonly (readonly [ReadingMethod, Method])[] = [
  ['resources/list', async (core, params) => whole({ resources: listResources(core) }, params)],
  ['resources/templates/list', async (_core, params) => whole({ resourceTemplates }, params)],
  ['resources/read', (core, params, caller) => readResource(core, textParam(params, 'uri'), caller)],
  ['prompts/list', async (_core, params) => whole({ prompts }, params)],
  [
    'prompts/get',
    (core, params, caller) =>
      promptFor(core, textParam(params, 'name'), objectOf(params['arguments']), caller),
  ],
  [
    'completion/complete',
    async (core, params, caller) => {
      const argument = objectOf(params['argument'])
      const found = await complete(core, textParam(argument, 'name'), textParam(argument, 'value'), caller)
      const values = found.slice(0, mostValues)
      return { completion: { values, total: found.length, hasMore: found.length > values.length } }
    },
  ],
]

/** A list that is never longer than one page. */
function whole(list: JsonObject, { cursor }: JsonObject): JsonObject {
  if (cursor !== undefined) throw rpcError(rpcCodes.invalidParams, 'Invalid cursor')
  return list
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
