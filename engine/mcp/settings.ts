import type { Era, McpOptions } from './source.ts'

/** The options of a server with every default filled in. */
export interface Settings {
  readonly version: string
  readonly instructions: string
  readonly eras: readonly Era[]
  readonly onNonTaskClient: 'reject' | 'wait'
  readonly onMissingInput: 'reject' | 'ask'
  readonly promptMs: number
  readonly waitLimitMs: number
  readonly inlineLimit: number
  readonly companions: boolean
  readonly authoring: boolean
  readonly onError: (error: unknown) => void
}

/** `options` with the defaults. */
export function settingsOf(options: McpOptions): Settings {
  return {
    version: options.version ?? '0.0.0',
    instructions:
      'Each tool is a durable workflow that runs as a task: it may take minutes or days, survives restarts, and may ' +
      'ask a person. Start it, then poll the task; its status message says what it is doing.',
    eras: options.eras ?? ['legacy', 'modern'],
    onNonTaskClient: options.onNonTaskClient ?? 'reject',
    onMissingInput: options.onMissingInput ?? 'reject',
    promptMs: options.promptMs ?? 500,
    waitLimitMs: options.waitLimitMs ?? 300_000,
    inlineLimit: options.inlineLimit ?? 262_144,
    companions: options.companions ?? false,
    authoring: options.authoring ?? false,
    onError: options.onError ?? ((error) => console.error(error)),
  }
}
