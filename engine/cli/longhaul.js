#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it refuses an old one in a sentence, then starts the sources of a clone by
// type stripping, or the compiled files of an installed package, where Node refuses to strip types.
import { existsSync } from 'node:fs'
import { emitWarning, exit, stderr, versions } from 'node:process'

const [major = 0, minor = 0] = versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  stderr.write(
    `longhaul needs Node 22.18 or newer, and this is Node ${versions.node}; ` +
      '"npm install --save-dev node@24" puts one into the project, which npx then uses\n',
  )
  exit(2)
}

// SQLite and type stripping work in every Node we accept; a warning on each command would only teach people to ignore warnings.
process.emitWarning = (warning, ...rest) => {
  const kind = typeof rest[0] === 'string' ? rest[0] : rest[0]?.type
  if (kind !== 'ExperimentalWarning') emitWarning.call(process, warning, ...rest)
}

const source = new URL('./main.ts', import.meta.url)
const compiled = new URL('../../dist/engine/cli/main.js', import.meta.url)
const { main } = await import((existsSync(source) ? source : compiled).href)
await main(process.argv.slice(2))
