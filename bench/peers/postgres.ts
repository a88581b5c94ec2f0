import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, globSync, mkdirSync } from 'node:fs'
import { createConnection } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
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
    stdio: 'ignore',
    cwd: '/',
  })
  process.once('exit', () => server.kill('SIGQUIT'))
  while (!(await answers(port))) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`)
    await pause(50)
  }
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

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
