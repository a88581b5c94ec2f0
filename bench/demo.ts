/**
 * `npm run demo`: the whole way of one run, as an MCP client sees it. Starts `longhaul serve` with an empty data folder,
 * calls `csv-report` as a task over Streamable HTTP, shows every status line, and checks the result. Exit code 0: all
 * was well; 1: something was not, and it says what.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, TaskStatusNotificationSchema } from '@modelcontextprotocol/sdk/types.js'

const repository = resolve(import.meta.dirname, '..')
/** Where the files of the run are: its input, and the report it writes. */
const files = process.env['LONGHAUL_FILES'] || repository
const source = 'definitions/data/sales.csv'
const startedAt = performance.now()

/** What `csv-report` returns. */
interface Totals {
  readonly rows: number
  readonly accepted: number
  readonly rejected: number
  readonly revenue: number
  readonly regions: readonly { readonly name: string; readonly orders: number; readonly revenue: number }[]
  readonly report: string
}

const data = mkdtempSync(join(tmpdir(), 'longhaul-demo-'))
const server = startServer()
process.once('exit', () => {
  server.child.kill('SIGKILL')
  rmSync(data, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const tooLate = setTimeout(() => fail(new Error('it took more than 60 s')), 60_000)

try {
  const client = await connect(await server.url)
  check(await callAsTask(client))
  await client.close()
  await server.stop()
  clearTimeout(tooLate)
  say('Done', `in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
} catch (error) {
  fail(error)
}

/** The real command line, as a process of its own, on a free port and an empty data folder. */
function startServer(): { child: ChildProcess; url: Promise<string>; log(): string; stop(): Promise<void> } {
  const args = ['engine/cli/longhaul.js', 'serve', '--port', '0', '--data', data, '--json']
  const hubsElsewhere = new Set(['LONGHAUL_HUB', 'DTS_CONNECTION_STRING', 'DTS_ENDPOINT'])
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !hubsElsewhere.has(name)))
  const child = spawn(process.execPath, args, { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = new Promise<number | null>((resolveEnd) => child.once('close', resolveEnd))
  const url = new Promise<string>((resolveUrl, reject) => {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const found = /"url": *"([^"]+)"/.exec(out)?.[1]
      if (found !== undefined) resolveUrl(found)
    })
    void ended.then((code) => reject(new Error(`longhaul serve ended with ${code}`)))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const code = await ended
    if (code !== 0) throw new Error(`longhaul serve ended with ${code}`)
  }
  return { child, url, log: () => log, stop }
}

async function connect(url: string): Promise<Client> {
  say('Server', url)
  const client = new Client({ name: 'longhaul-demo', version: '1.0.0' }, { capabilities: {} })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const { tools } = await client.listTools()
  for (const [index, tool] of tools.entries()) {
    say(index === 0 ? 'Tools' : '', `${tool.name.padEnd(18)}${tool.title ?? ''}`)
  }
  return client
}

/** Calls the tool, and says every status line once, whether it was pushed or asked for. */
async function callAsTask(client: Client): Promise<Totals> {
  let last = ''
  const show = ({
    status,
    statusMessage = '',
  }: {
    status: string
    statusMessage?: string | undefined
  }): void => {
    const line = `${status.padEnd(11)}${statusMessage}`.trimEnd()
    if (line !== last) say('', line)
    last = line
  }
  client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => show(params))
  const call = { name: 'csv-report', arguments: { file: source, chunkRows: 100 } }
  say('Call', `${call.name} ${JSON.stringify(call.arguments)}`)
  const messages = client.experimental.tasks.callToolStream(call, CallToolResultSchema, {
    task: { ttl: 600_000 },
  })
  for await (const message of messages) {
    if (message.type === 'error') throw new Error(last || 'the call was refused', { cause: message.error }) // it knows no more than the id
    if (message.type === 'taskCreated') say('Task', message.task.taskId)
    if (message.type === 'taskCreated' || message.type === 'taskStatus') show(message.task)
    if (message.type === 'result') return totalsIn(message.result)
  }
  throw new Error('the call ended without a result')
}

function totalsIn(result: {
  isError?: boolean | undefined
  structuredContent?: unknown
  content: unknown
}): Totals {
  if (result.isError === true) throw new Error(`the tool failed: ${JSON.stringify(result.content)}`)
  const totals = result.structuredContent
  if (typeof totals !== 'object' || totals === null) throw new Error('the result has no structured content')
  say('Result', readable(totals))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client has held it against the tool's outputSchema
  return totals as Totals
}

/** JSON as people like it: what is short stands on one line. */
function readable(value: object): string {
  return JSON.stringify(value, undefined, 2)
    .replaceAll(/\{[^{}[\]]+\}/g, (map) => map.replaceAll(/\s+/g, ' '))
    .replaceAll('\n', `\n${' '.repeat(8)}`)
}

/** Holds the result against the file itself, and against the report. */
function check(totals: Totals): void {
  const lines = readFileSync(join(files, source), 'utf8').trimEnd().split('\n').length
  expect(totals.rows === lines - 1, `all ${lines - 1} rows of ${source} were counted`)
  expect(totals.accepted + totals.rejected === totals.rows, 'every row was either accepted or rejected')
  const sum = totals.regions.reduce((total, { revenue }) => total + revenue, 0)
  expect(Math.abs(sum - totals.revenue) < 0.01, 'the revenues of the regions add up to the total')
  const report = readFileSync(join(files, totals.report), 'utf8')
  expect(report.includes('## By region'), `the report is in ${totals.report}`)
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`This does not hold: ${what}`)
  say('', `✓ ${what}`)
}

function say(label: string, text: string): void {
  console.log(`${label.padEnd(8)}${text}`)
}

function fail(error: unknown): never {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  console.error(`\nThe demo failed: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`)
  const log = server.log().trim()
  if (log !== '') console.error(`\nWhat the server said:\n${log}`)
  process.exit(1)
}
