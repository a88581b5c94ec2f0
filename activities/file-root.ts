import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { ActivityError } from '../engine/index.ts'

/**
 * The absolute path of `path`, links resolved; it need not exist. Refused when it leads out of the file root, which is
 * the folder that LONGHAUL_FILES names, else the working directory of the host.
 */
export async function placeOf(path: string): Promise<string> {
  if (path.includes('\0')) {
    throw new ActivityError('file.outside', 'A path cannot hold a null character', { retryable: false })
  }
  const root = await realRoot()
  const place = await onDisk(path, () => realPlace(resolve(root, inRoot(path))))
  if (place === root || place.startsWith(root.endsWith(sep) ? root : root + sep)) return place
  throw new ActivityError(
    'file.outside',
    `"${path}" lies outside of the folder that activities may use; name a file in it, or set LONGHAUL_FILES to a folder that holds it`,
    { data: { path }, retryable: false },
  )
}

/** What an activity would write to find the file at `place` again: relative to the file root, with forward slashes. */
export async function pathFrom(place: string): Promise<string> {
  return relative(await realRoot(), place).replaceAll(sep, '/')
}

/** Writes a file, and the folders above it, so that a reader or a crash sees the old one or the whole new one. Gives its bytes. */
export async function writeAtomically(
  path: string,
  content: string | AsyncIterable<Uint8Array>,
): Promise<number> {
  const place = await placeOf(path)
  const draft = join(dirname(place), `.${basename(place)}.${randomUUID()}.tmp`)
  return await onDisk(path, async () => {
    await mkdir(dirname(place), { recursive: true })
    try {
      const bytes = await writeDurably(draft, content)
      await rename(draft, place)
      return bytes
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  })
}

/** Does `work` on the file that the author calls `path`, and gives its errors types that a definition can catch. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fileError(error, path)
  }
}

/**
 * `error` of the file system as what a definition can catch by type; anything else stays as it is. The cause is left
 * out on purpose: its message holds the absolute path, which is nobody's business outside of this machine.
 */
export function fileError(error: unknown, path: string): unknown {
  const code = codeOf(error)
  const known = kinds[code]
  if (known) {
    const { type, says, retryable = false } = known
    return new ActivityError(type, `"${path}" ${says}`, { data: { path }, retryable })
  }
  if (!/^E[A-Z0-9]+$/.test(code)) return error
  return new ActivityError('file.failed', `The file system answered ${code} for "${path}"`, {
    data: { path, code },
  })
}

const kinds: Readonly<Record<string, { type: string; says: string; retryable?: boolean }>> = {
  ENOENT: { type: 'file.notFound', says: 'does not exist' },
  EISDIR: { type: 'file.notAFile', says: 'is a folder, not a file' },
  ENOTDIR: { type: 'file.notAFolder', says: 'leads through a file as if it were a folder' },
  EACCES: { type: 'file.denied', says: 'is closed to this process' },
  EPERM: { type: 'file.denied', says: 'is closed to this process' },
  EROFS: { type: 'file.denied', says: 'lies on a disk that is read-only' },
  ELOOP: { type: 'file.notFound', says: 'is a link that leads to itself' },
  ENAMETOOLONG: { type: 'file.notFound', says: 'is too long for a path' },
  ENOSPC: { type: 'file.noSpace', says: 'does not fit on its disk', retryable: true },
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

async function realRoot(): Promise<string> {
  const root = fileRoot()
  return await realpath(root).catch(() => {
    throw new ActivityError('file.noRoot', 'The folder that LONGHAUL_FILES names does not exist', {
      retryable: false,
    })
  })
}

function fileRoot(): string {
  return resolve(process.env['LONGHAUL_FILES'] || '.')
}

/** `path` relative to the root as it was named, so that an absolute path into a linked root is understood too. */
function inRoot(path: string): string {
  return relative(fileRoot(), resolve(fileRoot(), path))
}

/** The path without links, as far as it exists. */
async function realPlace(target: string): Promise<string> {
  try {
    return await realpath(target)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(target) === target) throw error
    return join(await realPlace(dirname(target)), basename(target))
  }
}

async function writeDurably(file: string, content: string | AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(content)
    await handle.sync()
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}
