import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Json } from '../json.ts'

/** A pair of pipes on which every line is a JSON-RPC message. */
export interface Lines {
  /** Each message that came, in order; a line that is no JSON is answered and skipped. Ends with the input. */
  readonly messages: AsyncIterable<Json>
  /** Resolves once the message is on its way. */
  send(message: unknown): Promise<void>
}

/** Speaks JSON-RPC over `input` and `output`, a message a line. */
export function linesOf(input: Readable, output: Writable): Lines {
  const send = async (message: unknown): Promise<void> => {
    if (!output.writable) throw new Error('The client has closed its end')
    if (!output.write(`${JSON.stringify(message)}\n`)) await once(output, 'drain')
  }
  return { send, messages: read(input, send) }
}

async function* read(input: Readable, send: (message: unknown) => Promise<void>): AsyncIterable<Json> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    const message = parse(line)
    if (message === undefined) {
      const error = { code: -32700, message: 'Parse error: the line is not JSON' }
      await send({ jsonrpc: '2.0', id: null, error })
    } else yield message
  }
}

function parse(line: string): Json | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
