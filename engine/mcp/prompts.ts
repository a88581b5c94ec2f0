import type { JsonObject } from '../json.ts'
import { rpcCodes, rpcError } from './rpc-error.ts'
import { historyView, runView } from './run-view.ts'
import type { Caller, TaskCore } from './task-core.ts'

/** What a person can ask a model to do with workflows. */
export const prompts: readonly JsonObject[] = [
  {
    name: 'run_workflow',
    title: 'Run a workflow',
    description: 'Fill in the input of a workflow from what you want, start it, and report how it went',
    arguments: [
      { name: 'workflow', description: 'The name of the workflow', required: true },
      { name: 'request', description: 'What you want, in your own words', required: false },
    ],
  },
  {
    name: 'diagnose_run',
    title: 'Diagnose a failed run',
    description: 'Find out why a run failed, and what to do about it',
    arguments: [{ name: 'run', description: 'The id of the run', required: true }],
  },
]

/** The messages of a prompt, filled in. */
export async function promptFor(
  core: TaskCore,
  name: string,
  args: JsonObject,
  caller: Caller,
): Promise<JsonObject> {
  if (name === 'run_workflow') return runWorkflow(core, required(args, 'workflow'), args['request'])
  if (name === 'diagnose_run') return await diagnose(core, required(args, 'run'), caller)
  throw rpcError(rpcCodes.invalidParams, `Unknown prompt "${name}"; prompts/list names the ones there are`)
}

function runWorkflow(core: TaskCore, workflow: string, request: unknown): JsonObject {
  const { title, description, input } = core.definitionFor(workflow)
  return messages(`Run the workflow "${title ?? workflow}"`, [
    `Run the workflow "${workflow}" by calling the tool of that name.`,
    ...(description === undefined ? [] : [`It is described so: ${description}`]),
    ...(typeof request === 'string' && request !== '' ? [`What I want: ${request}`] : []),
    `Its input must fit this JSON Schema:\n${fenced('json', JSON.stringify(input ?? true, null, 2))}`,
    'Take every value from what I want or from what you know for certain, and ask me for those you lack. The tool runs as a ' +
      'task that may take long: follow its status, put its questions to me, and when it has ended tell me its result, or ' +
      'what failed, at which step, and what I can do.',
  ])
}

async function diagnose(core: TaskCore, id: string, caller: Caller): Promise<JsonObject> {
  const task = await core.find(id, caller)
  if (task === undefined)
    throw rpcError(rpcCodes.invalidParams, `There is no run "${id}"; its id is that of its task`)
  const history = historyView(await core.host.client.history(id))
  const source = core.host.sourceOf?.(task.run.workflow)
  return messages(`Diagnose run ${id}`, [
    `Find out why the run ${id} of the workflow "${task.run.workflow}" went wrong, and tell me: the cause, the step and its place in the definition, whether a second run would help, and what to change.`,
    `How the run stands:\n${fenced('json', brief(runView(task)))}`,
    `The end of its history:\n${fenced('json', brief(history.slice(-mostEntries)))}`,
    ...(source === undefined ? [] : [`The definition as it is now:\n${fenced('yaml', source)}`]),
  ])
}

/** The end of a history is where it went wrong, and a long one would fill the model's memory. */
const mostEntries = 50
/** The longest text of a value that is shown; the resource of the run has it whole. */
const mostText = 2000

function brief(value: unknown): string {
  const shorten = (_key: string, each: unknown): unknown =>
    typeof each === 'string' && each.length > mostText
      ? `${each.slice(0, mostText)}… (${each.length} characters)`
      : each
  const text = JSON.stringify(value, shorten, 2)
  return text.length <= 20 * mostText ? text : `${text.slice(0, 20 * mostText)}… (${text.length} characters)`
}

function required(args: JsonObject, name: string): string {
  const value = args[name]
  if (typeof value === 'string' && value !== '') return value
  throw rpcError(rpcCodes.invalidParams, `The prompt needs the argument "${name}"`)
}

function messages(description: string, paragraphs: readonly string[]): JsonObject {
  return {
    description,
    messages: [{ role: 'user', content: { type: 'text', text: paragraphs.join('\n\n') } }],
  }
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
