import { createServer, request } from 'node:http'

/** A proxy that sends every request to the next of `urls`. */
export async function openProxy(
  urls: readonly string[],
): Promise<AsyncDisposable & { readonly url: string }> {
  let turn = 0
  const server = createServer((from, to) => {
    const url = new URL(urls[turn % urls.length] ?? '')
    turn += 1
    const { hostname, port } = url
    const passed = request({ hostname, port, path: from.url, method: from.method, headers: from.headers })
    passed.once('response', (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      to.flushHeaders()
      answer.pipe(to)
    })
    passed.once('error', () => to.destroy())
    to.once('close', () => passed.destroy())
    from.pipe(passed)
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
