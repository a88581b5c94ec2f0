import type { Template } from '../../expressions/template.ts'
import type { JsonSchema } from '../../json.ts'
import { isJsonObject } from '../../json.ts'
import type { Branch, Modifiers, Step, StepKind, StepShapes } from '../definition.ts'
import { placeAt } from '../sheet.ts'
import { entriesOf, fieldOf, itemsOf, textOf, valueOf, type Written, type WrittenMap } from '../written.ts'
import { given, type Lowering } from './context.ts'
import { durationField } from './durations.ts'
import { argumentsOf, catchOf, compensationOf, listsOf, retryOf } from './policies.ts'
import { bareField, optionalTemplate, templateOf, templateOr, textTemplate } from './values.ts'

/** Every kind, in the order in which a step that has several is read: `if` last, for beside another it is a guard. */
export const stepKinds: readonly StepKind[] = [
  'call',
  'workflow',
  'set',
  'switch',
  'forEach',
  'loop',
  'parallel',
  'race',
  'try',
  'wait',
  'waitFor',
  'ask',
  'emit',
  'fail',
  'return',
  'break',
  'continue',
  'if',
]

/** The steps of a sequence. */
export function stepsOf(written: Written | undefined, lowering: Lowering): readonly Step[] {
  return itemsOf(written).map((item) => stepOf(item, lowering))
}

/** The kind of a step, when it has one. */
function kindOf(step: WrittenMap): StepKind | undefined {
  return stepKinds.find((kind) => step.entries.some((entry) => entry.key === kind))
}

function stepOf(written: Written, lowering: Lowering): Step {
  const kind = written.type === 'map' ? kindOf(written) : undefined
  const step =
    written.type === 'map' && kind !== undefined
      ? compose(kind, written, lowering)
      : standIn(written, lowering)
  lowering.origins.written.set(step, written)
  return step
}

function compose(kind: StepKind, written: WrittenMap, lowering: Lowering): Step {
  const shape = shapes[kind](written, lowering)
  const hasOwnTimeout = 'timeout' in shape
  const modifiers = modifiersOf(written, kind, hasOwnTimeout, lowering)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `shape` is that of `kind`
  return { kind, ...shape, ...modifiers } as Step
}

/** What cannot be read as a step leaves a step that does nothing, so that its id and its inner steps are still known. */
function standIn(written: Written, lowering: Lowering): Step {
  const at = placeAt(lowering.sheet, written.start)
  const id = textOf(fieldOf(written, 'id'))
  const step: Step = given({ kind: 'try' as const, steps: [], saga: false, id, at })
  lowering.origins.broken.add(step)
  return step
}

function modifiersOf(
  written: WrittenMap,
  kind: StepKind,
  hasOwnTimeout: boolean,
  lowering: Lowering,
): Modifiers {
  const defaults = lowering.defaults.get(kind)
  const timeout =
    durationField(written, 'timeout', lowering) ?? (hasOwnTimeout ? undefined : defaults?.timeout)
  return given({
    id: textOf(fieldOf(written, 'id')),
    name: textOf(fieldOf(written, 'name')),
    guard: kind === 'if' ? undefined : bareField(written, 'if', lowering),
    timeout,
    retry: retryOf(fieldOf(written, 'retry'), lowering) ?? defaults?.retry,
    catch: catchOf(fieldOf(written, 'catch'), lowering),
    finally: optionalSteps(written, 'finally', lowering),
    progress: textTemplate(written, 'progress', lowering),
    compensate: compensationOf(fieldOf(written, 'compensate'), lowering),
    result: optionalTemplate(written, 'result', lowering),
    at: placeAt(lowering.sheet, written.start),
  })
}

/** How each kind is read. What is missing or of the wrong form was reported before and gets a harmless value. */
const shapes: { readonly [K in StepKind]: (step: WrittenMap, lowering: Lowering) => StepShapes[K] } = {
  call: (step, lowering) => {
    const activity = textOf(fieldOf(step, 'call')) ?? ''
    return given({
      activity,
      with: argumentsOf(step, lowering, true),
      lists: listsOf(activity, lowering),
      keep: bareField(step, 'keep', lowering),
      idempotencyKey: textTemplate(step, 'idempotencyKey', lowering),
    })
  },
  workflow: (step, lowering) => ({
    workflow: textOf(fieldOf(step, 'workflow')) ?? '',
    with: argumentsOf(step, lowering, false),
    detached: flag(step, 'detached', false),
  }),
  set: (step, lowering) => ({
    values: Object.fromEntries(
      entriesOf(fieldOf(step, 'set')).map(({ key, value }) => [key, templateOf(value, lowering)]),
    ),
  }),
  if: (step, lowering) => ({
    when: bareField(step, 'if', lowering) ?? nowhere,
    // oxlint-disable-next-line unicorn/no-thenable -- the word of the language
    then: stepsOf(fieldOf(step, 'then'), lowering),
    else: stepsOf(fieldOf(step, 'else'), lowering),
  }),
  switch: (step, lowering) => ({
    cases: itemsOf(fieldOf(step, 'switch')).map((item) => ({
      when: bareField(item, 'when', lowering) ?? nowhere,
      // oxlint-disable-next-line unicorn/no-thenable -- the word of the language
      then: stepsOf(fieldOf(item, 'then'), lowering),
    })),
    default: stepsOf(fieldOf(step, 'default'), lowering),
  }),
  forEach: (step, lowering) => {
    const written = fieldOf(step, 'forEach')
    return given({
      in: templateOr(written, 'in', [], lowering),
      as: textOf(fieldOf(written, 'as')) ?? 'item',
      index: textOf(fieldOf(written, 'index')) ?? 'index',
      concurrency: templateOr(written, 'concurrency', 1, lowering),
      tolerate: optionalTemplate(written, 'tolerate', lowering),
      batch: optionalTemplate(written, 'batch', lowering),
      isolate: flag(written, 'isolate', false),
      steps: stepsOf(fieldOf(written, 'steps'), lowering),
      itemResult: optionalTemplate(written, 'result', lowering),
    })
  },
  loop: (step, lowering) => {
    const written = fieldOf(step, 'loop')
    return given({
      while: bareField(written, 'while', lowering),
      until: bareField(written, 'until', lowering),
      every: durationField(written, 'every', lowering),
      backoff: optionalTemplate(written, 'backoff', lowering),
      maxEvery: durationField(written, 'maxEvery', lowering),
      maxIterations: templateOr(written, 'maxIterations', 1000, lowering),
      steps: stepsOf(fieldOf(written, 'steps'), lowering),
      passResult: optionalTemplate(written, 'result', lowering),
    })
  },
  parallel: (step, lowering) =>
    given({
      branches: branchesOf(fieldOf(step, 'parallel'), lowering),
      onFailure:
        textOf(fieldOf(step, 'onFailure')) === 'continue' ? ('continue' as const) : ('cancel' as const),
      need: optionalTemplate(step, 'need', lowering),
    }),
  race: (step, lowering) => ({ branches: branchesOf(fieldOf(step, 'race'), lowering) }),
  try: (step, lowering) => ({
    steps: stepsOf(fieldOf(step, 'try'), lowering),
    saga: flag(step, 'saga', false),
  }),
  wait: (step, lowering) => {
    const until = optionalTemplate(fieldOf(step, 'wait'), 'until', lowering)
    return until ? { until } : { for: durationField(step, 'wait', lowering) ?? 0 }
  },
  waitFor: (step, lowering) => {
    const written = fieldOf(step, 'waitFor')
    return given({
      event: textOf(fieldOf(written, 'event')) ?? '',
      match: bareField(written, 'match', lowering),
      schema: schemaField(written, 'schema'),
      timeout: durationField(written, 'timeout', lowering),
      onTimeout: optionalTemplate(written, 'onTimeout', lowering),
    })
  },
  ask: (step, lowering) => {
    const written = fieldOf(step, 'ask')
    return given({
      prompt: textTemplate(written, 'prompt', lowering) ?? { value: '' },
      schema: schemaField(written, 'schema'),
      timeout: durationField(written, 'timeout', lowering),
      onTimeout: optionalTemplate(written, 'onTimeout', lowering),
      remindEvery: durationField(written, 'remindEvery', lowering),
    })
  },
  emit: (step, lowering) => {
    const written = fieldOf(step, 'emit')
    return {
      event: textOf(fieldOf(written, 'event')) ?? '',
      to: textTemplate(written, 'to', lowering) ?? { value: '' },
      data: templateOr(written, 'data', null, lowering),
    }
  },
  fail: (step, lowering) => {
    const written = fieldOf(step, 'fail')
    const type = textOf(fieldOf(written, 'type')) ?? ''
    const message: Template = textTemplate(written, 'message', lowering) ?? { value: type }
    return given({
      type,
      message,
      data: optionalTemplate(written, 'data', lowering),
      retryable: flag(written, 'retryable', true),
      cause: optionalTemplate(written, 'cause', lowering),
    })
  },
  return: (step, lowering) => ({ value: templateOr(step, 'return', null, lowering) }),
  break: () => ({}),
  continue: () => ({}),
}

/** Stands in for a condition that is missing, which is reported as such. */
const nowhere = { jsonata: 'true', at: [1, 1] } as const

/** The steps under a key; absent when the key is. */
export function optionalSteps(
  map: Written | undefined,
  key: string,
  lowering: Lowering,
): readonly Step[] | undefined {
  const written = fieldOf(map, key)
  return written && stepsOf(written, lowering)
}

/** The JSON Schema under a key, when it has the form of one. */
export function schemaField(map: Written | undefined, key: string): JsonSchema | undefined {
  const written = fieldOf(map, key)
  const value = written && valueOf(written)
  return typeof value === 'boolean' || isJsonObject(value) ? value : undefined
}

function branchesOf(written: Written | undefined, lowering: Lowering): readonly Branch[] {
  return entriesOf(written).map(({ key, value }) => {
    const branch: Branch = { name: key, steps: stepsOf(value, lowering) }
    lowering.origins.written.set(branch, value)
    return branch
  })
}

function flag(map: Written | undefined, key: string, fallback: boolean): boolean {
  const written = fieldOf(map, key)
  return written?.type === 'scalar' && typeof written.value === 'boolean' ? written.value : fallback
}
