import { confess } from './confess.ts'
import { main } from './main.ts'
import { processShell } from './shell.ts'

// The process itself: everything else in this room runs in tests without one.
const shell = processShell()
process.on('uncaughtException', (error) => shell.leave(confess(error, shell)))
const code = await main(process.argv.slice(2), shell)
// A pipe takes what was written to it in its own time.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
shell.leave(code)
