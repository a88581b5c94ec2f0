import { Leave } from '../ending.ts'
import type { Executor } from '../frame.ts'

export const returnValue: Executor<'return'> = async function* (step, frame) {
  throw new Leave('return', await frame.value(step.value, 'return'))
}

export const leaveLoop: Executor<'break'> = async function* () {
  throw new Leave('break')
}

export const nextPass: Executor<'continue'> = async function* () {
  throw new Leave('continue')
}
