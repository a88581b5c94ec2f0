/** A place inside an expression's source, in UTF-16 code units. */
export interface Span {
  readonly offset: number
  readonly length: number
}

/** What can be known about a value without evaluating. */
export type StaticType =
  | 'array'
  | 'boolean'
  | 'function'
  | 'null'
  | 'number'
  | 'object'
  | 'string'
  | 'unknown'

/** What an expression says about itself without being evaluated. All spans are exact to the character. */
export interface Analysis {
  /** `unknown` unless every way through the expression gives this type, or nothing. */
  readonly type: StaticType
  /** Whether it reads nothing but its own literals: it gives the same value in every scope. */
  readonly constant: boolean
  /** Every read of a variable that the expression does not bind itself; built-in functions are left out. */
  readonly references: readonly Reference[]
  /** Every call of a named function, `~>` included. */
  readonly calls: readonly Call[]
  /** Bare names, `*`, `**`, `%`, `$` and `$$` where there is no context item. */
  readonly bare: readonly Bare[]
  /** Every name that the expression binds. */
  readonly bound: readonly Bound[]
  readonly regexes: readonly RegexLiteral[]
  /** Paths, root first, that exist whenever the expression is true. */
  readonly whenTrue: readonly (readonly string[])[]
  /** Paths, root first, that exist whenever the expression is false. */
  readonly whenFalse: readonly (readonly string[])[]
}

/** A read of a variable with the fixed part of the path behind it: `$steps.charge.id`. */
export interface Reference extends Span {
  /** The variable's name, without `$`. */
  readonly root: string
  /** The names after it, as far as they are fixed. Lists are passed through, as JSONata does. */
  readonly path: readonly string[]
  /** One for each name of `path`. */
  readonly segments: readonly Span[]
  /** Whether the path ends here: neither a wildcard nor a computed step follows. */
  readonly whole: boolean
  /** Whether only the last name is written here and the rest comes from the context: `sku` in `$input.items[sku = 'a']`. */
  readonly relative: boolean
  /** `default`: left of `??` or `?:`; `exists`: inside `$exists(…)`; `narrowed`: known to exist here because of a condition. */
  readonly guard?: 'default' | 'exists' | 'narrowed'
}

/** A call; the span is that of the function's name. */
export interface Call extends Span {
  /** Without `$`. */
  readonly name: string
  /** From the name to the closing parenthesis. */
  readonly whole: Span
  /** How many arguments are passed; what `~>` hands on counts. */
  readonly passed: number
  /** `other`: a function of the definition, or unknown. `unavailable`: JSONata has it, the language does not. */
  readonly kind: 'builtIn' | 'local' | 'other' | 'unavailable'
}

export interface Bare extends Span {
  /** As it is written. */
  readonly name: string
}

export interface Bound extends Span {
  /** Without `$`. */
  readonly name: string
  readonly by: 'assignment' | 'index' | 'item' | 'parameter'
}

export interface RegexLiteral extends Span {
  /** Between the slashes. */
  readonly source: string
  readonly flags: string
  /** Why it is refused, when it is: nested quantifiers and the like. */
  readonly danger?: string
}

/** Why a source is not an expression of the language. */
export interface SyntaxProblem extends Span {
  readonly message: string
  readonly hint?: string
}
