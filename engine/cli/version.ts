import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** The version of this package; its package.json stands above the sources and above the compiled files alike. */
export const version: string = readVersion()

function readVersion(): string {
  const file = findPackageJSON('..', import.meta.url)
  const { version: found }: { version?: string } = JSON.parse(readFileSync(file ?? '', 'utf8'))
  return found ?? 'unknown'
}
