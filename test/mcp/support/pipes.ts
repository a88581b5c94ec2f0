import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { McpHost } from '../../../engine/mcp/source.ts'
import { serveStdio } from '../../../engine/mcp/stdio.ts'
import type { Answer } from './legacy-client.ts'

/** A client that writes its lines by hand. */
export interface Pipes extends AsyncDisposable {
  write(line: string): void
  send(message: object): void
  /** The next message of the server. */
  next(): Promise<Answer>
  /** Sends a request; resolves with the next message, which is its answer. */
  ask(method: string, params?: object): Promise<Answer>
}

/** Serves `host` over a pair of pipes. */
export async function openPipes(host: McpHost): Promise<Pipes> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const server = await serveStdio(host, { input, output })
  const lines = createInterface({ input: output })[Symbol.asyncIterator]()
  let id = 0
  const write = (line: string): void => void input.write(`${line}\n`)
  const send = (message: object): void => write(JSON.stringify({ jsonrpc: '2.0', ...message }))
  const next = async (): Promise<Answer> => JSON.parse((await lines.next()).value ?? 'null')
  return {
    write,
    send,
    next,
    ask: (method, params) => {
      id += 1
      send({ id, method, ...(params === undefined ? {} : { params }) })
      return next()
    },
    [Symbol.asyncDispose]: async () => {
      input.end()
      await server.closed
    },
  }
}
