import { parseTimestamp } from '../../expressions/duration.ts'
import type { Step, StepKind } from '../definition.ts'
import { spanOf } from '../origins.ts'
import { fieldOf } from '../written.ts'
import { checkBounds } from './bounds.ts'
import { checkCases } from './cases.ts'
import type { Checker } from './checker.ts'
import { headOf } from './head.ts'
import { sequencesIn, stepsWithin } from './steps-within.ts'

/** Checks what a step tells by itself, wherever it stands. */
export function checkSteps(checker: Checker): void {
  const { definition } = checker
  const clauses = (definition.catch ?? []).flatMap(({ steps }) => steps)
  for (const step of stepsWithin([...definition.steps, ...clauses, ...(definition.finally ?? [])])) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row takes steps of its own kind
    const check = checks[step.kind] as ((step: Step, checker: Checker) => void) | undefined
    check?.(step, checker)
  }
  checkDepth(definition.steps, 1, checker)
  const isBounded = definition.timeout !== undefined
  checkBounds(definition.steps, isBounded, checker)
  for (const steps of [clauses, definition.finally ?? []]) checkBounds(steps, false, checker)
}

const checks: { readonly [K in StepKind]?: (step: Step<K>, checker: Checker) => void } = {
  switch: checkCases,
  parallel: checkNeed,
  wait: checkTimestamp,
  waitFor: (step, checker) => checkEvent(step, step.event, checker),
  emit: (step, checker) => checkEvent(step, step.event, checker),
}

/** Blocks nested deeper than this are refused by the interpreter too. */
const deepest = 64

function checkDepth(steps: readonly Step[], depth: number, checker: Checker): void {
  for (const step of steps) {
    if (depth <= deepest) for (const inner of sequencesIn(step)) checkDepth(inner, depth + 1, checker)
    else
      checker.report(
        'step.tooDeep',
        headOf(step, checker),
        `Steps are nested more than ${deepest} deep`,
        'Move the inner ones into a workflow of its own',
      )
  }
}

function checkNeed(step: Step<'parallel'>, { origins, report }: Checker): void {
  const { need, branches } = step
  if (!need || !('value' in need) || typeof need.value !== 'number' || need.value <= branches.length) return
  const hint = `At most ${branches.length}`
  report(
    'parallel.need',
    spanOf(origins, need),
    `"need" asks for ${need.value} branches, but there are ${branches.length}`,
    hint,
  )
}

function checkTimestamp(step: Step<'wait'>, { origins, report }: Checker): void {
  if (!('until' in step) || !('value' in step.until)) return
  const { value } = step.until
  if (typeof value !== 'string' || parseTimestamp(value) !== undefined) return
  const isDay = /^\d{4}-\d\d-\d\d/.test(value)
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value)
  const reason =
    isDay && hasZone ? 'such a time does not exist' : isDay ? 'it has no zone' : 'it is not ISO 8601'
  const hint = 'For example: 2030-01-31T09:00:00Z, or with +01:00 instead of Z'
  report('timestamp.invalid', spanOf(origins, step.until), `"${value}" is not a time: ${reason}`, hint)
}

function checkEvent(step: Step, event: string, { origins, report }: Checker): void {
  const written = fieldOf(fieldOf(origins.written.get(step), step.kind), 'event')
  if (written && event.includes('${')) {
    const message = 'The name of an event is fixed when the definition is loaded, so it cannot be computed'
    const hint =
      step.kind === 'waitFor' ? 'Ask for the one that is meant with "match"' : 'Put what differs into "data"'
    report('value.constant', written, message, hint)
  }
  if (!written || !event.toLowerCase().startsWith('longhaul.')) return
  report(
    'event.reserved',
    written,
    `"${event}" is an event of the engine itself`,
    'Choose a name that does not start with "longhaul."',
  )
}
