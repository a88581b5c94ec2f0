import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freshRoot } from '../activities/root.ts'
import { runSample, sampleEngine } from './running.ts'

const root = freshRoot()

/** A site whose pages answer 503 as often as their path says, and then 200. */
async function site(): Promise<string> {
  const asked = new Map<string, number>()
  const server = createServer(({ url = '' }, response) => {
    const times = (asked.get(url) ?? 0) + 1
    asked.set(url, times)
    response.writeHead(times > Number(url.slice(1)) ? 200 : 503).end('page')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

test('asks until all answer, and those that have answered no more', async () => {
  const base = await site()
  const urls = [`${base}/0`, `${base}/2`]
  const run = await runSample(await sampleEngine(root()), 'site-check', { urls, every: '10ms' })
  expect(run).toMatchObject({
    status: 'completed',
    output: {
      healthy: true,
      down: [],
      looks: 3,
      up: [
        { url: urls[0], up: true },
        { url: urls[1], up: true },
      ],
    },
  })
})

test('says what is down when the patience is over', async () => {
  const base = await site()
  const urls = [`${base}/0`, `${base}/9999`]
  const input = { urls, every: '10ms', patience: '700ms' }
  const run = await runSample(await sampleEngine(root()), 'site-check', input)
  expect(run).toMatchObject({
    status: 'completed',
    output: {
      healthy: false,
      up: [{ url: urls[0] }],
      down: [{ url: urls[1], up: false, problem: `${base}/9999 answered 503` }],
    },
  })
})
