import type { Server, ServerContext, ServerOptions, StandardSchemaV1 } from '@modelcontextprotocol/server'
import type { JsonObject } from '../../json.ts'
import { argumentsOf } from '../call.ts'
import { Chain, handlersOf, type Handler } from '../chain.ts'
import { modernMethods } from './methods.ts'
import type { ModernParts } from './parts.ts'
import { callerOf } from './request.ts'
import { TaskServer } from './task-server.ts'
import { tasksExtension } from './words.ts'

const capabilities: NonNullable<ServerOptions['capabilities']> = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: {},
  completions: {},
  extensions: { [tasksExtension]: {} },
}

/** A server of 2026-07-28 with the tasks extension; cheap, because the SDK wants one per request. */
export function modernServer(parts: ModernParts): Server {
  const { version, instructions } = parts.settings
  const server = new TaskServer(
    { name: 'longhaul', title: 'Longhaul', version },
    { capabilities, instructions },
  )
  for (const [method, answer] of modernMethods(parts))
    server.setRequestHandler(method, { params: anyParams }, answer)
  return server
}

/** Adds our methods to a server whose `handlers` answer whatever is not ours. */
export function addMethods(server: Server, handlers: ReadonlyMap<string, Handler>, parts: ModernParts): void {
  const chain = new Chain(parts.core, parts.settings, handlers)
  server.registerCapabilities(capabilities)
  for (const [method, answer] of modernMethods(parts)) {
    // Registered first: the SDK serves some methods only when they were registered in this way.
    server.setRequestHandler(method, { params: anyParams }, answer)
    // And then replaced, because the SDK gives a task an empty `content`, and hands on no request to pass to theirs.
    handlersOf(server).set(method, (request, context) => {
      if (!isServerContext(context)) throw new TypeError('This is no context of an SDK that we know')
      const params = argumentsOf(request.params ?? {})
      return chain.answer(request, context, callerOf(context), () => answer(params, context))
    })
  }
}

function isServerContext(context: unknown): context is ServerContext {
  return typeof context === 'object' && context !== null && 'mcpReq' in context
}

/** The SDK would type what we send down to the last array; our own types say enough, so we take params as data. */
const anyParams: StandardSchemaV1<unknown, JsonObject> = {
  '~standard': { version: 1, vendor: 'longhaul', validate: (value) => ({ value: argumentsOf(value) }) },
}
