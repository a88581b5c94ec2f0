import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import { codeEntry, codes, exampleCatalog, exampleOf } from '../../language/codes.ts'
import { compile } from '../../language/compile.ts'
import { formatIssue } from '../../language/frame.ts'
import { meantOrKnown } from '../../language/names.ts'
import { examples } from '../help.ts'
import { paint, say, sayJson, sayTable, type Pen } from '../print.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul explain`. */
export function addExplain(program: Command, shell: Shell): void {
  program
    .command('explain')
    .summary('tell what an issue of "validate" means, with an example')
    .description(
      'Tells what an issue means and how to put it right, with a bad and a good example, and what "validate" says to\n' +
        'the bad one. Without a code: lists all codes. docs/codes.md has the same on one page.',
    )
    .argument('[code]', 'the code of an issue, such as activity.unknown')
    .addHelpText('after', examples('longhaul explain activity.unknown', 'longhaul explain'))
    .action((code: string | undefined, _options: unknown, command: Command) => {
      const { json } = settingsOf(command, shell)
      if (code === undefined) sayAll(json, shell)
      else sayOne(code, json, shell)
    })
}

/** Sorted, and so in groups: the first word of a code says what it is about. */
function sayAll(asJson: boolean, shell: Shell): void {
  const entries = Object.entries(codes).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (asJson) sayJson(shell.out, { codes: entries.map(([code, entry]) => Object.assign({ code }, entry)) })
  else
    sayTable(
      shell.out,
      ['code', 'severity', 'title'],
      entries.map(([code, { severity, title }]) => [code, severity, title]),
    )
}

function sayOne(code: string, asJson: boolean, shell: Shell): void {
  const entry = codeEntry(code)
  if (!entry) {
    const hint = meantOrKnown(code, Object.keys(codes), 'There are') ?? ''
    throw new EngineError('usage', `There is no issue code "${code}". ${hint}`)
  }
  const { out } = shell
  if (asJson) {
    sayJson(out, { code, ...entry })
    return
  }
  const indented = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '  ')
  say(out, `${paint(out, 'bold', code)}  ${paint(out, 'dim', entry.severity)}  ${entry.title}\n`)
  say(out, `${entry.means}\n`)
  say(out, `${paint(out, 'red', 'bad')}\n${indented(entry.bad)}\n`)
  say(out, `${indented(verdictOn(entry.bad, out))}\n`)
  say(out, `${paint(out, 'green', 'good')}\n${indented(entry.good)}`)
}

/** What `validate` says to an example, which it sees completed: so its lines may be further down. */
function verdictOn(snippet: string, out: Pen): string {
  const parts = exampleOf(snippet)
  const nameOf = (index: number): string => (index === 0 ? 'example.yaml' : `other-${index}.yaml`)
  const sources = parts.map((text, index) => ({ file: nameOf(index), text }))
  const { issues } = compile(sources, exampleCatalog)
  return issues
    .map((issue) => {
      const text = sources.find(({ file }) => file === issue.file)?.text ?? ''
      return formatIssue(issue, text, { color: out.hasColor })
    })
    .join('\n')
}
