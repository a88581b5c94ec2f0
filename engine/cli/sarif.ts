import type { Location, Log, ReportingDescriptor } from 'sarif'
import { codeEntry } from '../language/codes.ts'
import type { Issue } from '../language/issue.ts'
import { version } from './version.ts'

/** Issues as a SARIF 2.1.0 log, which GitHub shows beside the lines of a pull request. */
export function sarifOf(issues: readonly Issue[]): Log {
  const used = [...new Set(issues.map(({ code }) => code))].toSorted()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'longhaul', version, rules: used.map(ruleOf) } },
        // Our columns count UTF-16 units, which is not what every reader takes for granted.
        columnKind: 'utf16CodeUnits',
        results: issues.map((issue) => ({
          ruleId: issue.code,
          ruleIndex: used.indexOf(issue.code),
          level: issue.severity,
          message: { text: issue.hint === undefined ? issue.message : `${issue.message}. ${issue.hint}` },
          locations: [placeOf(issue)],
        })),
      },
    ],
  }
}

function ruleOf(code: string): ReportingDescriptor {
  const entry = codeEntry(code)
  if (!entry) return { id: code }
  const { severity, title, means, bad, good } = entry
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: means },
    help: {
      text: `${means}\n\nBad:\n${bad}\nGood:\n${good}`,
      markdown: `${means}\n\nBad:\n\n${fenced(bad)}\nGood:\n\n${fenced(good)}`,
    },
    defaultConfiguration: { level: severity },
  }
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\`\`\`\n`
}

function placeOf({ file, line, column, endLine, endColumn }: Issue): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  }
}

/** A relative URI with slashes, whatever the system writes between folders. */
function uriOf(file: string): string {
  return file
    .split(/[\\/]/)
    .map((part) => encodeURIComponent(part))
    .join('/')
}
