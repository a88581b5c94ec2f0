import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository, start } from './support/process.ts'

/** What a stranger does: a tarball of the package, installed into an empty project. */
const folder = mkdtempSync(join(tmpdir(), 'longhaul-package-'))
const project = join(folder, 'project')
/** The Node that runs the tests first: the project has none of its own, and the host's may be too old. */
const env = { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1' }
const result = { greetings: ['Hello, Ada!', 'Hello, Grace!'], count: 2 }
const input = { names: ['Ada', 'Grace'] }

beforeAll(() => {
  call(repository, 'npm', 'pack', '--pack-destination', folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "stranger", "private": true }')
  call(project, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, tarball))
  longhaul('init')
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

/** Runs a program to its end and gives what it wrote; an end that is not well throws all it said. */
function call(cwd: string, program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
}

function longhaul(...args: readonly string[]): string {
  return call(project, 'npx', 'longhaul', ...args)
}

describe('the package, installed into an empty project', () => {
  test('holds compiled files and schemas, and neither sources nor tests', () => {
    const files = readdirSync(join(project, 'node_modules/longhaul'), { recursive: true, encoding: 'utf8' })
    expect(files).toContain(join('dist', 'engine', 'index.d.ts'))
    expect(files).toContain(join('schemas', 'workflow.schema.json'))
    expect(files.filter((file) => /precompiled.*\.cjs$/.test(file))).not.toHaveLength(0)
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file) || /^(?:test|bench)\b/.test(file))).toEqual([])
  })

  test('validates what init wrote', () => {
    expect(JSON.parse(longhaul('validate', '--strict', '--json'))).toEqual({ issues: [] })
  })

  test('runs the sample workflow, whose activity is TypeScript', () => {
    expect(JSON.parse(longhaul('run', 'hello', '--input', JSON.stringify(input)))).toEqual(result)
  })

  test('serves the sample workflow as an MCP task over HTTP', async () => {
    const server = start('npx', ['longhaul', 'serve', '--port', '0'], { cwd: project, env, asGroup: true })
    const [url] = await server.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
    const client = new Client({ name: 'stranger', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL(url)))
    expect(await callHello(client)).toEqual(result)
    await client.close()
    server.kill('SIGINT')
    expect((await server.ended).err).toContain('Stopped')
    expect(existsSync(join(project, '.longhaul/endpoint.json'))).toBe(false)
  })

  test('serves it over stdio too, as .vscode/mcp.json starts it', async () => {
    const { servers } = JSON.parse(readFileSync(join(project, '.vscode/mcp.json'), 'utf8'))
    const { command, args } = servers.longhaul
    const client = new Client({ name: 'stranger', version: '1.0.0' })
    await client.connect(new StdioClientTransport({ command, args, cwd: project, env, stderr: 'ignore' }))
    expect(await callHello(client)).toEqual(result)
    await client.close()
  })

  test('can be imported', () => {
    const source = `import { openEngine, ActivityError } from 'longhaul'
      import { activities } from 'longhaul/activities'
      const engine = await openEngine({ definitions: 'definitions', activities: { greet: ({ name }) => name }, data: 'library' })
      const run = await engine.client.start(engine.definitions()[0], { names: ['Ada'] })
      const { output } = await engine.client.wait(run.id)
      await engine.stop()
      console.log(JSON.stringify([output, typeof activities['file.read'], new ActivityError('a', 'b').type]))`
    const told = call(project, process.execPath, '--input-type=module', '-e', source)
    expect(JSON.parse(told)).toEqual([{ greetings: ['Ada'], count: 1 }, 'object', 'a'])
  })
})

/** Calls the tool as a task and waits for its result. */
async function callHello(client: Client): Promise<unknown> {
  const { tools } = await client.listTools()
  expect(tools).toEqual([expect.objectContaining({ name: 'hello', execution: { taskSupport: 'required' } })])
  const messages = client.experimental.tasks.callToolStream(
    { name: 'hello', arguments: input },
    CallToolResultSchema,
  )
  for await (const message of messages) {
    if (message.type === 'error') throw message.error
    if (message.type === 'result') return message.result.structuredContent
  }
  throw new Error('The call ended without a result')
}
