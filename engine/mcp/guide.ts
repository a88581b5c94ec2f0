import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

let text: string | undefined

/** How to write a definition, on one page, for models and people: `docs/llms.txt`, which stands beside package.json. */
export function guide(): string {
  text ??= readFileSync(join(dirname(findPackageJSON('..', import.meta.url) ?? ''), 'docs/llms.txt'), 'utf8')
  return text
}
