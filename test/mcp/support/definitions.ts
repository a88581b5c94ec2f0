import type { Definition, ToolOptions } from '../../../engine/language/definition.ts'

/** A definition of which only what matters to a test is said. */
export function definition(
  name: string,
  rest: Partial<Omit<Definition, 'tool'>> & { readonly tool?: Partial<ToolOptions> } = {},
): Definition {
  return {
    version: '1.0.0',
    file: `${name}.yaml`,
    vars: {},
    config: {},
    secrets: [],
    functions: {},
    steps: [],
    ...rest,
    name,
    tool: { expose: true, taskSupport: 'required', annotations: {}, pollIntervalMs: 20, ...rest.tool },
  }
}
