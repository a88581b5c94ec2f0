import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { EngineError } from '../error.ts'
import type { Source } from './sheet.ts'

/** The definitions in files and folders, tests of workflows left out, sorted by file; the paths are shown as given. */
export async function readDefinitions(pathsOrFolders: readonly string[]): Promise<readonly Source[]> {
  const found = await Promise.all(
    pathsOrFolders.map(async (path) => (await filesIn(path, isDefinition)) ?? [path]),
  )
  return readAll(found.flat())
}

/** The texts of files, each once, sorted by file. */
export async function readAll(files: readonly string[]): Promise<readonly Source[]> {
  const sources = [...new Set(files)]
    .toSorted()
    .map(async (file) => ({ file, text: await readFile(file, 'utf8') }))
  return Promise.all(sources)
}

/**
 * The definitions in files and folders with all others that stand beside them: what a check of a file must know.
 * `isAsked` tells those that were named from their neighbours.
 */
export async function readWithNeighbours(
  pathsOrFolders: readonly string[],
): Promise<{ readonly sources: readonly Source[]; isAsked(file: string): boolean }> {
  const asked = await readDefinitions(pathsOrFolders)
  const names = new Set(asked.map(({ file }) => resolve(file)))
  const folders = new Set(asked.map(({ file }) => dirname(file)))
  const around = await readDefinitions([...folders])
  const neighbours = around.filter(({ file }) => !names.has(resolve(file)))
  const sources = [...asked, ...neighbours].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  return { sources, isAsked: (file) => names.has(resolve(file)) }
}

/** `sources` with their files named relative to a folder, as definitions carry them. */
export function relativeTo(folder: string, sources: readonly Source[]): readonly Source[] {
  return sources.map(({ file, text }) => ({ file: relative(folder, file).replaceAll('\\', '/'), text }))
}

/** The wanted files below a folder, hidden ones and packages left out; nothing when `path` is no folder. */
export async function filesIn(
  path: string,
  isWanted: (name: string) => boolean,
): Promise<readonly string[] | undefined> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new EngineError('usage', `There is no file or folder "${path}"`, { cause })
  })
  if (!found.isDirectory()) return undefined
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => {
    const file = join(entry.parentPath, entry.name)
    const isHidden = relative(path, file)
      .split(/[\\/]/)
      .some((part) => part.startsWith('.') || part === 'node_modules')
    return entry.isFile() && !isHidden && isWanted(entry.name) ? [file] : []
  })
}

function isDefinition(file: string): boolean {
  const name = basename(file)
  return /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name)
}
