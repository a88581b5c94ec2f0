import { glob, lstat, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import { onDisk, pathFrom, placeOf, writeAtomically } from './file-root.ts'

/** `file.read`: small texts only; what is bigger belongs in an activity that reads it where it lies. */
export const fileRead: ActivityDefinition = {
  description: 'Reads a text file (UTF-8). Bigger files are refused: their content would fill the history.',
  input: {
    type: 'object',
    required: ['path'],
    additionalProperties: false,
    properties: {
      path: { type: 'string', minLength: 1, description: 'Relative to the file root.' },
      maxBytes: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 500_000 },
    },
  },
  output: {
    type: 'object',
    required: ['path', 'text', 'bytes', 'modifiedAt'],
    properties: {
      path: { type: 'string' },
      text: { type: 'string' },
      bytes: { type: 'integer' },
      modifiedAt: { type: 'string', format: 'date-time' },
    },
  },
  run: async ({ path, maxBytes }: { path: string; maxBytes: number }, { signal }: ActivityContext) => {
    const place = await placeOf(path)
    const facts = await factsOf(place, path)
    if (facts.bytes > maxBytes) {
      throw new ActivityError(
        'file.tooLarge',
        `"${path}" has ${facts.bytes} bytes, and at most ${maxBytes} are read`,
        { data: { path, bytes: facts.bytes, maxBytes }, retryable: false },
      )
    }
    const content = await onDisk(path, () => readFile(place, { signal }))
    return { path, text: textOf(content, path), ...facts }
  },
}

/** `file.write`: the whole file or nothing, so that a second delivery does no harm. */
export const fileWrite: ActivityDefinition = {
  description: 'Writes a text file, and the folders above it. Readers see the old file or the whole new one.',
  input: {
    type: 'object',
    required: ['path', 'text'],
    additionalProperties: false,
    properties: {
      path: { type: 'string', minLength: 1, description: 'Relative to the file root.' },
      text: { type: 'string' },
    },
  },
  output: {
    type: 'object',
    required: ['path', 'bytes'],
    properties: { path: { type: 'string' }, bytes: { type: 'integer' } },
  },
  run: async ({ path, text }: { path: string; text: string }, { signal }: ActivityContext) => {
    signal.throwIfAborted()
    return { path, bytes: await writeAtomically(path, text) }
  },
}

interface ListInput {
  readonly folder: string
  readonly pattern: string
  readonly before?: string
  readonly limit: number
}

/** `file.list`: in the order of the paths, whatever the file system's own. */
export const fileList: ActivityDefinition = {
  description: 'Lists the files of a folder that fit a pattern and, if asked, are older than a moment.',
  input: {
    type: 'object',
    required: ['folder'],
    additionalProperties: false,
    properties: {
      folder: { type: 'string', minLength: 1, description: 'Relative to the file root.' },
      pattern: { type: 'string', default: '*', description: 'Such as `*.md`, or `**/*.csv` for all depths.' },
      before: { type: 'string', format: 'date-time', description: 'Only files last changed before this.' },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 1000 },
    },
  },
  output: {
    type: 'object',
    required: ['files', 'total'],
    properties: {
      files: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'name', 'bytes', 'modifiedAt'],
          properties: {
            path: { type: 'string' },
            name: { type: 'string', description: 'The path within the folder.' },
            bytes: { type: 'integer' },
            modifiedAt: { type: 'string', format: 'date-time' },
          },
        },
      },
      total: { type: 'integer', description: 'How many fit, listed or not.' },
    },
  },
  run: async (input: ListInput, { signal }: ActivityContext) => {
    const { folder, pattern, before, limit } = input
    const place = await placeOf(folder)
    if (!(await onDisk(folder, () => stat(place))).isDirectory()) throw notAFolder(folder)
    const names = await matchesOf(place, pattern, signal)
    const files = []
    for (const name of names) {
      signal.throwIfAborted()
      const found = await fileNamed(place, name)
      if (found && (before === undefined || Date.parse(found.modifiedAt) < Date.parse(before)))
        files.push(found)
    }
    return { files: files.slice(0, limit), total: files.length }
  },
}

interface MoveInput {
  readonly from: string
  readonly to: string
  readonly overwrite: boolean
}

/** `file.move`: done already counts as done, so that a second delivery succeeds like the first. */
export const fileMove: ActivityDefinition = {
  description: 'Moves a file, and creates the folders above its new place.',
  input: {
    type: 'object',
    required: ['from', 'to'],
    additionalProperties: false,
    properties: {
      from: { type: 'string', minLength: 1 },
      to: { type: 'string', minLength: 1 },
      overwrite: { type: 'boolean', default: false, description: 'Replace a file that is there already.' },
    },
  },
  output: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
  run: async ({ from, to, overwrite }: MoveInput, { signal }: ActivityContext) => {
    const [source, target] = [await placeOf(from), await placeOf(to)]
    const [isThere, isTaken] = [await exists(source), await exists(target)]
    signal.throwIfAborted()
    if (!isThere && isTaken) return { path: to }
    if (isThere && isTaken && !overwrite) {
      throw new ActivityError('file.exists', `"${to}" is there already, so "${from}" was not moved onto it`, {
        data: { path: to },
        retryable: false,
      })
    }
    await onDisk(to, () => mkdir(dirname(target), { recursive: true }))
    await onDisk(from, () => rename(source, target))
    return { path: to }
  },
}

async function factsOf(place: string, path: string): Promise<{ bytes: number; modifiedAt: string }> {
  const found = await onDisk(path, () => stat(place))
  if (!found.isFile()) {
    throw new ActivityError('file.notAFile', `"${path}" is not a file`, { data: { path }, retryable: false })
  }
  return { bytes: found.size, modifiedAt: found.mtime.toISOString() }
}

function textOf(content: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch (error) {
    throw new ActivityError('file.notText', `"${path}" is not UTF-8 text`, {
      data: { path },
      retryable: false,
      cause: error,
    })
  }
}

async function matchesOf(place: string, pattern: string, signal: AbortSignal): Promise<string[]> {
  if (pattern.startsWith('/') || pattern.split(/[/\\]/).includes('..')) {
    throw new ActivityError('file.outside', `The pattern "${pattern}" leads out of its folder`, {
      data: { pattern },
      retryable: false,
    })
  }
  const names: string[] = []
  for await (const name of glob(pattern, { cwd: place })) {
    signal.throwIfAborted()
    names.push(name)
  }
  return names.toSorted((a, b) => (a < b ? -1 : 1))
}

/** A plain file, or nothing: folders and links are not listed, and a file may be gone since it was found. */
async function fileNamed(place: string, name: string) {
  const found = await lstat(join(place, name)).catch(() => undefined)
  if (!found?.isFile()) return undefined
  return {
    path: await pathFrom(join(place, name)),
    name: name.replaceAll('\\', '/'),
    bytes: found.size,
    modifiedAt: found.mtime.toISOString(),
  }
}

function notAFolder(path: string): ActivityError {
  return new ActivityError('file.notAFolder', `"${path}" is not a folder`, {
    data: { path },
    retryable: false,
  })
}

async function exists(place: string): Promise<boolean> {
  return await lstat(place).then(
    () => true,
    () => false,
  )
}
