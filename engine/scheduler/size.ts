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
  return delivered.reduce((sum, event) => sum + event.length, past.measure.bytes)
}

function bytesOfAction(action: Action): number {
  if ('call' in action) return bytesOfText(action.call.input)
  if (action.do === 'rewind') return action.history.reduce((sum, event) => sum + event.length, 0)
  const carried = action.do === 'continueAsNew' ? action.carried : []
  const texts = [
    'input' in action ? action.input : undefined,
    'output' in action ? action.output : undefined,
    ...carried.map(({ input }) => input),
  ]
  const failure = action.do === 'end' ? action.failure : undefined
  return texts.reduce((sum, text) => sum + bytesOfText(text), failure?.length ?? 0)
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
