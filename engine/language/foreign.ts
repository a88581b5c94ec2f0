/** What to write instead of the mark of another language; `isBare` where an expression stands without `${ }`. */
export function foreignHint(mark: string, isBare: boolean): string {
  if (mark.startsWith('{%')) return 'Choose with ${ condition ? value : other }, or with a step "if"'
  const inner = translated(mark.replaceAll(/^\$?\{\{|\}\}$/g, '').trim())
  return isBare ? `Write it bare: ${inner}` : `Write \${ ${inner} }; for such braces as text, \${ '{{' }`
}

/** What other languages call the places of data, and what they are called here. */
const roots: readonly (readonly [written: RegExp, here: string])[] = [
  [/^inputs?\./, '$input.'],
  [/^steps\.(\w+)\.outputs?\./, '$steps.$1.'],
  [/^steps\./, '$steps.'],
  [/^vars\./, '$vars.'],
  [/^config\./, '$config.'],
]

/** A bare path, as it would be read here; of anything else nobody can tell. */
function translated(inner: string): string {
  if (!/^[A-Za-z_][\w.]*$/.test(inner)) return inner
  const root = roots.find(([written]) => written.test(inner))
  return root ? inner.replace(...root) : `$input.${inner}`
}
