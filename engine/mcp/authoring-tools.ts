import type { JsonObject } from '../json.ts'
import { codeEntry, codes } from '../language/codes.ts'
import { compile, type Source } from '../language/compile.ts'
import { formatIssue } from '../language/frame.ts'
import { extraTool, textOf, type ExtraTool } from './extra-tool.ts'
import type { McpHost } from './source.ts'

/** Under which name a definition is checked that has no file yet. */
const draft = 'workflow.yaml'

const list = extraTool(
  {
    name: 'list_activities',
    title: 'List the activities',
    description:
      'Lists what the steps of a workflow can call: the names of the activities, what they do, and the JSON Schemas of their input and output.',
    properties: {
      search: { type: 'string', description: 'Only those whose name or description has this in it' },
    },
    required: [],
    hints: { readOnlyHint: true },
  },
  async ({ host }, { search }) => {
    const wanted = textOf(search).toLowerCase()
    const activities = Object.entries(host.activities?.() ?? {})
      .filter(([name, { description = '' }]) => `${name} ${description}`.toLowerCase().includes(wanted))
      .map(([name, { description, input, output }]) => ({
        name,
        ...(description === undefined ? {} : { description }),
        ...(input === undefined ? {} : { input }),
        ...(output === undefined ? {} : { output }),
      }))
    return { activities }
  },
)

const validate = extraTool(
  {
    name: 'validate_workflow',
    title: 'Check a workflow',
    description:
      'Checks the YAML of a workflow definition and gives every issue with its place, what is wrong, and what would be right. It writes nothing and starts nothing. The resource workflow://guide says how to write a definition.',
    properties: { yaml: { type: 'string', description: 'The whole definition' } },
    required: ['yaml'],
    hints: { readOnlyHint: true },
  },
  async ({ host }, { yaml }) => {
    const text = textOf(yaml)
    const { definitions, issues } = compile(
      [{ file: draft, text }, ...others(host, text)],
      host.activities?.(),
    )
    const found = issues.filter(({ file }) => file === draft)
    return {
      valid: definitions.some(({ file }) => file === draft),
      issues: found.map((issue): JsonObject => ({ ...issue, shown: formatIssue(issue, text) })),
    }
  },
)

const explain = extraTool(
  {
    name: 'explain_issue',
    title: 'Explain an issue',
    description:
      'Says what the code of an issue means, and shows an example of it and the same example put right.',
    properties: { code: { type: 'string', description: 'Such as step.unknownKey' } },
    required: ['code'],
    hints: { readOnlyHint: true },
  },
  async (_core, { code }) => {
    const entry = codeEntry(textOf(code))
    if (entry !== undefined) return { code: textOf(code), ...entry }
    return {
      content: [
        {
          type: 'text',
          text: `There is no code "${textOf(code)}"; there are: ${Object.keys(codes).join(', ')}`,
        },
      ],
      isError: true,
    }
  },
)

/** For models that write definitions: enough to get one right, and nothing that changes anything. */
export const authoringTools: readonly ExtraTool[] = [list, validate, explain]

/** The definitions that the draft may call; one of the same name is what the draft would replace. */
function others(host: McpHost, text: string): readonly Source[] {
  const own = /^name:\s*["']?([\w-]+)/m.exec(text)?.[1]
  const names = new Set(host.definitions().map(({ name }) => name))
  return [...names]
    .filter((name) => name !== own)
    .flatMap((name) => {
      const source = host.sourceOf?.(name)
      return source === undefined ? [] : [{ file: `${name}.other.yaml`, text: source }]
    })
}
