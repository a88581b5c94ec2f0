import type { Analysis, SyntaxProblem } from './analysis.ts'
import { Analyst } from './analyst.ts'
import { factsWhen } from './facts.ts'
import { Fault } from './fault.ts'
import { assignedIn, NamesInScope } from './names-in-scope.ts'
import { type Parsed, parse } from './parse.ts'
import { staticType } from './static-type.ts'
import { tokenise } from './tokens.ts'

/**
 * What `source` says about itself, or why it is no expression; nothing is evaluated.
 * `item` names the root under which the context item's own names are reported, where there is a context item.
 */
export function analyse(
  source: string,
  item?: string,
):
  | { readonly ok: true; readonly analysis: Analysis }
  | { readonly ok: false; readonly problem: SyntaxProblem } {
  try {
    return { ok: true, analysis: analysisOf(parse(source), item) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { ok: false, problem: problemOf(error, source) }
  }
}

function problemOf({ message, hint, offset, extent }: Fault, source: string): SyntaxProblem {
  const start = offset ?? 0
  const token = tokenise(source).all.find((each) => each.start <= start && start < each.end)
  const length = offset === undefined ? source.length : (extent ?? (token ? token.end - start : 1))
  return { message, offset: start, length: Math.max(1, length), ...(hint !== undefined && { hint }) }
}

/** What a parsed expression says about itself. */
export function analysisOf({ root, tokens }: Parsed, item?: string): Analysis {
  const analyst = new Analyst(tokens)
  const names = new NamesInScope(undefined, assignedIn([root]))
  analyst.visit(root, { names, item: item === undefined ? 'none' : { path: [item] }, known: [] })
  return {
    type: staticType(root, names),
    constant: analyst.isConstant(),
    references: analyst.references,
    calls: analyst.calls,
    bare: analyst.bare,
    bound: analyst.bound,
    regexes: analyst.regexes,
    whenTrue: factsWhen(true, root, names),
    whenFalse: factsWhen(false, root, names),
  }
}
