import { EngineError } from '../error.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { withoutPlaces } from './discretion.ts'
import type { ToolResult } from './outcome.ts'
import { isRpcError, rpcCodes, rpcError } from './rpc-error.ts'
import type { Caller, TaskCore } from './task-core.ts'
import type { Tool, ToolAnnotations } from './tool.ts'

/** A tool that is no workflow: it answers at once and knows no tasks. */
export interface ExtraTool {
  readonly tool: Tool
  call(core: TaskCore, args: JsonObject, caller: Caller): Promise<ToolResult>
}

/** What an extra tool says of itself. */
export interface Sheet {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly properties: Readonly<Record<string, JsonObject>>
  readonly required: readonly string[]
  readonly hints: ToolAnnotations
}

/** A tool that answers with what `view` gives. A refusal is an error of the tool, which the model can learn from. */
export function extraTool(
  { name, title, description, properties, required, hints }: Sheet,
  view: (core: TaskCore, args: JsonObject, caller: Caller) => Promise<JsonObject | ToolResult>,
): ExtraTool {
  return {
    tool: {
      name,
      title,
      description,
      inputSchema: { type: 'object', properties, required, additionalProperties: false },
      annotations: { title, openWorldHint: false, ...hints },
      taskSupport: 'forbidden',
    },
    call: async (core, args, caller) => {
      try {
        check(properties, required, args)
        const answer = await view(core, args, caller)
        return isToolResult(answer) ? answer : shown(answer)
      } catch (error) {
        if (!isRpcError(error) && !(error instanceof EngineError)) throw error
        const problems = error.data === undefined ? '' : `\n${JSON.stringify(error.data)}`
        return {
          content: [{ type: 'text', text: `${withoutPlaces(error.message)}${problems}` }],
          isError: true,
        }
      }
    },
  }
}

/** An argument that is checked to be text, or `fallback` where it may be missing. */
export function textOf(value: Json | undefined, fallback = ''): string {
  return typeof value === 'string' ? value : fallback
}

function check(properties: Sheet['properties'], required: readonly string[], args: JsonObject): void {
  for (const [name, value] of Object.entries(args)) {
    const property = properties[name]
    if (property === undefined)
      throw rpcError(
        rpcCodes.invalidParams,
        `There is no argument "${name}"; there are: ${Object.keys(properties).join(', ')}`,
      )
    const type = textOf(property['type'], typeOf(value))
    if (typeOf(value) !== type)
      throw rpcError(
        rpcCodes.invalidParams,
        `The argument "${name}" must be of type ${type}, not ${typeOf(value)}`,
      )
  }
  for (const name of required)
    if (args[name] === undefined) throw rpcError(rpcCodes.invalidParams, `The argument "${name}" is missing`)
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isToolResult(answer: JsonObject | ToolResult): answer is ToolResult {
  return 'content' in answer && Array.isArray(answer.content) && isJsonObject(answer.content[0])
}

function shown(structuredContent: JsonObject): ToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
}
