import { cpus, release, totalmem } from 'node:os'

/** The spread of some measurements. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly p99: number
  readonly count: number
}

/** One workload at one size, in ms. */
export interface Row {
  readonly id: string
  readonly title: string
  readonly size: number
  readonly ours: Summary
  readonly floor: Summary
  readonly peers: Readonly<Record<string, Summary>>
}

/** What only we are asked for. */
export interface Fact {
  readonly id: string
  readonly title: string
  readonly unit: 'ms' | 'MiB' | '%'
  readonly value: Summary
}

/** Whom we were compared with. */
export interface PeerNote {
  readonly name: string
  readonly title: string
  readonly version: string
  readonly settings: string
  readonly onOurHub: boolean
  /** Why some of its figures are not there. */
  readonly missing?: string
}

export interface Results {
  readonly at: string
  readonly machine: string
  readonly load: { readonly before: number; readonly after: number }
  readonly rows: readonly Row[]
  readonly facts: readonly Fact[]
  readonly peers: readonly PeerNote[]
}

export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  return { median: at(0.5), min: at(0), max: at(1), p99: at(0.99), count: sorted.length }
}

/** The machine that figures are from. */
export function machine(disk: string): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, ${disk}, Node ${process.version}`
}

/** The fastest engine of somebody else in a row. */
export function bestPeer(
  row: Row,
  peers: readonly PeerNote[],
): { readonly title: string; readonly ms: number } | undefined {
  return peers
    .filter(({ onOurHub }) => !onOurHub)
    .map(({ name, title }) => ({ title, ms: row.peers[name]?.median ?? Infinity }))
    .filter(({ ms }) => ms < Infinity)
    .toSorted((a, b) => a.ms - b.ms)[0]
}

/** How we do beside the floor and the best peer. */
export function mainTable({ rows, peers }: Pick<Results, 'rows' | 'peers'>): string {
  const withPeers = peers.length > 0
  const head = ['', 'workload', 'size', 'ours, ms', 'p99', 'per second', 'floor, ms', '× floor']
  const body = rows.map((row) => {
    const { id, title, size, ours, floor } = row
    const best = bestPeer(row, peers)
    return [
      id,
      title,
      size.toLocaleString('en'),
      spread(ours),
      ours.count > 20 ? shown(ours.p99) : '',
      Math.round((size / ours.median) * 1_000).toLocaleString('en'),
      spread(floor),
      ratio(ours.median / floor.median),
      ...(withPeers
        ? [best ? `${shown(best.ms)} ${best.title}` : '', best ? ratio(best.ms / ours.median) : '']
        : []),
    ]
  })
  return table([...head, ...(withPeers ? ['best peer, ms', 'faster than it, ×'] : [])], body)
}

/** What each peer needed. */
export function peerTable({ rows, peers }: Pick<Results, 'rows' | 'peers'>): string {
  const head = ['', 'size', 'ours, ms', ...peers.map(({ title }) => `${title}, ms`)]
  const body = rows
    .filter((row) => Object.keys(row.peers).length > 0)
    .map((row) => [
      row.id,
      row.size.toLocaleString('en'),
      spread(row.ours),
      ...peers.map(({ name }) => (row.peers[name] ? spread(row.peers[name]) : '')),
    ])
  return table(head, body)
}

export function factTable(facts: readonly Fact[]): string {
  const body = facts.map(({ id, title, unit, value }) => [
    id,
    title,
    `${spread(value)} ${unit}`,
    value.count > 20 ? `${shown(value.p99)} ${unit}` : '',
    String(value.count),
  ])
  return table(['', 'what', 'median (min – max)', 'p99', 'measured'], body)
}

/** Three digits that count. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '?'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function spread({ median, min, max, count }: Summary): string {
  return count === 1 ? shown(median) : `${shown(median)} (${shown(min)} – ${shown(max)})`
}

function ratio(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  )
}
