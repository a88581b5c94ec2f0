#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it refuses an old one in a sentence, then starts the sources of a clone by
// type stripping, or the compiled files of an installed package, where Node refuses to strip types.
import { Console } from 'node:console'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { emitWarning, exit, stderr, versions } from 'node:process'
import { setFlagsFromString } from 'node:v8'

const [major = 0, minor = 0] = versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  stderr.write(
    `longhaul needs Node 22.18 or newer, and this is Node ${versions.node}; ` +
      '"npm install --save-dev node@24" puts one into the project, which npx then uses\n',
  )
  exit(2)
}

// V8 lets a heap grow to several times what is in use before it collects all of it, and gives little back: a server of
// 50 MiB came to 690 and looked as if it leaked. Collecting a little more often costs it nothing that could be measured.
setFlagsFromString('--heap-growing-percent=40')

// What a step allocates is garbage a moment later. After a collection at an unlucky moment V8 takes some of it for lasting,
// allocates it among what is old, and so keeps all that hangs on it: a step took up to half as long again, for good.
setFlagsFromString('--no-allocation-site-pretenuring')

// SQLite and type stripping work in every Node we accept, and a module of activities may lack a "type" in its package:
// warnings on every command would only teach people to ignore warnings.
process.emitWarning = (warning, ...rest) => {
  const [type, code] = typeof rest[0] === 'object' && rest[0] ? [rest[0].type, rest[0].code] : rest
  if (type !== 'ExperimentalWarning' && code !== 'MODULE_TYPELESS_PACKAGE_JSON')
    emitWarning.call(process, warning, ...rest)
}

// Whatever an activity prints must not stand between the results, nor in the middle of the protocol that `mcp` speaks.
globalThis.console = new Console(stderr, stderr)

// Half of the time a command takes is loading code; what was compiled once need not be compiled again.
module.enableCompileCache()

const sources = new URL('./process-main.ts', import.meta.url)
const compiled = new URL('../../dist/engine/cli/process-main.js', import.meta.url)
await import((existsSync(sources) ? sources : compiled).href)
