import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EngineError } from '../error.ts'
import type { Json } from '../json.ts'
import type { Shell } from './shell.ts'

/** The JSON that an argument is, or that the file after its `@` holds, or, for `-`, that standard input holds. */
export function jsonArgument(text: string, name: string, shell: Shell): Json {
  const [source, from] = textOf(text, name, shell)
  try {
    const value: Json = JSON.parse(source)
    return value
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new EngineError(
      'usage',
      `${name} ${from} is not JSON: ${reason}; write it like '{"key": "text"}', in single quotes, or as @file.json`,
      { cause: error },
    )
  }
}

function textOf(text: string, name: string, shell: Shell): readonly [source: string, from: string] {
  if (text === '-') return [shell.readInput(), 'from standard input']
  if (!text.startsWith('@')) return [text, text.length > 60 ? `${text.slice(0, 60)}…` : text]
  const file = resolve(shell.cwd, text.slice(1))
  try {
    return [readFileSync(file, 'utf8'), `from "${file}"`]
  } catch (error) {
    throw new EngineError('usage', `${name} names "${file}", which cannot be read`, { cause: error })
  }
}
