import { expect } from 'vitest'
import { activities } from '../../activities/index.ts'
import type { ActivityContext } from '../../engine/index.ts'
import { type Json, toJson } from '../../engine/json.ts'
import { checkAgainst } from '../../engine/language/schema.ts'
import { activityNamed } from '../../engine/worker/registry.ts'

/** Calls an activity as the host does: defaults filled in, input and output held against the activity's own schemas. */
export async function perform(
  name: string,
  input: unknown,
  context: Partial<ActivityContext> = {},
): Promise<Json> {
  const activity = activityNamed(name, activities)
  if (!activity) throw new Error(`no activity "${name}"`)
  const checked = checkAgainst(activity.input ?? true, toJson(input))
  if (!checked.ok) throw new Error(`input of ${name}: ${JSON.stringify(checked.problems)}`)
  const output = toJson(await activity.run(checked.value, { ...quiet, ...context }))
  expect(checkAgainst(activity.output ?? true, output)).toEqual({ ok: true, value: output })
  return output
}

const ignore = (): void => undefined

const quiet: ActivityContext = {
  runId: 'run-1',
  workflow: 'test',
  path: 'step',
  attempt: 1,
  idempotencyKey: 'run-1/step',
  signal: new AbortController().signal,
  log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  progress: ignore,
}
