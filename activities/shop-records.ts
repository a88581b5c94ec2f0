import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { placeOf, writeAtomically } from './file-root.ts'

/**
 * The id of what a call makes. It follows from the idempotency key, so a call that is delivered twice, or tried again,
 * finds what the first one made.
 */
export function recordId(prefix: string, idempotencyKey: string): string {
  return `${prefix}_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 16)}`
}

/** The drawers of the simulated shop: each record is a file in `.longhaul/shop/<drawer>/`. */
export type Drawer = 'charges' | 'reservations' | 'shipments'

/** The record with this id, if there is one. */
export async function recordOf<T>(drawer: Drawer, id: string): Promise<T | undefined> {
  try {
    const record: T = JSON.parse(await readFile(await placeOf(pathOf(drawer, id)), 'utf8'))
    return record
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Keeps a record, in place of the one that had this id. */
export async function keepRecord(drawer: Drawer, id: string, record: unknown): Promise<void> {
  await writeAtomically(pathOf(drawer, id), `${JSON.stringify(record, undefined, 2)}\n`)
}

/** Throws a record away; none is fine too. */
export async function dropRecord(drawer: Drawer, id: string): Promise<void> {
  await rm(await placeOf(pathOf(drawer, id)), { force: true })
}

/** All records of a drawer. */
export async function recordsIn<T>(drawer: Drawer): Promise<T[]> {
  const names = await readdir(await placeOf(join('.longhaul/shop', drawer))).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const ids = names.filter((name) => /^\w+\.json$/.test(name)).map((name) => name.slice(0, -5))
  const records = await Promise.all(ids.map((id) => recordOf<T>(drawer, id)))
  return records.filter((record) => record !== undefined)
}

function pathOf(drawer: Drawer, id: string): string {
  return join('.longhaul/shop', drawer, `${id}.json`)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
