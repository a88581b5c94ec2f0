import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { EngineError } from '../error.ts'
import type { Shell } from './shell.ts'

/** Where a command looks for things; every path is absolute. */
export interface Settings {
  readonly definitions: string
  /** Absent: there is no activities module. */
  readonly activities?: string
  readonly data: string
  /** The connection string of a task hub elsewhere. */
  readonly hub?: string
  readonly secretsFile?: string
  readonly json: boolean
}

/** Adds the options that every command understands. */
export function addSettings(program: Command): Command {
  return program
    .option('--definitions <dir>', 'the folder of workflow definitions (default: definitions/)')
    .option('--activities <module>', 'the module of activities (default: activities/index.{ts,mts,js,mjs})')
    .option('--data <dir>', 'the folder in which runs are kept (default: .longhaul/)')
    .option(
      '--hub <connection>',
      'keep runs in the task hub of this connection string (default: $LONGHAUL_HUB)',
    )
    .option('--secrets <file>', 'a dotenv file with the secrets of activities')
    .option('--json', 'print results as JSON, for programs')
}

/** The settings that `command` was given, wherever on the command line they stood. */
export function settingsOf(command: Command, shell: Shell): Settings {
  const options = command.optsWithGlobals<{
    definitions?: string
    activities?: string
    data?: string
    hub?: string
    secrets?: string
    json?: boolean
  }>()
  const path = (name: string): string => resolve(shell.cwd, name)
  const activities = options.activities === undefined ? usualActivities(shell) : path(options.activities)
  return {
    definitions: path(options.definitions ?? 'definitions'),
    ...(activities !== undefined && {
      activities: existing(activities, 'activities module', '--activities'),
    }),
    data: path(options.data ?? '.longhaul'),
    ...(options.hub !== undefined && { hub: options.hub }),
    ...(options.secrets !== undefined && {
      secretsFile: existing(path(options.secrets), 'secrets file', '--secrets'),
    }),
    json: options.json ?? false,
  }
}

/** Refuses settings whose folder of definitions is not there. */
export function requireDefinitions({ definitions }: Settings): void {
  if (existsSync(definitions)) return
  throw new EngineError(
    'usage',
    `There is no folder of definitions "${definitions}"; "longhaul init" writes a sample, --definitions names another folder`,
  )
}

/** `path`, which the user named with `option`; refused when nothing is there. */
function existing(path: string, what: string, option: string): string {
  if (existsSync(path)) return path
  throw new EngineError('usage', `There is no ${what} "${path}"; ${option} must name one that exists`)
}

function usualActivities(shell: Shell): string | undefined {
  return ['ts', 'mts', 'js', 'mjs']
    .map((extension) => resolve(shell.cwd, `activities/index.${extension}`))
    .find((file) => existsSync(file))
}
