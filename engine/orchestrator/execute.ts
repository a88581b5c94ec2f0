import type { Json } from '../json.ts'
import type { Step, StepKind } from '../language/definition.ts'
import type { Flow } from './effect.ts'
import { Failed } from './ending.ts'
import type { Executor, Frame } from './frame.ts'
import { modified } from './modifiers.ts'
import { ask } from './steps/ask.ts'
import { call } from './steps/call.ts'
import { choose, chooseCase } from './steps/choose.ts'
import { emit } from './steps/emit.ts'
import { fail } from './steps/fail.ts'
import { forEach } from './steps/for-each.ts'
import { leaveLoop, nextPass, returnValue } from './steps/leave.ts'
import { loop } from './steps/loop.ts'
import { parallel } from './steps/parallel.ts'
import { race } from './steps/race.ts'
import { set } from './steps/set.ts'
import { tryBlock } from './steps/try.ts'
import { wait } from './steps/wait.ts'
import { waitFor } from './steps/wait-for.ts'
import { workflow } from './steps/workflow.ts'

/** What the language means. A kind of step without a row here does not compile. */
const executors: { readonly [K in StepKind]: Executor<K> } = {
  call,
  workflow,
  set,
  if: choose,
  switch: chooseCase,
  forEach,
  loop,
  parallel,
  race,
  try: tryBlock,
  wait,
  waitFor,
  ask,
  emit,
  fail,
  return: returnValue,
  break: leaveLoop,
  continue: nextPass,
}

/** Executes what a step's kind says, without its modifiers. */
function executeKind<K extends StepKind>(step: Step<K>, frame: Frame): Flow {
  checkExcess(frame)
  return executors[step.kind](step, frame)
}

/** Executes a step with its modifiers; gives its result, or nothing where its guard skipped it. */
export function execute(step: Step, frame: Frame): Flow<Json | undefined> {
  return isPlain(step) ? executeKind(step, frame) : modified(step, frame, executeKind)
}

function isPlain(step: Step): boolean {
  const { guard, timeout, retry, progress, compensate, result } = step
  return !(
    guard ||
    timeout !== undefined ||
    retry ||
    step.catch ||
    step.finally ||
    progress ||
    compensate ||
    result
  )
}

/** A run that has grown too large is told so where it can be caught; what cleans up is let go on. */
function checkExcess(frame: Frame): void {
  const { machine, strand } = frame
  const { excess } = machine
  if (!excess || strand.shield > 0 || strand.isSheltered) return
  delete machine.excess
  throw new Failed(frame.locate(excess))
}
