/** Something wrong in a definition. Lines and columns count from 1; the end is exclusive. */
export interface Issue {
  /** Stable and dotted, such as `key.unknown`; `longhaul explain CODE` describes it. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** One sentence: what is wrong. */
  readonly message: string
  /** One sentence: what would be right. */
  readonly hint?: string
}
