import type { Start } from '../language/definition.ts'
import type { RunState } from '../orchestrator/state.ts'

/** What runs were started with as JSON: each carries it, unchanged, from generation to generation. */
const starts = new WeakMap<Start, string>()

/** The JSON of what a run goes on with. What it was started with is most of it, and becomes text once. */
export function textOfContinuation(input: object): string {
  if (!isOfRun(input)) return JSON.stringify(input)
  const { start, ...rest } = input.state
  const known = starts.get(start) ?? JSON.stringify(start)
  starts.set(start, known)
  return `{"state":{"start":${known},${JSON.stringify(rest).slice(1)}}`
}

function isOfRun(input: object): input is { readonly state: RunState } {
  return 'state' in input
}
