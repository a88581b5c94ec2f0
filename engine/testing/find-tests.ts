import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { EngineError } from '../error.ts'
import type { Source } from '../language/sheet.ts'

/** The test files in files and folders, sorted; a definition stands for the test beside it. The paths are shown as given. */
export async function findTests(pathsOrFolders: readonly string[]): Promise<readonly Source[]> {
  const files = new Set<string>()
  for (const path of pathsOrFolders) for (const file of await testsIn(path)) files.add(file)
  const sources = [...files].toSorted().map(async (file) => ({ file, text: await readFile(file, 'utf8') }))
  return Promise.all(sources)
}

async function testsIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new EngineError('usage', `There is no file or folder "${path}"`, { cause })
  })
  if (!found.isDirectory()) return [isTest(path) ? path : await testBeside(path)]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => {
    const file = join(entry.parentPath, entry.name)
    const isHidden = relative(path, file)
      .split(/[\\/]/)
      .some((part) => part.startsWith('.') || part === 'node_modules')
    return entry.isFile() && !isHidden && isTest(entry.name) ? [file] : []
  })
}

async function testBeside(path: string): Promise<string> {
  const beside = path.replace(/\.ya?ml$/, '.test.yaml')
  const found = beside === path ? undefined : await stat(beside).catch(() => undefined)
  if (found) return beside
  throw new EngineError(
    'usage',
    `"${path}" is no test, and there is none beside it; tests are called NAME.test.yaml`,
  )
}

function isTest(file: string): boolean {
  return /\.test\.ya?ml$/.test(file)
}
