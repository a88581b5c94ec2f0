import { join } from 'node:path'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { NoOpLogger, TaskHubGrpcClient, TaskHubGrpcWorker } from '@microsoft/durabletask-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hubOf, ownerOf } from '../../engine/cli/endpoint.ts'
import { connectHub } from '../../engine/hub/connect.ts'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { sampleProject } from '../cli/support/project.ts'
import { projectWith } from '../support/files.ts'
import { longhaul } from '../support/process.ts'
import { command } from '../support/shell.ts'

const [token, other] = ['a-token-of-some-length', 'another-token-of-length']

async function guarded(): Promise<string> {
  const scheduler = await openScheduler({ path: ':memory:' })
  onTestFinished(() => scheduler.close())
  return `127.0.0.1:${await scheduler.listen('127.0.0.1:0', [other, token])}`
}

/** What any SDK can be told: metadata for each call. */
function saying(authorization: string | undefined): () => Promise<Metadata> {
  const metadata = new Metadata()
  if (authorization !== undefined) metadata.set('authorization', authorization)
  return async () => metadata
}

function clientSaying(hostAddress: string, authorization: string | undefined): TaskHubGrpcClient {
  const metadataGenerator = saying(authorization)
  const client = new TaskHubGrpcClient({ hostAddress, metadataGenerator, logger: new NoOpLogger() })
  onTestFinished(() => void client.stop())
  return client
}

test("the SDK's own client and worker work with a token, whichever it is, and ours with a connection string", async () => {
  const hostAddress = await guarded()
  const worker = new TaskHubGrpcWorker({
    hostAddress,
    metadataGenerator: saying(`Bearer ${token}`),
    logger: new NoOpLogger(),
    shutdownTimeoutMs: 100,
  })
  worker.addNamedOrchestrator('double', async (_, n: number) => n * 2)
  await worker.start()
  onTestFinished(() => void worker.stop())
  const connection = await connectHub(
    `Endpoint=http://${hostAddress};Authentication=Token;TaskHub=default;Token=${token}`,
  )
  const ours = new TaskHubGrpcClient({ ...(await connection.clientOptions()), logger: new NoOpLogger() })
  onTestFinished(() => void ours.stop())
  for (const client of [ours, clientSaying(hostAddress, `bearer ${other}`)]) {
    const id = await client.scheduleNewOrchestration('double', 21)
    expect((await client.waitForOrchestrationCompletion(id, true, 20))?.serializedOutput).toBe('42')
  }
  expect(connection.description).not.toContain(token)
})

test.for([
  ['no token', undefined, /asks for a bearer token/],
  ['another token', 'Bearer a-token-of-some-lengt', /does not know this token/],
  ['a token of another kind', `Basic ${token}`, /asks for a bearer token/],
  ['nothing after the word', 'Bearer ', /asks for a bearer token/],
] as const)('with %s nothing is done, and nothing is told', async ([, authorization, why]) => {
  const hostAddress = await guarded()
  const refusal = { code: 16, details: expect.stringMatching(why) }
  const client = clientSaying(hostAddress, authorization)
  await expect(client.scheduleNewOrchestration('o', 1, 'run')).rejects.toMatchObject(refusal)
  const raw = new Client(hostAddress, credentials.createInsecure())
  onTestFinished(() => raw.close())
  const metadata = await saying(authorization)()
  for (const path of ['/longhaul.Hub/Copy', '/TaskHubSidecarService/GetWorkItems']) {
    const asIs = (bytes: Buffer): Buffer => bytes
    const stream = raw.makeServerStreamRequest(path, asIs, asIs, Buffer.alloc(0), metadata)
    await expect(stream.toArray()).rejects.toMatchObject(refusal)
  }
  const known = clientSaying(hostAddress, `Bearer ${token}`)
  expect(await known.getOrchestrationState('run', false)).toBeUndefined()
})

describe('the command line', () => {
  test.for(['0.0.0.0:0', '[::]:0', '192.0.2.1:8080', 'hub.example.org:8080'])(
    'a hub at %s wants to know who may come in',
    async (address) => {
      const { code, err } = await command(['hub', '--listen', address], { cwd: projectWith({}) })

      expect(err).toContain(`"${address}" can be reached from other machines; say who may come in`)
      expect(code).toBe(2)
    },
  )

  test('a hub for other machines: workers and commands join with a token, and those of its folder without asking', async () => {
    const cwd = projectWith({ ...sampleProject, 'tokens.txt': `me ${other}\nworker ${token}\n`, token })
    const hub = longhaul(['hub', '--listen', '0.0.0.0:0', '--tokens', 'tokens.txt'], { cwd })
    const [, port] = await hub.says(/Endpoint=http:\/\/0\.0\.0\.0:(\d+);Authentication=Token;/)
    const at = (rest: string): string => `Endpoint=http://127.0.0.1:${port};TaskHub=default;${rest}`
    const hello = ['greet', '--input', '{"name":"Ada"}']
    const worker = longhaul(['worker'], {
      cwd,
      env: { LONGHAUL_HUB: at(`Authentication=Token;TokenFilePath=${join(cwd, 'token')}`) },
    })
    await worker.says(/Works for/)
    const ran = await longhaul(['run', ...hello, '--hub', at(`Authentication=Token;Token=${other}`)], { cwd })
      .ended
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('Hello, Ada!') })
    expect(await command(['list', '--json'], { cwd })).toMatchObject({
      code: 0,
      out: expect.stringContaining('"greet"'),
    })

    for (const rest of ['Authentication=None', 'Authentication=Token;Token=a-wrong-token-0123456789']) {
      const { code, err } = await command(['list', '--hub', at(rest)], { cwd })
      expect(err).toMatch(/does not accept our credentials: The hub (?:asks for|does not know)/)
      expect(err).not.toContain('a-wrong-token')
      expect(code).toBe(1)
    }
    expect(hub.err + hub.out).not.toContain(token)
  })

  test('the port of a server is for those who can read its folder', async () => {
    const cwd = projectWith(sampleProject)
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/MCP/)
    const owner = await ownerOf(join(cwd, '.longhaul'))
    expect(owner).toMatchObject({ token: expect.stringMatching(/^[\w-]{32}$/) })
    const stranger = clientSaying(`127.0.0.1:${owner?.port}`, undefined)
    await expect(stranger.scheduleNewOrchestration('greet', {})).rejects.toMatchObject({ code: 16 })
    const { code } = await command(['list', '--hub', hubOf(owner ?? { pid: 0, port: 0 })], { cwd })
    expect(code).toBe(0)
  })
})
