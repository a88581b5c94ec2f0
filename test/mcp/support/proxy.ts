import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A proxy that sends every request to the next of `urls`, whatever it says. A server that cannot be reached is passed over. */
export async function openProxy(
  urls: readonly string[],
): Promise<AsyncDisposable & { readonly url: string }> {
  let turn = 0
  const pass = (from: IncomingMessage, body: Buffer, to: ServerResponse, tries: readonly string[]): void => {
    const [url, ...others] = tries
    if (url === undefined) return void to.writeHead(502).end()
    const { hostname, port } = new URL(url)
    const passed = request({ hostname, port, path: from.url, method: from.method, headers: from.headers })
    passed.once('response', (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      to.flushHeaders()
      answer.pipe(to)
      answer.once('error', () => to.destroy())
    })
    passed.once('error', (error) =>
      'code' in error && error.code === 'ECONNREFUSED' ? pass(from, body, to, others) : to.destroy(),
    )
    to.once('close', () => passed.destroy())
    passed.end(body)
  }
  const server = createServer(async (from, to) => {
    const first = turn++ % urls.length
    pass(from, await buffer(from), to, [...urls.slice(first), ...urls.slice(0, first)])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/mcp`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
