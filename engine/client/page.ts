import type { OrchestrationState, OrchestrationStatus } from '@microsoft/durabletask-js'
import { EngineError } from '../error.ts'
import type { Run } from '../run.ts'
import type { RunFilter } from './client.ts'
import { describe, hubStatuses } from './describe.ts'
import { isJsonObject } from '../json.ts'
import { originOf, parsed } from './origin.ts'
import { scheduleName } from './schedules.ts'

/** Reads one page of instances from the hub. */
export type PageReader = (
  statuses: readonly OrchestrationStatus[] | undefined,
  token: string | undefined,
) => Promise<{ readonly states: readonly OrchestrationState[]; readonly token?: string }>

/** Collects the runs that `filter` lets through, however many pages of the hub that takes; parts of runs, and schedules, are left out. */
export async function pageOf(
  filter: RunFilter,
  read: PageReader,
): Promise<{ readonly runs: readonly Run[]; readonly cursor?: string }> {
  const limit = filter.limit ?? 100
  const statuses = filter.status && [...new Set(filter.status.flatMap(hubStatuses))]
  const runs: Run[] = []
  let place = readCursor(filter.cursor)
  for (;;) {
    const page = await read(statuses, place.token)
    for (const [index, state] of page.states.entries()) {
      if (index < place.skip) continue
      if (state.name === scheduleName) continue
      const origin = originOf(state.serializedInput)
      if (origin?.isPart) continue
      const run = describe(state, filter.withData ?? false, origin)
      if (!fits(run, filter)) continue
      if (runs.length === limit) return { runs, cursor: cursorAt({ ...place, skip: index }) }
      runs.push(run)
    }
    if (page.token === undefined || page.token === '') return { runs }
    place = { token: page.token, skip: 0 }
    if (runs.length === limit) return { runs, cursor: cursorAt(place) }
  }
}

function fits(run: Run, { workflow, status, tags }: RunFilter): boolean {
  if (workflow !== undefined && run.workflow !== workflow) return false
  if (status && !status.includes(run.status)) return false
  return Object.entries(tags ?? {}).every(([name, value]) => run.tags[name] === value)
}

/** Where a page ended: the hub's page, and how many of its instances were dealt with. */
interface Position {
  readonly token?: string
  readonly skip: number
}

function cursorAt({ token, skip }: Position): string {
  return Buffer.from(JSON.stringify({ ...(token !== undefined && { token }), skip })).toString('base64url')
}

function readCursor(cursor: string | undefined): Position {
  if (cursor === undefined) return { skip: 0 }
  const position = parsed(Buffer.from(cursor, 'base64url').toString()) ?? null
  const { token, skip } = isJsonObject(position) ? position : {}
  if (typeof skip !== 'number' || (token !== undefined && typeof token !== 'string'))
    throw new EngineError('usage', `"${cursor}" is not a cursor that a list of runs gave`)
  return { ...(token !== undefined && { token }), skip }
}
