import type { ActivityContext, ActivityDefinition } from '../engine/index.ts'

interface LogInput {
  readonly message: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly data?: unknown
}

/** `log`: a line in the log of the host, where operators look. */
export const log: ActivityDefinition = {
  description: 'Writes a line to the log of the host.',
  input: {
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: {
      message: { type: 'string' },
      level: { enum: ['debug', 'info', 'warn', 'error'], default: 'info' },
      data: { description: 'Anything that helps to understand the line.' },
    },
  },
  output: { type: 'null' },
  run: ({ message, level, data }: LogInput, { log: lines }: ActivityContext) => {
    lines[level](message, data)
    return null
  },
}
