import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../error.ts'

/** `migrations[n]` brings a file from version n to n + 1; the first makes it. Never edit one that was released. */
const migrations: readonly string[] = [
  './schema.sql',
  './schema-2.sql',
  './schema-3.sql',
  './schema-4.sql',
].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))

/** The version of the schema that this program writes. */
const schemaVersion = migrations.length

/** Marks an SQLite file as ours: "LHUB". */
const applicationId = 0x4c485542

/**
 * Opens the file of a scheduler, for this process alone, and brings its schema up to date.
 *
 * What is committed is on disk (`synchronous = FULL`). The lock is held until the database is closed, so a second
 * process is refused here and nowhere later.
 */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 0 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    const version = versionOf(database, path)
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA temp_store = MEMORY;
      PRAGMA wal_autocheckpoint = 1000;
      PRAGMA journal_size_limit = 16777216;`)
    migrate(database, version)
    return database
  } catch (error) {
    database?.close()
    throw error instanceof EngineError ? error : explained(error, path)
  }
}

/** The schema's version in a file that is ours, or empty. Nothing is written before that is known. */
function versionOf(database: DatabaseSync, path: string): number {
  const version = pragma(database, 'user_version')
  const isNew = (): boolean => version === 0 && pragma(database, 'application_id') === 0 && isEmpty(database)
  if (!isHub(database) && !isNew()) throw notAHub(path)
  if (version > schemaVersion)
    throw new EngineError(
      'data.invalid',
      `"${path}" was written by a newer version of Longhaul (its schema is ${version}, this program knows ${schemaVersion}); use that version, or another data folder`,
    )
  return version
}

/** Whether the file was made by this program, in whichever version. */
export function isHub(database: DatabaseSync): boolean {
  return pragma(database, 'application_id') === applicationId
}

function migrate(database: DatabaseSync, version: number): void {
  database.exec('BEGIN IMMEDIATE') // takes the lock even when there is nothing to change
  for (const migration of migrations.slice(version)) database.exec(migration)
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`)
}

function pragma(database: DatabaseSync, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get()
  return Number(row?.[name])
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
}

/** What a file that holds something else is refused with. */
export function notAHub(path: string, cause?: unknown): EngineError {
  return new EngineError(
    'data.invalid',
    `"${path}" is not a Longhaul hub; name another data folder, or move the file away`,
    { cause },
  )
}

/** The primary result codes of SQLite that have a cure. */
const sqlite = {
  busy: 5,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const

/** What went wrong with the file at `path`, and what would help. */
export function explained(error: unknown, path: string): EngineError {
  if (error instanceof EngineError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const code = primaryCode(error)
  if (code === sqlite.busy)
    return new EngineError(
      'data.locked',
      `"${path}" is in use by another process; stop that process, talk to it, or name another data folder`,
      { cause: error },
    )
  if (code === sqlite.corrupt)
    return new EngineError(
      'data.invalid',
      `"${path}" is damaged (${reason}); put a backup in its place, or move it away to begin anew`,
      { cause: error },
    )
  if (code === sqlite.notADatabase) return notAHub(path, error)
  // What may only be read, SQLite opens for reading, and then fails to lock it.
  const isReadOnly = code === sqlite.io && !isWritable(path)
  return unavailable(path, cures.get(isReadOnly ? sqlite.readOnly : code) ?? reason, error)
}

const cures: ReadonlyMap<number | undefined, string> = new Map([
  [sqlite.full, 'there is no space left on its disk; make room'],
  [sqlite.readOnly, 'it cannot be written; make the file and its folder writable'],
  [sqlite.io, 'its disk reports an error; see that the disk is in order and lets files grow'],
  [sqlite.cannotOpen, 'it cannot be opened; see that the folder exists and is writable'],
])

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false // whatever the reason: SQLite has failed already
  }
}

function unavailable(path: string, reason: string, cause?: unknown): EngineError {
  return new EngineError('data.unavailable', `"${path}" does not take what must be kept: ${reason}`, {
    cause,
  })
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}

/** How long a file that was deleted may go unnoticed while it is written to all the time. */
export const watchMs = 5

/**
 * Tells whether the file at `path` is still the one it was now: what is written to a deleted file is lost. It looks each
 * time if it must, else now and then.
 */
export function watchFile(path: string): (must?: boolean) => void {
  if (path === ':memory:') return () => {}
  const opened = statSync(path).ino
  let lookAgainAt = 0
  return (must = false) => {
    if (!must && performance.now() < lookAgainAt) return
    lookAgainAt = performance.now() + watchMs
    const now = statSync(path, { throwIfNoEntry: false })?.ino
    if (now === opened) return
    throw unavailable(
      path,
      now === undefined ? 'it was deleted or moved away' : 'another file is in its place',
    )
  }
}
