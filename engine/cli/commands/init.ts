import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { examples } from '../help.ts'
import { paint, say, sayJson } from '../print.ts'
import { scaffold } from '../scaffold.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul init`. */
export function addInit(program: Command, shell: Shell): void {
  program
    .command('init')
    .summary('write a sample workflow, an activity and .vscode/mcp.json')
    .description(
      'Writes a sample definition, an activities module and .vscode/mcp.json into a folder.\nNever overwrites a file.',
    )
    .argument('[folder]', 'where to write', '.')
    .addHelpText(
      'after',
      examples('npm install longhaul && npx longhaul init', 'npx longhaul init my-workflows'),
    )
    .action((folder: string, _options: unknown, command: Command) => {
      const { json } = settingsOf(command, shell)
      const root = resolve(shell.cwd, folder)
      const written: string[] = []
      const kept: string[] = []
      for (const [name, text] of Object.entries(scaffold)) {
        const file = join(root, name)
        if (existsSync(file)) kept.push(name)
        else {
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, text)
          written.push(name)
        }
      }
      for (const name of written) say(shell.err, `${paint(shell.err, 'green', 'wrote')}  ${name}`)
      for (const name of kept) say(shell.err, `${paint(shell.err, 'dim', 'kept')}   ${name}`)
      if (kept.includes('.vscode/mcp.json'))
        say(shell.err, `\nAdd this to .vscode/mcp.json:\n${scaffold['.vscode/mcp.json']}`)
      say(
        shell.err,
        `\nNext:\n${nextSteps(root, shell)
          .map((line) => `  ${line}`)
          .join('\n')}`,
      )
      if (json) sayJson(shell.out, { written, kept })
    })
}

function nextSteps(root: string, shell: Shell): string[] {
  const folder = relative(shell.cwd, root)
  return [
    ...(folder === '' ? [] : [`cd ${folder}`]),
    ...(isInstalled(root) ? [] : ['npm install longhaul']),
    `npx longhaul run hello --input '{"names": ["Ada", "Grace"]}'`,
    'npx longhaul serve                # or open the folder in VS Code: .vscode/mcp.json starts it there',
  ]
}

/** Whether `npx longhaul` finds the package from `folder` without asking a registry. */
function isInstalled(folder: string): boolean {
  const above = dirname(folder)
  return existsSync(join(folder, 'node_modules/longhaul')) || (above !== folder && isInstalled(above))
}
