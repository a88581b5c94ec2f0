import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Json, JsonObject } from '../../json.ts'
import { argumentsOf } from '../call.ts'
import type { OpenChannel } from '../stdio.ts'
import { LegacySession } from './session.ts'

/** One client of 2025-11-25 or older at the other end of a pair of pipes. */
export const openLegacyChannel: OpenChannel = async (core, settings, send) => {
  const session = new LegacySession(core, settings)
  const transport: Transport = {
    start: async () => {},
    send: (message) => send(argumentsOf(message)),
    close: async () => transport.onclose?.(),
  }
  await session.connect(transport)
  session.openPush()
  return {
    receive: (message) => {
      const parsed = JSONRPCMessageSchema.safeParse(message)
      if (parsed.success) transport.onmessage?.(parsed.data)
      else void send(notJsonRpc(message['id'] ?? null))
    },
    close: () => session.server.close(),
  }
}

function notJsonRpc(id: Json): JsonObject {
  return {
    jsonrpc: '2.0',
    id,
    error: { code: -32600, message: 'Invalid Request: the line is no JSON-RPC message' },
  }
}
