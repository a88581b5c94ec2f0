import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measureColdStart } from './cold-start.ts'
import { guard } from './guard.ts'
import { measureAll } from './measure.ts'
import { measureMemory } from './memory.ts'
import { installPeers, type Peer, startPeers } from './peer.ts'
import { type Fact, machine, type PeerNote, type Results } from './report.ts'
import { keep, told } from './results.ts'
import { measureWire } from './wire.ts'
import { workloads } from './workloads.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    guard: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`Usage: npm run bench -- [--quick] [--only W1,W3] [--peers] [--write] [--json]
       npm run bench -- --guard

Measures the embedded hub against the floor: plain SQLite doing the same commits, in the same process, by turns.
W1 to W5 are workloads, W6 is cold start and memory, W7 is MCP over HTTP.

--peers  other engines too, by turns as well; installs them into bench/peers (bench/peers/README.md)
--write  keeps the results in bench/RESULTS.md and README.md
--guard  fails when we are much slower beside the floor than we were; takes some seconds

Data goes to a temporary folder; TMPDIR names another disk.
`)
  process.exit(0)
}

const [folder, disk] = dataFolder()
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

if (values.guard) process.exit((await guard(folder, say)) ? 0 : 1)

const results = await measured()
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : `${told(results)}\n`)
if (values.write) keep(results)
process.exit()

async function measured(): Promise<Results> {
  const before = loadavg()[0] ?? NaN
  if (values.peers) installPeers()
  const facts = await measuredFacts()
  const peers = values.peers ? await startPeers(folder) : []
  const chosen = workloads.filter(({ id }) => isWanted(id))
  try {
    const rows = await measureAll(
      chosen,
      ({ quick, sizes }) => (values.quick ? quick : sizes),
      peers,
      folder,
      say,
    )
    const load = { before, after: loadavg()[0] ?? NaN }
    return { at: today(), machine: machine(disk), load, rows, facts, peers: peers.map(noteOf) }
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()))
  }
}

/** W6 and W7 first, while no peer is there to keep a core busy. */
async function measuredFacts(): Promise<Fact[]> {
  const facts: Fact[] = []
  if (isWanted('W6')) {
    say('W6')
    facts.push(await measureColdStart(folder))
    facts.push(...(await measureMemory(folder, 1_000, values.quick ? 1 : 5)))
  }
  if (isWanted('W7')) {
    say('W7')
    facts.push(...(await measureWire()))
  }
  return facts
}

/** `W3` means `W3/50` too. */
function isWanted(id: string): boolean {
  return values.only?.split(',').some((one) => id === one || id.startsWith(`${one}/`)) ?? true
}

function noteOf({ name, entry, version, missing }: Peer): PeerNote {
  const { title, settings, onOurHub = false } = entry
  return { name, title, version, settings, onOurHub, ...(missing !== undefined && { missing }) }
}

/** On a real disk: in memory, the floor would cost nothing. */
function dataFolder(): [string, string] {
  const tmpfs = 0x01021994
  const isDisk = statfsSync(tmpdir()).type !== tmpfs
  const parent = isDisk ? tmpdir() : resolve(import.meta.dirname, '../node_modules')
  const names: Readonly<Record<number, string>> = { 0xef53: 'ext4', 0x58465342: 'xfs', 0x9123683e: 'btrfs' }
  const { type } = statfsSync(parent)
  return [mkdtempSync(join(parent, 'longhaul-bench-')), names[type] ?? `file system ${type.toString(16)}`]
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

/** Progress, beside the results. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
