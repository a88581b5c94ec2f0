import { Leave } from '../ending.ts'
import type { Executor } from '../frame.ts'

export const returnValue: Executor<'return'> = function* (step, frame) {
  throw new Leave('return', frame.value(step.value, 'return'))
}

export const leaveLoop: Executor<'break'> = function* () {
  throw new Leave('break')
}

export const nextPass: Executor<'continue'> = function* () {
  throw new Leave('continue')
}
