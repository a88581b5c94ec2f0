import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, globSync, mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { freePort } from './free-port.ts'

/** A Postgres of this machine with a fresh cluster in `folder`, its settings those it is shipped with. */
export async function startPostgres(
  folder: string,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const bin = binaries()
  const data = join(folder, 'postgres')
  mkdirSync(data, { mode: 0o700 })
  if (isRoot) {
    for (const way of [dirname(folder), folder]) chmodSync(way, 0o711)
    run('chown', ['postgres', data])
  }
  run(...asPostgres(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8']))
  const port = await freePort()
  const settings = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const server = spawn(...asPostgres(join(bin, 'postgres'), ['-D', data, ...settings]), {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
  })
  process.once('exit', () => server.kill('SIGQUIT'))
  await untilReady(server.stderr)
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      server.kill('SIGINT') // its fast shutdown
      await once(server, 'exit')
    },
  }
}

const isRoot = process.getuid?.() === 0

/** Postgres refuses to be run by root. */
function asPostgres(program: string, args: readonly string[]): [string, string[]] {
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups', program]
  return isRoot ? ['setpriv', [...user, ...args]] : [program, [...args]]
}

function binaries(): string {
  const onPath = (process.env['PATH'] ?? '').split(delimiter)
  const found = [...onPath, ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()].find((folder) =>
    existsSync(join(folder, 'initdb')),
  )
  if (found === undefined)
    throw new Error(
      'There is no "initdb" on the PATH nor in /usr/lib/postgresql; "apt-get install postgresql" brings it',
    )
  return found
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd: '/' })
  if (status !== 0) throw new Error(`${program} failed: ${stderr ?? error?.message}`)
}

/** It listens a little before it takes connections, so its word is what counts. */
function untilReady(log: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    log.on('data', (text: Buffer) => {
      said = `${said}${text.toString()}`.slice(-2_000)
      if (said.includes('ready to accept connections')) resolve()
    })
    log.once('end', () => reject(new Error(`postgres ended: ${said.trim().split('\n').at(-1) ?? ''}`)))
  })
}
