import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { activityModules } from './deeds.ts'
import { ticking, workflows } from './workflows.ts'

export type Role = 'hub' | 'worker' | 'second' | 'sdk'

/** The real processes of a torture, on one folder. */
export class Crew {
  readonly folder: string
  /** What ended by itself, or did not end well when it was asked to. */
  readonly mishaps: string[] = []
  starts = 0
  readonly #members = new Map<Role, Member>()
  #port = 0

  constructor(folder: string) {
    this.folder = folder
    for (const name of ['definitions', 'activities']) mkdirSync(join(folder, name))
    for (const [name, text] of Object.entries(activityModules))
      writeFileSync(join(folder, 'activities', name), text)
    for (const [name, text] of Object.entries(workflows)) this.#define(name, text)
    this.#define('ticking', `schedule: { cron: '*/2 * * * * *' }\n${ticking}`)
  }

  #define(name: string, text: string): void {
    writeFileSync(
      join(this.folder, 'definitions', `${name}.yaml`),
      `name: ${name}\ndescription: Part of the torture\n${text}`,
    )
  }

  /** Takes the schedule out of the definitions, which workers notice. */
  unschedule(): void {
    this.#define('ticking', ticking)
  }

  /** The connection string of a task hub of the hub. */
  connection(taskHub: string): string {
    return `Endpoint=http://127.0.0.1:${this.#port};Authentication=None;TaskHub=${taskHub}`
  }

  get file(): string {
    return join(this.folder, 'data', 'hub.db')
  }

  get deeds(): string {
    return join(this.folder, 'deeds.log')
  }

  async begin(): Promise<void> {
    const hub = this.start('hub')
    const [, port] = await hub.says(/127\.0\.0\.1:(\d+)/)
    this.#port = Number(port)
    for (const role of ['worker', 'second', 'sdk'] as const) await this.start(role).says(/Works for/)
  }

  /** Starts a process in a role, and does not wait until it is ready. */
  start(role: Role): Member {
    this.starts++
    const member = new Member(role, this.#command(role), this.folder, {
      DEEDS: this.deeds,
      HUB: this.connection('sdk'),
    })
    this.#members.set(role, member)
    void this.#watch(role, member)
    return member
  }

  async #watch(role: Role, member: Member): Promise<void> {
    const end = await member.ended
    if (!member.isEnding) this.mishaps.push(`The ${role} ended by itself, with ${end}:\n${member.said}`)
  }

  /** Kills whoever has a role, at once. */
  async kill(role: Role): Promise<void> {
    const member = this.#members.get(role)
    member?.kill('SIGKILL')
    await member?.ended
  }

  signal(role: Role, signal: NodeJS.Signals): void {
    this.#members.get(role)?.send(signal)
  }

  /** Copies the hub's file, if the hub lives long enough; gives where the copy is. */
  async backUp(name: string): Promise<string | undefined> {
    const file = join(this.folder, name)
    const args = [cli, 'hub', 'backup', file, '--hub', this.connection('default')]
    const end = await new Member('backup', args, this.folder, {}).ended
    return end === 'code 0' ? file : undefined
  }

  /** Asks all to stop, workers first; whoever has not after a while is killed, which is a mishap. */
  async end(): Promise<void> {
    for (const role of ['sdk', 'worker', 'second', 'hub'] as const) {
      const member = this.#members.get(role)
      if (!member) continue
      member.kill('SIGTERM')
      const end = await Promise.race([member.ended, pause(graceMs, 'no end', { ref: false })])
      if (end === 'no end') member.kill('SIGKILL')
      if (end !== 'code 0')
        this.mishaps.push(`The ${role} was asked to stop, and ended with ${end}:\n${member.said}`)
    }
    this.#members.clear()
  }

  /** Kills all that is left. */
  async abandon(): Promise<void> {
    for (const role of this.#members.keys()) await this.kill(role)
  }

  #command(role: Role): string[] {
    const commands: Readonly<Record<Role, string[]>> = {
      hub: [cli, 'hub', '--listen', `127.0.0.1:${this.#port}`, '--data', join(this.folder, 'data')],
      worker: [cli, 'worker', '--hub', this.connection('default')],
      second: [cli, 'worker', '--hub', this.connection('default')],
      sdk: [join(repository, 'test/torture/sdk-worker-child.ts')],
    }
    return commands[role]
  }
}

const graceMs = 15_000

const repository = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(repository, 'engine/cli/longhaul.js')

/** One process. */
class Member {
  readonly #child: ChildProcess
  readonly ended: Promise<string>
  isEnding = false
  said = ''
  readonly #listeners = new Set<() => void>()

  constructor(
    role: Role | 'backup',
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
  ) {
    const clean = {
      ...process.env,
      LONGHAUL_HUB: undefined,
      DTS_CONNECTION_STRING: undefined,
      DTS_ENDPOINT: undefined,
    }
    this.#child = spawn(process.execPath, args, {
      cwd,
      env: { ...clean, ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said = (this.said + text).slice(-20_000)
        for (const look of this.#listeners) look()
      })
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(`${role}: ${error.message}`))
      this.#child.on('close', (code, signal) => resolve(signal ?? `code ${code}`))
    })
  }

  says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.said)
        if (match) resolve(match)
      }
      this.#listeners.add(look)
      look()
      void this.ended.then((end) =>
        reject(new Error(`It ended with ${end} and never said ${pattern}:\n${this.said}`)),
      )
    })
  }

  kill(signal: NodeJS.Signals): void {
    this.isEnding = true
    this.send(signal)
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
