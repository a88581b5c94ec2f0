import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'
import { onTestFinished } from 'vitest'

/** A wire between a hub and those who join it, that a test can make bad. */
export interface Proxy {
  readonly port: number
  /** From now on each piece arrives that much later. */
  delay(ms: number): void
  /** From now on nothing arrives any more, and nobody is told: half-open connections. New ones are made as before. */
  goSilent(): void
  /** From now on what the hub says on the connections that there are is lost. */
  loseReplies(): void
  /** Ends all connections. */
  cut(): void
}

/** A proxy on a free port before the one at `port`, gone with the test. */
export async function proxyTo(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const [requests, replies] = [new Set<Wire>(), new Set<Wire>()]
  let delayMs = 0
  const server = createServer((near) => {
    const far = connect({ port, host: '127.0.0.1' })
    for (const [from, to, wires] of [
      [near, far, requests],
      [far, near, replies],
    ] as const) {
      sockets.add(from)
      const wire = new Wire(() => delayMs)
      wires.add(wire)
      from.on('error', () => to.destroy())
      from.pipe(wire).pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The proxy has no port')
  return {
    port: address.port,
    delay: (ms) => {
      delayMs = ms
    },
    goSilent: () => {
      for (const wire of [...requests, ...replies]) wire.isSilent = true
    },
    loseReplies: () => {
      for (const wire of replies) wire.isSilent = true
    },
    cut,
  }
}

/** One direction of a connection. */
class Wire extends Transform {
  isSilent = false
  readonly #delayMs: () => number

  constructor(delayMs: () => number) {
    super()
    this.#delayMs = delayMs
  }

  override _transform(piece: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.isSilent) return done()
    setTimeout(() => (this.isSilent ? done() : done(null, piece)), this.#delayMs())
  }

  override _flush(done: TransformCallback): void {
    if (!this.isSilent) done() // else the other end never learns of the end
  }
}
