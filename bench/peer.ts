import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { peers, type PeerEntry } from './peers/peers.ts'
import type { Workload } from './workloads.ts'

const home = join(import.meta.dirname, 'peers')
/** Neither the start of a peer nor one measurement may take longer. */
const patienceMs = 120_000

type Answer = { readonly ready: true } | { readonly ms: readonly number[] } | { readonly error: string }

/** Installs the peers, at their pinned versions, beside their adapters. */
export function installPeers(): void {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  const { status } = spawnSync('npm', args, { cwd: home, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`"npm ${args.join(' ')}" in ${home} ended with ${status}`)
}

/** A peer in a process of its own. One that cannot be started, or fails later, is left out and says why. */
export class Peer {
  readonly name: string
  readonly entry: PeerEntry
  readonly version: string
  /** Why it is not, or no longer, measured. */
  missing: string | undefined
  readonly #child: ChildProcess

  static async start(name: string, entry: PeerEntry, folder: string): Promise<Peer> {
    const own = join(folder, name)
    mkdirSync(own)
    const child = fork(join(home, 'child.ts'), [name, own], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    const peer = new Peer(name, entry, child)
    await peer.#answer()
    return peer
  }

  private constructor(name: string, entry: PeerEntry, child: ChildProcess) {
    this.name = name
    this.entry = entry
    this.version = versionOf(entry.package)
    this.#child = child
  }

  canDo({ id, mostOfPeers }: Workload, size: number): boolean {
    return size <= Math.min(mostOfPeers, this.entry.most?.[id] ?? Infinity)
  }

  /** Nothing, once it failed. */
  async measure({ id }: Workload, size: number): Promise<readonly number[]> {
    if (this.missing !== undefined) return []
    this.#child.send({ id, size })
    const answer = await this.#answer(`${id} at ${size}: `)
    return answer && 'ms' in answer ? answer.ms : []
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    if (this.#child.connected) this.#child.disconnect()
    await Promise.race([once(this.#child, 'exit'), pause(8_000).then(() => this.#child.kill('SIGKILL'))])
  }

  async #answer(doing = ''): Promise<Answer | undefined> {
    const heard = new AbortController()
    const { signal } = heard
    let said = ''
    const listen = (text: Buffer): void => void (said += text.toString())
    this.#child.stderr?.on('data', listen)
    try {
      const answer = await Promise.race([
        once(this.#child, 'message', { signal }).then(([message]: Answer[]) => message),
        once(this.#child, 'close', { signal }).then(() => ({ error: `it ended: ${reason(said)}` })),
        pause(patienceMs, { error: `no answer within ${patienceMs / 1000} s` }, { signal }),
      ])
      if (answer && 'error' in answer) await this.#giveUp(`${doing}${answer.error}`)
      return answer
    } finally {
      heard.abort()
      this.#child.stderr?.off('data', listen)
    }
  }

  async #giveUp(why: string): Promise<void> {
    this.missing = why
    await this.stop()
  }
}

/** Every peer that can be started here, and those that cannot. */
export async function startPeers(folder: string): Promise<Peer[]> {
  const started: Peer[] = []
  for (const [name, entry] of Object.entries(peers)) started.push(await Peer.start(name, entry, folder))
  return started
}

function versionOf(name: string): string {
  for (const at of [home, join(home, '../..')])
    try {
      const text = readFileSync(join(at, 'node_modules', name, 'package.json'), 'utf8')
      return /"version": *"([^"]+)"/.exec(text)?.[1] ?? '?'
    } catch {
      // it is in the other one
    }
  return '?'
}

/** The line of a stack trace that says something. */
function reason(said: string): string {
  const lines = said.trim().split('\n')
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').replace(/^Error: /, '')
}
