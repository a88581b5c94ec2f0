import { DatabaseSync } from 'node:sqlite'
import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import { fieldsOf } from '../../engine/scheduler/protobuf.ts'

/** What the file of a hub says, once the hub has closed it. */
export interface FileRecord {
  /** What `PRAGMA integrity_check` found. */
  readonly integrity: string
  readonly instances: readonly InstanceRecord[]
  /** How much is left that somebody should have been told, or should have done. */
  readonly left: { readonly messages: number; readonly calls: number }
  /** How many rows belong to an instance that is not there. */
  readonly orphans: number
}

export interface InstanceRecord {
  readonly hub: string
  readonly id: string
  readonly name: string
  readonly status: string
  readonly completedAt: number | undefined
  readonly parent: string | undefined
  readonly output: unknown
  readonly history: readonly pb.HistoryEvent[]
}

/** Reads a hub's file. */
export function readFile(path: string): FileRecord {
  const database = new DatabaseSync(path)
  try {
    return {
      integrity: String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']),
      instances: database
        .prepare('SELECT * FROM instances ORDER BY key')
        .all()
        .map((row) => ({
          hub: String(row['hub']),
          id: String(row['id']),
          name: String(row['name']),
          status: String(row['status']),
          completedAt: row['completed_at'] === null ? undefined : Number(row['completed_at']),
          parent: row['parent_id'] === null ? undefined : String(row['parent_id']),
          output: row['output'] === null ? null : JSON.parse(String(row['output'])),
          history: historyOf(database, Number(row['key'])),
        })),
      left: {
        messages: Number(database.prepare('SELECT count(*) AS n FROM inbox').get()?.['n']),
        calls: Number(
          database
            .prepare(
              'SELECT (SELECT count(*) FROM activities) + (SELECT coalesce(sum(calling), 0) FROM instances) AS n',
            )
            .get()?.['n'],
        ),
      },
      orphans: Number(database.prepare(orphans).get()?.['n']),
    }
  } finally {
    database.close()
  }
}

const orphans = `
  SELECT count(*) AS n FROM (
    SELECT key FROM history UNION ALL SELECT key FROM inputs UNION ALL
    SELECT key FROM inbox UNION ALL SELECT key FROM activities)
  WHERE key NOT IN (SELECT key FROM instances)`

function historyOf(database: DatabaseSync, key: number): pb.HistoryEvent[] {
  return database
    .prepare('SELECT events FROM history WHERE id BETWEEN ? << 24 AND ? << 24 | 0xffffff ORDER BY id')
    .all(key, key)
    .flatMap(({ events }) => (events instanceof Uint8Array ? [...fieldsOf(events)] : []))
    .map(({ content }) => stubs.HistoryEvent.deserializeBinary(content))
}
