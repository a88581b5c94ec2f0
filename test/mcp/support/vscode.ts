import { Ajv } from 'ajv'
import { connectLegacy, type Answer, type LegacyClient } from './legacy-client.ts'

/** What the chat shows of a call. */
export interface Shown {
  /** The status lines, as they came. */
  readonly lines: readonly string[]
  /** The result, or all that a failed task is shown by. */
  readonly end: Answer | string
}

/** The chat of VS Code as far as it matters to a server: see its habits at each line. */
export class SimulatedChat implements AsyncDisposable {
  readonly #client: LegacyClient

  private constructor(client: LegacyClient) {
    this.#client = client
  }

  static async open(url: string, answer?: () => Record<string, string>): Promise<SimulatedChat> {
    const form = answer && (() => ({ action: 'accept' as const, content: answer() }))
    return new SimulatedChat(await connectLegacy(url, form))
  }

  /** The tools that it offers to the model: those whose input schemas pass draft-07; it looks at this capability alone. */
  async tools(): Promise<readonly string[]> {
    const { tasks } = this.#client.client.getServerCapabilities() ?? {}
    const knowsTasks = tasks?.requests?.tools?.call !== undefined
    const { tools } = await this.#client.client.listTools()
    return tools
      .filter(({ inputSchema }) => new Ajv({ strict: false }).validateSchema(inputSchema) === true)
      .filter(({ execution }) => execution?.taskSupport !== 'required' || knowsTasks)
      .map(({ name }) => name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '_'))
  }

  /** Starts a tool; it wants its task for an hour. */
  async start(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const { task } = await this.#client.request('tools/call', {
      name,
      arguments: args,
      task: { ttl: 3_600_000 },
    })
    // A time to live is a hard limit to it: what takes longer is given up.
    if (task.ttl !== null) throw new Error(`The call would be given up after ${task.ttl} ms`)
    return task.taskId
  }

  /** Follows a task, its own or one of a session before, to what the chat shows in the end. */
  async follow(taskId: string): Promise<Shown> {
    const first = await this.#client.request('tasks/get', { taskId })
    // It asks once, and then only listens; while input is required it waits for the question and never asks for the result.
    const ended = isEnded(first) ? first : await this.#client.until(() => this.#client.told.find(isEnded))
    const lines = this.#client.told.flatMap(({ statusMessage }) =>
      statusMessage === undefined ? [] : [statusMessage],
    )
    if (ended['status'] === 'completed')
      return { lines, end: await this.#client.request('tasks/result', { taskId }) }
    return { lines, end: ended['statusMessage'] ?? '' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.client.close()
  }
}

function isEnded({ status }: Answer): boolean {
  return ['completed', 'failed', 'cancelled'].includes(status)
}
