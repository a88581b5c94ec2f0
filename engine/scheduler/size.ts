import type { Action, Answer } from './action.ts'
import { failureDetails } from './event.ts'
import type { Bytes } from './protobuf.ts'
import { Refusal } from './refusal.ts'
import type { TurnItem } from './resident.ts'
import type { Outcome } from './settle.ts'

/** How much a caller's text measures. */
export function bytesOfText(text = ''): number {
  return Buffer.byteLength(text)
}

/** How much an activity gave. */
export function bytesOfOutcome(outcome: Outcome): number {
  return 'failure' in outcome ? outcome.failure.length : bytesOfText(outcome.result)
}

/** How much a worker decided. */
export function bytesOfAnswer({ actions, customStatus }: Answer): number {
  return actions.reduce((sum, action) => sum + bytesOfAction(action), bytesOfText(customStatus))
}

/** How much a worker would be told. */
export function bytesOfTurn({ past, delivered }: TurnItem): number {
  return [...past, ...delivered].reduce((sum, part) => sum + part.length, 0)
}

function bytesOfAction(action: Action): number {
  switch (action.do) {
    case 'call':
    case 'startChild':
      return bytesOfText(action.call.input)
    case 'sendEvent':
      return bytesOfText(action.input)
    case 'end':
      return bytesOfText(action.output) + (action.failure?.length ?? 0)
    case 'continueAsNew':
      return action.carried.reduce((sum, { input }) => sum + bytesOfText(input), bytesOfText(action.input))
    case 'terminate':
      return bytesOfText(action.output)
    case 'rewind':
      return action.history.reduce((sum, event) => sum + event.length, 0)
    case 'setTimer':
    case 'unsupported':
      return 0
  }
}

/** Refuses what is larger than the hub takes. */
export function refuseAbove(limit: number, what: string, bytes: number): void {
  if (bytes > limit) throw new Refusal('resourceExhausted', tooLarge(what, bytes, limit))
}

/** `TaskFailureDetails` when `bytes` are more than the hub takes: for work that nobody could be asked to do again. */
export function excess(limit: number, what: string, bytes: number): Bytes | undefined {
  return bytes > limit ? failureDetails('limit.size', tooLarge(what, bytes, limit)) : undefined
}

function tooLarge(what: string, bytes: number, limit: number): string {
  return `The ${what} measures ${bytes} bytes, the hub takes ${limit}; keep large data elsewhere and pass where it is`
}
