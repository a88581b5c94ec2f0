import { compile } from '../../engine/language/compile.ts'
import type { Definition } from '../../engine/language/definition.ts'

/** The definition that `text` is, in the company of `others` to which it may refer. */
export function compiled(text: string, ...others: readonly string[]): Definition {
  const sources = [text, ...others].map((one, index) => ({
    file: index === 0 ? 'sample.yaml' : `${index}.yaml`,
    text: one,
  }))
  const { definitions, issues } = compile(sources)
  const definition = definitions.find(({ file }) => file === 'sample.yaml')
  if (!definition) throw new Error(issues.map(({ line, message }) => `${line}: ${message}`).join('\n'))
  return definition
}
