import { cpus, release, totalmem } from 'node:os'

/** The spread of some measurements, in ms. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly p99: number
  readonly count: number
}

/** One workload at one size. */
export interface Measured {
  readonly id: string
  readonly title: string
  readonly size: number
  readonly ours: Summary
  readonly floor: Summary
}

export function summary(ms: readonly number[]): Summary {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  return { median: at(0.5), min: at(0), max: at(1), p99: at(0.99), count: sorted.length }
}

/** The figures as a table, with the machine they are from. */
export function printed(all: readonly Measured[]): string {
  const head = ['', 'workload', 'size', 'median ms', 'min – max', 'p99', 'per second', 'floor ms', '× floor']
  const rows = all.map(({ id, title, size, ours, floor }) => [
    id,
    title,
    String(size),
    ours.median.toFixed(1),
    `${ours.min.toFixed(1)} – ${ours.max.toFixed(1)}`,
    ours.count > 20 ? ours.p99.toFixed(1) : '',
    ((size / ours.median) * 1_000).toFixed(0),
    floor.median.toFixed(1),
    (ours.median / floor.median).toFixed(1),
  ])
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n\n${machine}; synchronous=FULL; medians, first run not counted.\n`
}
