import type { Step } from '../definition.ts'
import { entryOf } from '../written.ts'
import type { Checker } from './checker.ts'
import { afterwards, blocksIn, stepsWithin } from './steps-within.ts'

/** Checks that something bounds every wait for a person or an event: a timeout around it, or a rival in a race. */
export function checkBounds(steps: readonly Step[], isBounded: boolean, checker: Checker): void {
  for (const step of steps) {
    if (isWait(step)) checkBound(step, isBounded, checker)
    const isBoundedInside = isBounded || step.timeout !== undefined
    for (const block of blocksIn(step)) {
      const hasRival = step.kind === 'race' && blocksIn(step).some((other) => other !== block && ends(other))
      checkBounds(block, isBoundedInside || hasRival, checker)
    }
    for (const later of afterwards(step)) checkBounds(later, isBounded, checker)
  }
}

function isWait(step: Step): step is Step<'ask' | 'waitFor'> {
  return step.kind === 'ask' || step.kind === 'waitFor'
}

/** A branch that waits for nobody ends by itself. */
function ends(steps: readonly Step[]): boolean {
  return stepsWithin(steps).every((step) => !isWait(step) || step.timeout !== undefined)
}

function checkBound(step: Step<'ask' | 'waitFor'>, isBounded: boolean, { origins, report }: Checker): void {
  const written = entryOf(origins.written.get(step), step.kind)
  if (written?.value.type !== 'map' || step.timeout !== undefined) return
  const late = entryOf(written.value, 'onTimeout')
  if (late) {
    const message = '"onTimeout" has no effect: there is no timeout'
    report('timeout.missing', late.keySpan, message, 'Add "timeout" beside it')
  } else if (!isBounded) {
    const hint = 'Add "timeout", such as 24h; with "onTimeout" it gives a value instead of an error'
    const what = step.kind === 'ask' ? 'Nobody may ever answer' : 'The event may never come'
    report('timeout.missing', written.keySpan, `${what}, and nothing bounds the wait`, hint)
  }
}
