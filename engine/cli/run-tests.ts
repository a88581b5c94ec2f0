import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EngineError } from '../error.ts'
import { formatIssue } from '../language/frame.ts'
import type { Difference } from '../testing/difference.ts'
import { durationWords } from '../testing/duration-words.ts'
import { findTests } from '../testing/find-tests.ts'
import { writeHistory } from '../testing/history-file.ts'
import { Recorder } from '../testing/history.ts'
import { runSuite, type NamedResult, type SuiteResult } from '../testing/suite.ts'
import { traceText } from '../testing/trace.ts'
import { catalogOf, loadActivities } from '../worker/registry.ts'
import { paint, say, sayJson } from './print.ts'
import { requireDefinitions, type Settings } from './settings.ts'
import type { Shell } from './shell.ts'

export interface TestOptions {
  readonly filter?: string
  readonly record?: string
}

/** What `longhaul test` does. */
export async function runTests(
  files: readonly string[],
  options: TestOptions,
  settings: Settings,
  shell: Shell,
): Promise<void> {
  if (files.length === 0) requireDefinitions(settings)
  const named = files.length > 0 ? files.map((file) => resolve(shell.cwd, file)) : [settings.definitions]
  const tests = await findTests(named)
  if (tests.length === 0)
    throw new EngineError('usage', `There is no test in ${named.join(', ')}; tests are called NAME.test.yaml`)
  const { activities, json } = settings
  const recorders = new Map<string, Recorder>()
  const result = await runSuite(tests, {
    from: shell.cwd,
    ...(activities !== undefined && { catalog: catalogOf(await loadActivities(activities)) }),
    ...(options.filter !== undefined && { filter: options.filter }),
    ...(!json && { onCase: caseSayer(shell) }),
    watch: ({ workflow, name }, moment) => {
      if (options.record !== undefined) recorderOf(`${workflow}.${slug(name)}`, recorders).watch(moment)
    },
  })
  if (options.record !== undefined) save(recorders, resolve(shell.cwd, options.record))
  if (options.filter !== undefined) requireMatch(options.filter, result)
  report(result, json, shell)
}

/** Writes cases as they end, under the name of their workflow. */
function caseSayer({ out }: Shell): (one: NamedResult) => void {
  let file = ''
  return (one) => {
    if (one.file !== file) say(out, `${file === '' ? '' : '\n'}${paint(out, 'bold', one.workflow)}`)
    file = one.file
    const passed = one.differences.length === 0
    const mark = passed ? paint(out, 'green', '✓') : paint(out, 'red', '✗')
    const place = passed ? '' : `  ${paint(out, 'dim', `${one.file}:${one.line}`)}`
    say(
      out,
      `  ${mark} ${one.status.padEnd(9)} ${durationWords(one.elapsedMs).padStart(10)}  ${one.name}${place}`,
    )
    if (!passed) sayWhy(one, out)
  }
}

function sayWhy({ differences, trace }: NamedResult, out: Shell['out']): void {
  for (const difference of differences) for (const line of linesOf(difference)) say(out, `      ${line}`)
  if (trace.length > 0) say(out, `      ${paint(out, 'dim', 'what happened')}`)
  for (const line of traceText(trace)) say(out, `        ${paint(out, 'dim', line)}`)
}

function linesOf({ what, expected = '', found = '', message }: Difference): readonly string[] {
  return message === undefined
    ? [what, `  expected  ${expected}`, `  found     ${found}`]
    : [`${what}: ${message}`]
}

function report({ cases, issues, sources }: SuiteResult, asJson: boolean, shell: Shell): void {
  const failed = cases.filter(({ differences }) => differences.length > 0).length
  const passed = cases.length - failed
  if (failed > 0 || issues.length > 0) shell.exitCode = 1
  if (asJson) {
    const records = cases.map((one) => ({ passed: one.differences.length === 0, ...one }))
    return sayJson(shell.out, { passed, failed, cases: records, issues })
  }
  const texts = new Map(sources.map(({ file, text }) => [file, text]))
  for (const issue of issues)
    say(shell.out, `${formatIssue(issue, texts.get(issue.file) ?? '', { color: shell.out.hasColor })}\n`)
  const wrong = issues.length === 0 ? '' : `, ${counted(issues.length, 'error')} before anything ran`
  say(shell.err, `${counted(cases.length, 'case')}: ${passed} passed, ${failed} failed${wrong}`)
}

/** A filter that matches nothing would pass whatever is wrong. */
function requireMatch(filter: string, { cases, issues }: SuiteResult): void {
  if (cases.length > 0 || issues.length > 0) return
  throw new EngineError('usage', `No case has a name that contains "${filter}"`)
}

function recorderOf(name: string, recorders: Map<string, Recorder>): Recorder {
  const recorder = recorders.get(name) ?? new Recorder()
  recorders.set(name, recorder)
  return recorder
}

/** Writes histories; what is recorded once is never written over, because it stands for the version that recorded it. */
function save(recorders: ReadonlyMap<string, Recorder>, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, { histories }] of recorders)
    for (const [index, history] of histories.entries()) {
      const file = join(folder, `${name}${histories.length > 1 ? `.${index + 1}` : ''}.json`)
      if (existsSync(file))
        throw new EngineError(
          'usage',
          `"${file}" is there already; recorded histories are never written over`,
        )
      writeFileSync(file, writeHistory(history))
    }
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
