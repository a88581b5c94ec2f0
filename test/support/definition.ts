import type { Definition } from '../../engine/language/definition.ts'

/** A definition with nothing in it but what a test is about. */
export function definitionOf(parts: Partial<Definition> = {}): Definition {
  return {
    name: 'sample',
    version: '1.0.0',
    file: 'sample.yaml',
    tool: { expose: true, taskSupport: 'required', annotations: {}, pollIntervalMs: 1_000 },
    vars: {},
    config: {},
    secrets: [],
    functions: {},
    steps: [],
    ...parts,
  }
}
