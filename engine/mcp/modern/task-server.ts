import { Server, type JSONRPCRequest, type Result, type ServerContext } from '@modelcontextprotocol/server'
import { inALine } from '../rpc-error.ts'

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>

/* eslint-disable no-underscore-dangle -- the SDK names its seam so */

/**
 * The SDK's server, which lets a task through where `tools/call` answers with one: the SDK knows only finished results
 * there and gives a task an empty `content`. Subclassing is the seam that the SDK offers.
 */
export class TaskServer extends Server {
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = method === 'tools/call' ? this.#wrapCall(handler) : super._wrapHandler(method, handler)
    return async (request, context) => {
      try {
        return await wrapped(request, context)
      } catch (error) {
        throw inALine(error)
      }
    }
  }

  #wrapCall(handler: Handler): Handler {
    const tasks = new WeakMap<JSONRPCRequest, Result>()
    const wrapped = super._wrapHandler('tools/call', async (request, context) => {
      const result = await handler(request, context)
      if (result['resultType'] !== 'task') return result
      tasks.set(request, result)
      return { content: [] }
    })
    return async (request, context) => {
      const result = await wrapped(request, context)
      return tasks.get(request) ?? result
    }
  }
}
