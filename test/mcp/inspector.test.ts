import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveReal } from './support/real.ts'

const greet = `
name: greet
description: Greets
input: { type: object, properties: { name: { type: string } }, required: [name] }
steps:
  - wait: 100ms
  - return: { text: "Hello \${ $input.name }" }
`
const call = ['--method', 'tools/call', '--tool-name', 'greet', '--tool-arg', 'name=Ann', '--format', 'json']

test.for(['legacy', 'modern'])('the Inspector runs a workflow over HTTP in the %s era', async (era) => {
  await using real = await serveReal({ 'greet.yaml': greet })
  const result = await inspect([
    '--server-url',
    real.url,
    '--transport',
    'http',
    '--protocol-era',
    era,
    ...call,
  ])
  expect(result).toMatchObject({ result: { structuredContent: { text: 'Hello Ann' } } })
})

test.for(['legacy', 'modern'])('the Inspector runs a workflow over stdio in the %s era', async (era) => {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-inspector-'))
  await writeFile(join(folder, 'greet.yaml'), greet)
  const server = [process.execPath, join(import.meta.dirname, 'support/stdio-server.ts'), folder]
  expect(await inspect(['--protocol-era', era, ...call, '--', ...server])).toMatchObject({
    result: { structuredContent: { text: 'Hello Ann' } },
  })
  await rm(folder, { recursive: true, force: true })
})

/** What the Inspector's command line prints. */
function inspect(args: readonly string[]): Promise<unknown> {
  const launcher = fileURLToPath(import.meta.resolve('@modelcontextprotocol/inspector/package.json'))
  const cli = join(launcher, '../clients/launcher/build/index.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, '--cli', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk) => (out += chunk))
    child.stderr.on('data', (chunk) => (err += chunk))
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`${code} ${out}${err}`)),
    )
  })
}
