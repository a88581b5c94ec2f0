import { confess } from './confess.ts'
import { main } from './main.ts'
import { processShell } from './shell.ts'

// The process itself: everything else in this room runs in tests without one.
const shell = processShell()
process.on('uncaughtException', (error) => shell.leave(confess(error, shell)))
shell.leave(await main(process.argv.slice(2), shell))
