import type { ActivityCatalog } from '../language/catalog.ts'
import { compile } from '../language/compile.ts'
import type { Definition } from '../language/definition.ts'
import type { Issue } from '../language/issue.ts'
import { readDefinitions, relativeTo } from '../language/read.ts'
import type { Source } from '../language/sheet.ts'
import { usedIn } from './used.ts'

/** The definitions beside a test. */
export interface Folder {
  readonly definitions: readonly Definition[]
  readonly issues: readonly Issue[]
  readonly sources: readonly Source[]
}

/** Reads and compiles the definitions of a folder; their files are shown relative to `from`. */
export async function readFolder(folder: string, from: string, catalog?: ActivityCatalog): Promise<Folder> {
  const sources = relativeTo(from, await readDefinitions([folder]))
  return { ...compile(sources, catalog), sources }
}

/** The errors of the workflow `name`, and of those it starts, as far as they have any. */
export function errorsBehind(name: string, { definitions, issues, sources }: Folder): readonly Issue[] {
  const names = new Set([name])
  for (const one of names)
    for (const child of usedIn(definitions.filter((definition) => definition.name === one)).workflows)
      names.add(child)
  const broken = sources.filter(({ text }) => {
    const written = /^name:\s*['"]?([\w-]+)/m.exec(text)?.[1]
    return written !== undefined && names.has(written)
  })
  return issues.filter(
    ({ severity, file }) => severity === 'error' && broken.some((source) => source.file === file),
  )
}
