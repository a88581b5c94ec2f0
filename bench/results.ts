import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { bestPeer, factTable, mainTable, peerTable, shown, table, type Results } from './report.ts'
import { judged, unmeasured } from './targets.ts'

const repository = resolve(import.meta.dirname, '..')

/** All there is to say about a run, as Markdown. */
export function told(results: Results): string {
  const { rows, facts, peers, machine, load, at } = results
  const notes = peers.map(
    ({ title, version, settings, missing }) =>
      `- **${title} ${version}**: ${settings}.${missing === undefined ? '' : ` Not measured, or only in part: ${missing}.`}`,
  )
  const left = unmeasured(results)
  return [
    `${at}, ${machine}; load ${shown(load.before)} before and ${shown(load.after)} after.`,
    ...(rows.length > 0 ? [mainTable(results)] : []),
    ...(facts.length > 0 ? [factTable(facts)] : []),
    'Medians, with the least and the most; the floor is plain SQLite doing the same commits with `synchronous=FULL`, which is also what the embedded hub does. All took turns within one run.',
    ...(peers.length > 0 ? ['## Beside others', peerTable(results), notes.join('\n')] : []),
    '## What was wanted',
    judged(results)
      .map((sentence) => `- ${sentence}`)
      .join('\n'),
    ...(left.length > 0 ? [`Not measured in this run: ${left.join('; ')}.`] : []),
  ].join('\n\n')
}

/** Keeps a run: `bench/RESULTS.md` whole, and the short table in `README.md`. */
export function keep(results: Results): void {
  const file = resolve(repository, 'bench/RESULTS.md')
  writeFileSync(
    file,
    `# Results of the last run\n\nWritten by \`npm run bench -- --peers --write\`; see [peers](peers/README.md) for what is compared.\n\n${told(results)}\n`,
  )
  const readme = resolve(repository, 'README.md')
  const [start, end] = ['<!-- bench: written by npm run bench -- --peers --write -->', '<!-- /bench -->']
  const [before = '', rest = ''] = readFileSync(readme, 'utf8').split(start)
  const after = rest.split(end)[1]
  if (after === undefined) throw new Error(`README.md has no "${start}" … "${end}" to write between`)
  writeFileSync(readme, `${before}${start}\n\n${shortTable(results)}\n\n${end}${after}`)
  spawnSync('oxfmt', [file, readme], { shell: true, stdio: 'ignore' })
}

/** The sizes that are compared most, for the front page. */
function shortTable(results: Results): string {
  const chosen = [
    ['W1', 1_000, 'one run, 1,000 steps one after the other'],
    ['W2', 5_000, 'one run, a loop of 5,000 passes'],
    ['W3', 1_000, 'one run, 1,000 steps at once'],
    ['W4', 1_000, '1,000 runs of 3 steps, 100 in flight'],
    ['W5', 1, 'start → result of one step'],
  ] as const
  const body = chosen.flatMap(([id, size, title]) => {
    const row = results.rows.find((one) => one.id === id && one.size === size)
    if (!row) return []
    const best = bestPeer(row, results.peers)
    return [
      [
        title,
        `${shown(row.ours.median)} ms`,
        `${shown(row.floor.median)} ms`,
        best ? `${shown(best.ms)} ms, ${best.title}` : '',
      ],
    ]
  })
  return table(['', 'Longhaul', 'SQLite alone, same commits', 'fastest other engine'], body)
}
