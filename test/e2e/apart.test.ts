import { expect, test } from 'vitest'
import { project, type Project } from '../support/project.ts'
import type { Running } from '../support/process.ts'
import { legacyClient, type TaskClient } from './task-client.ts'

const steps = `
steps:
  - { id: first, call: work, with: { value: 1, ms: 30 } }
  - forEach:
      in: [1, 2, 3, 4]
      concurrency: 2
      steps: [{ call: work, with: { value: "\${ $item + $steps.first }", ms: 50 } }]
result: \${ $result.results }
`

/** Hub, worker and MCP server as processes of their own, on one connection string. */
async function apart(): Promise<{ home: Project; connection: string; hub: Running; client: TaskClient }> {
  const home = project()
  home.define('apart', steps)
  const hub = home.run('hub', '--listen', '127.0.0.1:0')
  const [, connection = ''] = await hub.says(/--hub "([^"]+)"/)
  const server = home.run('serve', '--port', '0', '--no-worker', '--hub', connection)
  const [url] = await server.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
  return { home, connection, hub, client: await legacyClient(url) }
}

async function worker(home: Project, connection: string): Promise<Running> {
  const running = home.run('worker', '--hub', connection)
  await running.says(/Works for/)
  return running
}

const result = { result: [2, 3, 4, 5] }

test('a worker in another process carries on what an MCP server started over TCP', async () => {
  const { home, connection, client } = await apart()
  const taskId = await client.start('apart', {})
  expect(home.deeds()).toEqual([])
  await worker(home, connection)
  expect(await client.result(taskId)).toEqual(result)
})

test('kill -9 of a worker: another one goes on, and what was recorded is not done again', async () => {
  const { home, connection, client } = await apart()
  const first = await worker(home, connection)
  const taskId = await client.start('apart', {})
  await home.until((deeds) => deeds.some(({ what, path }) => what === 'end' && path.startsWith('forEach')))
  first.kill('SIGKILL')
  await first.ended
  await worker(home, connection)
  expect(await client.result(taskId)).toEqual(result)
  expect(home.deeds().filter(({ what, path }) => what === 'begin' && path === 'first')).toHaveLength(1)
})

test(
  'kill -9 of the hub: worker and server find it again, and the run ends',
  { timeout: 60_000 },
  async () => {
    const { home, connection, hub, client } = await apart()
    await worker(home, connection)
    const taskId = await client.start('apart', {})
    await home.until((deeds) => deeds.some(({ what }) => what === 'end'))
    hub.kill('SIGKILL')
    await hub.ended
    const [address = ''] = /127\.0\.0\.1:\d+/.exec(connection) ?? []
    await home.run('hub', '--listen', address).says(/Join it/)
    expect(await resultOnceReachable(client, taskId)).toEqual(result)
  },
)

/** As a client does that is told to try again later. */
async function resultOnceReachable(client: TaskClient, taskId: string): Promise<unknown> {
  for (;;) {
    try {
      return await client.result(taskId)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('try again later')) throw error
    }
  }
}
