import { stat } from 'node:fs/promises'
import { EngineError } from '../error.ts'
import { filesIn, readAll } from '../language/read.ts'
import type { Source } from '../language/sheet.ts'

/** The test files in files and folders, sorted; a definition stands for the test beside it. The paths are shown as given. */
export async function findTests(pathsOrFolders: readonly string[]): Promise<readonly Source[]> {
  const found = await Promise.all(pathsOrFolders.map(testsIn))
  return readAll(found.flat())
}

async function testsIn(path: string): Promise<readonly string[]> {
  return (await filesIn(path, isTest)) ?? [isTest(path) ? path : await testBeside(path)]
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
