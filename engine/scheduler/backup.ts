import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { backup, DatabaseSync } from 'node:sqlite'
import { EngineError } from '../error.ts'
import { explained, isHub, notAHub } from './database.ts'

/** A copy of a hub's file that was found whole. */
export interface Copy {
  readonly bytes: number
  /** How many instances are in it. */
  readonly instances: number
}

/** How much is copied at a time: a millisecond or so, in which nothing else can be read or written. */
const pagesAtATime = 100

/**
 * Writes a consistent copy of a database into `file`, while this process goes on writing to the database: SQLite brings
 * what was copied already up to date. `begun` is called once part of it is copied; until then nobody may write, for
 * SQLite gives up when the first step meets a transaction.
 */
export async function copyDatabase(
  database: DatabaseSync,
  file: string,
  begun: () => void = () => {},
): Promise<void> {
  try {
    await backup(database, file, { rate: pagesAtATime, progress: begun })
  } catch (error) {
    throw explained(error, file)
  }
}

/** Copies the file of a hub that no process has; refused with `data.locked` while one does. */
export async function copyClosed(path: string, file: string): Promise<void> {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE') // without a file of shared memory beside it
    if (!isHub(database)) throw notAHub(path)
    await copyDatabase(database, file)
  } catch (error) {
    throw explained(error, path)
  } finally {
    database?.close()
  }
}

/** Where a copy of the file at `path` lies until it is sent. */
export function unsentBeside(path: string): string {
  return `${path}.${randomUUID()}${unsent}`
}

const unsent = '.unsent'

/** Removes the copies that a process did not live to send. */
export function removeUnsent(path: string): void {
  if (path === ':memory:') return
  const folder = dirname(path)
  for (const name of readdirSync(folder))
    if (name.startsWith(`${basename(path)}.`) && name.includes(unsent)) rmSync(join(folder, name))
}

/**
 * Lets `write` fill a file that nobody else may read, and gives it the name `file` once it is whole and on disk.
 * Until then it has another name, and is removed when anything goes wrong.
 */
export async function writeCopy(file: string, write: (unfinished: string) => Promise<void>): Promise<Copy> {
  const unfinished = `${file}.${process.pid}.unfinished`
  let handle: FileHandle | undefined
  try {
    handle = await open(unfinished, 'w', 0o600)
    await write(unfinished)
    const { size: bytes } = await handle.stat()
    const copy = { bytes, instances: instancesIn(unfinished) }
    await handle.sync()
    await rename(unfinished, file)
    return copy
  } catch (error) {
    for (const suffix of ['', '-journal']) await rm(unfinished + suffix, { force: true })
    throw explained(error, file)
  } finally {
    await handle?.close()
  }
}

/** How many instances a copy has; refused unless it is the whole file of a hub. */
function instancesIn(file: string): number {
  const url = pathToFileURL(file)
  url.search = 'immutable=1' // it is read as it stands, and nothing is put beside it
  const database = new DatabaseSync(url, { readOnly: true })
  try {
    if (!isHub(database)) throw notAHub(file)
    const found = String(database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'])
    if (found !== 'ok')
      throw new EngineError(
        'data.invalid',
        `What was copied is not whole (${found.replaceAll('\n', ' ')}); the hub's own file may be damaged, so keep the copies that you have`,
      )
    return Number(database.prepare('SELECT count(*) AS n FROM instances').get()?.['n'])
  } finally {
    database.close()
  }
}
