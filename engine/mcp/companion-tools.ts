import { isJsonObject, type JsonObject } from '../json.ts'
import { extraTool, textOf, type ExtraTool } from './extra-tool.ts'
import { outputText, outputUri, resultOf } from './outcome.ts'
import { rpcCodes, rpcError } from './rpc-error.ts'
import { runView } from './run-view.ts'
import { isFinal, type Task } from './task.ts'

/** The longest that `workflow_result` waits: clients give a request a minute. */
const longestWait = 50
/** The longest result that is shown whole. */
const inlineLimit = 262_144
const run = { type: 'string', description: 'The id that workflow_start gave' } as const

const start = extraTool(
  {
    name: 'workflow_start',
    title: 'Start a workflow',
    description:
      'Starts a workflow and gives the id of its run at once. Ask workflow_status how it gets on, and workflow_result for what came of it.',
    properties: {
      workflow: { type: 'string', description: 'The name of a workflow: one of the tools' },
      input: { type: 'object', description: 'Its input, as the inputSchema of that tool says' },
      key: { type: 'string', description: 'A call that is sent twice with the same key starts one run' },
    },
    required: ['workflow'],
    hints: { destructiveHint: false },
  },
  async (core, { workflow, input, key }, caller) => {
    const given = typeof key === 'string' && key !== '' ? key : undefined
    return briefView(await core.start(textOf(workflow), isJsonObject(input) ? input : {}, caller, given))
  },
)

const status = extraTool(
  {
    name: 'workflow_status',
    title: 'See how a run stands',
    description: 'Tells how a run stands: its status, what it is doing, and the questions it waits for.',
    properties: { run },
    required: ['run'],
    hints: { readOnlyHint: true },
  },
  async (core, { run: id }, caller) => briefView(await core.get(textOf(id), caller)),
)

const result = extraTool(
  {
    name: 'workflow_result',
    title: 'Get the result of a run',
    description: `Gives the result of a run. While the run is under way it waits, 20 seconds or as long as "wait" says, and then tells how the run stands.`,
    properties: {
      run,
      wait: {
        type: 'number',
        description: `Seconds, at most ${longestWait}`,
        minimum: 0,
        maximum: longestWait,
      },
    },
    required: ['run'],
    hints: { readOnlyHint: true },
  },
  async (core, { run: id, wait = 20 }, caller) => {
    const seconds = Math.min(Math.max(Number(wait), 0), longestWait)
    const task = await core.settleWithin(textOf(id), caller, seconds * 1000)
    return isFinal(task.status) ? resultOf(task, inlineLimit) : briefView(task)
  },
)

const answer = extraTool(
  {
    name: 'workflow_answer',
    title: 'Answer a question of a run',
    description:
      'Passes on the answer of a person to a question that a run waits for. Ask the person; do not answer in their place.',
    properties: {
      run,
      question: {
        type: 'string',
        description: 'The key or the step of the question, as workflow_status tells it',
      },
      answer: { description: 'What the schema of the question asks for' },
      decline: {
        type: 'boolean',
        description: 'Instead of an answer: true when the person declines to give one',
      },
      reason: { type: 'string', description: 'Why the person declines' },
    },
    required: ['run', 'question'],
    hints: { destructiveHint: false },
  },
  async (core, { run: id, question, answer: data, decline = false, reason }, caller) => {
    if ((data === undefined) !== decline)
      throw rpcError(rpcCodes.invalidParams, 'Give either "answer", or "decline": true')
    if (data === undefined)
      await core.decline(textOf(id), caller, textOf(question), textOf(reason, '') || undefined)
    else await core.answer(textOf(id), caller, textOf(question), data)
    return briefView(await core.get(textOf(id), caller))
  },
)

const cancel = extraTool(
  {
    name: 'workflow_cancel',
    title: 'Cancel a run',
    description: 'Cancels a run: it cleans up after itself and ends.',
    properties: { run, reason: { type: 'string', description: 'For those who look at the run later' } },
    required: ['run'],
    hints: { destructiveHint: true, idempotentHint: true },
  },
  async (core, { run: id, reason }, caller) => {
    await core.requestCancel(textOf(id), caller, textOf(reason, 'Cancelled by the client'))
    return briefView(await core.get(textOf(id), caller))
  },
)

/** A run without its input, which whoever started it knows, and with no more of its output than a message may hold. */
function briefView(task: Task): JsonObject {
  const { input: _known, output, ...view } = runView(task)
  if (output === undefined) return view
  return outputText(output).text.length <= inlineLimit
    ? { ...view, output }
    : { ...view, outputUri: outputUri(task.id) }
}

/** For clients that know no tasks: what the methods for tasks do, as plain tools. */
export const companionTools: readonly ExtraTool[] = [start, status, result, answer, cancel]
