import { codeEntry } from '../language/codes.ts'
import type { Issue } from '../language/issue.ts'
import { version } from './version.ts'

/** Issues as a SARIF 2.1.0 log, which GitHub shows beside the lines of a pull request. */
export function sarifOf(issues: readonly Issue[]): object {
  const used = [...new Set(issues.map(({ code }) => code))].toSorted()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'longhaul', version, rules: used.map(ruleOf) } },
        // SARIF counts columns in UTF-16 units unless told otherwise, as we do.
        columnKind: 'utf16CodeUnits',
        results: issues.map((issue) => ({
          ruleId: issue.code,
          ruleIndex: used.indexOf(issue.code),
          level: issue.severity,
          message: { text: issue.hint === undefined ? issue.message : `${issue.message}. ${issue.hint}` },
          locations: [{ physicalLocation: placeOf(issue) }],
        })),
      },
    ],
  }
}

function ruleOf(code: string): object {
  const entry = codeEntry(code)
  if (!entry) return { id: code }
  return {
    id: code,
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.means },
    help: { text: `${entry.means}\n\nBad:\n${entry.bad}\nGood:\n${entry.good}` },
    defaultConfiguration: { level: entry.severity },
  }
}

function placeOf({ file, line, column, endLine, endColumn }: Issue): object {
  return {
    artifactLocation: { uri: encodeURI(file) },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  }
}
