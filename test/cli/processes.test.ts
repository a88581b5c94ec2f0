import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { projectWith } from '../support/files.ts'
import { longhaul, repository } from '../support/process.ts'
import { command } from '../support/shell.ts'
import { sampleProject } from './support/project.ts'

const greetAda = ['run', 'greet', '--input', '{"name": "Ada"}'] as const

describe('the endpoint of the owner', () => {
  test('is readable by its user alone, and gone when the owner has ended', async () => {
    const cwd = projectWith(sampleProject)
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/\/mcp/)
    const file = join(cwd, '.longhaul/endpoint.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    server.kill('SIGINT')
    expect(await server.ended).toMatchObject({ code: 0, out: '' })
    expect(existsSync(file)).toBe(false)
  })

  test('that a killed owner left behind is recognised', async () => {
    const cwd = projectWith(sampleProject)
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/\/mcp/)
    server.kill('SIGKILL')
    await server.ended
    expect(existsSync(join(cwd, '.longhaul/endpoint.json'))).toBe(true)
    expect(await command(greetAda, { cwd })).toMatchObject({ code: 0, out: '"Hello, Ada!"\n' })
  })

  test.for([
    ['of a process that is no owner', `{"pid": ${process.pid}, "port": 1}`],
    ['of a process that is no more', '{"pid": 4194304, "port": 1}'],
    ['that is not one', 'nonsense'],
  ])('%s is ignored', async ([, text]) => {
    const cwd = projectWith({ ...sampleProject, '.longhaul/endpoint.json': text ?? '' })
    expect(await command(greetAda, { cwd })).toMatchObject({ code: 0 })
  })
})

describe('several processes on one data folder', () => {
  test('a run joins the server, and everything it starts is there', async () => {
    const cwd = projectWith(sampleProject)
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/\/mcp/)
    const { code, out } = await command([...greetAda, '--json'], { cwd })
    expect(code).toBe(0)
    expect((await command(['list'], { cwd })).out).toContain(JSON.parse(out).id)
    expect(server.err).toContain('printed by an activity')
  })

  test('a second server is refused, with the address of the first', async () => {
    const cwd = projectWith(sampleProject)
    const server = longhaul(['serve', '--port', '0'], { cwd })
    const [url] = await server.says(/http:\S+\/mcp/)
    const second = await longhaul(['serve', '--port', '0'], { cwd }).ended
    expect(second.code).toBe(1)
    expect(second.err).toContain(`Process ${server.pid} serves`)
    expect(second.err).toContain(url)
  })

  test('whoever joined takes over when the owner is killed, and the run ends', async () => {
    const cwd = projectWith(sampleProject)
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/\/mcp/)
    const run = longhaul(['run', 'gated'], { cwd })
    const [, id = ''] = await run.says(/^run +(\S+)$/m)
    await run.says(/At the gate/)
    server.kill('SIGKILL')
    await server.ended
    await expect
      .poll(async () => (await command(['raise', id, 'opened', '"again"'], { cwd })).err, { timeout: 10_000 })
      .not.toContain('No server')
    expect(await run.ended).toMatchObject({ code: 0, out: '"again"\n' })
  })
})

describe('mcp', () => {
  test('several clients work on one data folder, and one takes over when the owner is killed', async () => {
    const cwd = projectWith(sampleProject)
    const [first, second] = [await stdioClient(cwd), await stdioClient(cwd)]
    expect(await greet(first.client)).toBe('Hello, Ada!')
    expect(await greet(second.client)).toBe('Hello, Ada!')
    process.kill(first.pid, 'SIGKILL')
    expect(await greet(second.client)).toBe('Hello, Ada!')
    const { pid } = JSON.parse(readFileSync(join(cwd, '.longhaul/endpoint.json'), 'utf8'))
    expect(pid).toBe(second.pid)
  })
})

async function stdioClient(cwd: string): Promise<{ readonly client: Client; readonly pid: number }> {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const args = [join(repository, 'engine/cli/longhaul.js'), 'mcp']
  const transport = new StdioClientTransport({ command: process.execPath, args, cwd, stderr: 'ignore' })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return { client, pid: transport.pid ?? 0 }
}

/** Calls the tool as a task, and gives the text of its result. */
async function greet(client: Client): Promise<string | undefined> {
  await client.listTools()
  const call = { name: 'greet', arguments: { name: 'Ada' } }
  for await (const message of client.experimental.tasks.callToolStream(call, CallToolResultSchema)) {
    if (message.type === 'error') throw message.error
    if (message.type === 'result') {
      const [content] = message.result.content
      return content?.type === 'text' ? content.text : undefined
    }
  }
  return undefined
}

describe('serve', () => {
  test('keeps serving good definitions beside a broken one, and says what is wrong', async () => {
    const broken = 'name: broken\ndescription: Broken\nsteps:\n  - call: gret\n'
    const cwd = projectWith({ ...sampleProject, 'definitions/broken.yaml': broken })
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/\/mcp/)
    expect(server.err).toContain('broken.yaml:4:11  activity.unknown')
    expect(server.err).toContain('1 of 5 definitions are broken')
    expect(server.err).toMatch(/tools +approve, gated, greet, refuse/)
    writeFileSync(
      join(cwd, 'definitions/broken.yaml'),
      broken.replace('gret', 'greet\n    with: { name: Bo }'),
    )
    await server.says(/Definitions changed; serving .*broken/)
  })

  test('refuses to start when no definition is good', async () => {
    const cwd = projectWith({ 'definitions/broken.yaml': 'name: broken\nsteps:\n  - call: gret\n' })
    const { code, out, err } = await longhaul(['serve', '--port', '0'], { cwd }).ended
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('broken.yaml:3:11  activity.unknown')
    expect(err).toContain('No definition can be served')
  })

  test('with tokens lets in who has one', async () => {
    const cwd = projectWith({ ...sampleProject, 'tokens.txt': 'ada 0123456789abcdef0123456789abcdef\n' })
    const server = longhaul(['serve', '--port', '0', '--tokens', 'tokens.txt'], { cwd })
    const [url] = await server.says(/http:\S+\/mcp/)
    const statusFor = async (authorization: string): Promise<number> => {
      const headers = {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      }
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'ada', version: '1' },
      }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
      const { status } = await fetch(url, { method: 'POST', headers, body })
      return status
    }
    expect(await statusFor('Bearer 0123456789abcdef0123456789abcdef')).toBe(200)
    expect(await statusFor('Bearer guess')).toBe(401)
  })

  test('a port that is taken is named, with a way out', async () => {
    const server = longhaul(['serve', '--port', '0'], { cwd: projectWith(sampleProject) })
    const [, port = ''] = await server.says(/127\.0\.0\.1:(\d+)\/mcp/)
    const second = await longhaul(['serve', '--port', port], { cwd: projectWith(sampleProject) }).ended
    expect(second.code).toBe(1)
    expect(second.err).toContain(`Port ${port} is taken`)
  })
})
