import type { Json, JsonObject } from '../json.ts'
import { guide } from './guide.ts'
import { outputText } from './outcome.ts'
import { rpcCodes, rpcError } from './rpc-error.ts'
import { historyView, runView } from './run-view.ts'
import type { Caller, TaskCore } from './task-core.ts'

/** Where the text of a definition can be read as a resource. */
function definitionUri(name: string): string {
  return `workflow://definitions/${name}`
}

/** Where a model reads how to write a definition. */
const guideUri = 'workflow://guide'

const yaml = 'application/yaml'
const json = 'application/json'
const markdown = 'text/markdown'
/** How many runs a completion looks through. */
const recentRuns = 100

/** What can be read, in the words of the protocol. */
export interface Resource extends JsonObject {
  readonly uri: string
  readonly name: string
}

/** What can be read without knowing an id. */
export function listResources({ host }: TaskCore): readonly Resource[] {
  const names = [...new Set(host.definitions().map(({ name }) => name))]
  const about = (name: string): JsonObject => {
    const definition = host.definitions().find((each) => each.name === name)
    return {
      ...(definition?.title === undefined ? {} : { title: definition.title }),
      ...(definition?.description === undefined ? {} : { description: definition.description }),
    }
  }
  return [
    {
      uri: guideUri,
      name: 'guide',
      title: 'How to write a workflow',
      description: 'The language of workflow definitions on one page',
      mimeType: markdown,
    },
    ...names
      .filter((name) => host.sourceOf?.(name) !== undefined)
      .map((name) => Object.assign(about(name), { uri: definitionUri(name), name, mimeType: yaml })),
  ]
}

/** What can be read with an id or a name. */
export const resourceTemplates: readonly JsonObject[] = [
  template('workflow://definitions/{name}', 'definition', 'A workflow as it is written', yaml),
  template('workflow://runs/{id}', 'run', 'How a run stands, with its input and what came of it', json),
  template('workflow://runs/{id}/history', 'run-history', 'What happened in a run, step by step', json),
  template('workflow://runs/{id}/output', 'run-output', 'The result of a completed run'),
]

/** The contents of a resource; what is not there and what is not the caller's cannot be told apart. */
export async function readResource(core: TaskCore, uri: string, caller: Caller): Promise<JsonObject> {
  const [kind, id, part] = partsOf(uri)
  if (kind === 'guide' && id === undefined) return text(uri, markdown, core.host.guide?.() ?? guide())
  if (kind === 'definitions' && id !== undefined && part === undefined) {
    const source = core.host.sourceOf?.(id)
    if (source !== undefined) return text(uri, yaml, source)
  }
  if (kind === 'runs' && id !== undefined) {
    const found = await readRun(core, id, part, caller)
    if (found !== undefined) return text(uri, found.mimeType, found.text)
  }
  throw resourceNotFound(uri)
}

/** The same words for a resource that never was and for one that is not the caller's. */
export function resourceNotFound(uri: string): Error {
  return rpcError(rpcCodes.resourceNotFound, 'Resource not found', { uri })
}

/** The run that a resource is about, if it is about one. */
export function runOf(uri: string): string | undefined {
  const [kind, id] = partsOf(uri)
  return kind === 'runs' ? id : undefined
}

/** The ways to go on with what was typed of a name or an id. */
export async function complete(
  core: TaskCore,
  argument: string,
  typed: string,
  caller: Caller,
): Promise<readonly string[]> {
  const known =
    argument === 'id' || argument === 'run'
      ? (await core.list(caller, { limit: recentRuns })).tasks.map(({ id }) => id)
      : [...new Set(core.host.definitions().map(({ name }) => name))]
  return known.filter((each) => each.startsWith(typed))
}

async function readRun(
  core: TaskCore,
  id: string,
  part: string | undefined,
  caller: Caller,
): Promise<{ readonly text: string; readonly mimeType: string } | undefined> {
  const task = await core.find(id, caller)
  if (task === undefined) return undefined
  if (part === undefined) return pretty(runView(task))
  if (part === 'output') return task.run.output === undefined ? undefined : outputText(task.run.output)
  return part === 'history' ? pretty(historyView(await core.host.client.history(id))) : undefined
}

function pretty(value: Json): { readonly text: string; readonly mimeType: string } {
  return { text: JSON.stringify(value, null, 2), mimeType: json }
}

function partsOf(uri: string): readonly (string | undefined)[] {
  const [scheme, path = ''] = uri.split('://')
  const parts = path.split('/')
  return scheme === 'workflow' && parts.length <= 3 ? parts : []
}

/** Without a type where resources are of several. */
function template(uriTemplate: string, name: string, description: string, mimeType?: string): JsonObject {
  return {
    uriTemplate,
    name,
    title: description,
    description,
    ...(mimeType === undefined ? {} : { mimeType }),
  }
}

function text(uri: string, mimeType: string, content: string): JsonObject {
  return { contents: [{ uri, mimeType, text: content }] }
}
