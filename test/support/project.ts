import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { longhaul, temporaryFolder, type Running } from './process.ts'

/** One line of the log that the project's activities keep of what they really did. */
export interface Deed {
  readonly what: 'begin' | 'end' | 'abort'
  readonly name: string
  readonly path: string
  readonly key: string
  readonly value: unknown
}

/** A user's project in a folder of its own, whose activities log every call. */
export interface Project {
  readonly folder: string
  define(name: string, text: string): void
  serve(env?: Readonly<Record<string, string>>): Promise<{ readonly server: Running; readonly url: string }>
  run(...args: readonly string[]): Running
  deeds(): readonly Deed[]
  /** Resolves once the log holds something that `wanted` accepts. */
  until(wanted: (deeds: readonly Deed[]) => boolean): Promise<void>
}

const activities = `
import { appendFileSync } from 'node:fs'

const log = (what, name, { path, idempotencyKey: key }, value) =>
  appendFileSync('deeds.log', JSON.stringify({ what, name, path, key, value }) + '\\n')

/** Takes \`ms\`, and says in the log that it began and ended, or was told to stop. */
async function work({ value = null, ms = 0 }, context) {
  log('begin', 'work', context, value)
  await new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    context.signal.addEventListener('abort', () => {
      clearTimeout(timer)
      log('abort', 'work', context, value)
      reject(context.signal.reason)
    })
  })
  log('end', 'work', context, value)
  return value
}

export const activities = {
  work,
  throwText: () => { throw 'only a text' },
  big: ({ bytes }) => 'x'.repeat(bytes),
  echo: (input, context) => {
    log('begin', 'echo', context, input)
    return input
  },
  shout: ({ key }, { log: hostLog }) => {
    hostLog.warn('the key is ' + key, { key })
    throw Object.assign(new Error('the service refused the key ' + key), { data: { key } })
  },
}
`

export function project(): Project {
  const folder = temporaryFolder()
  for (const name of ['definitions', 'activities']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'activities/index.mjs'), activities)
  const log = join(folder, 'deeds.log')
  const deeds = (): readonly Deed[] =>
    existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : []
  return {
    folder,
    define: (name, text) =>
      writeFileSync(join(folder, `definitions/${name}.yaml`), `name: ${name}\ndescription: A test\n${text}`),
    serve: async (env = {}) => {
      const server = longhaul(['serve', '--port', '0'], { cwd: folder, env })
      const [url] = await server.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
      return { server, url }
    },
    run: (...args) => longhaul(args, { cwd: folder }),
    deeds,
    until: (wanted) =>
      new Promise((resolve) => {
        const watcher = watch(folder, look)
        function look(): void {
          if (!wanted(deeds())) return
          watcher.close()
          resolve()
        }
        look()
      }),
  }
}
