import { randomUUID } from 'node:crypto'
import type { Run } from '../../run.ts'

/** What a session's id says of it: all that a server must know to go on with a session that another began. */
export interface SessionFacts {
  /** Whether the client can show forms. */
  readonly canBeAsked: boolean
  readonly begunAt: Date
}

/** A new id. It opens no doors: who comes with it is asked for a token like everybody else. */
export function newSessionId({ canBeAsked, begunAt }: SessionFacts): string {
  return `${randomUUID()}-${canBeAsked ? 'asked' : 'plain'}-${begunAt.getTime().toString(36)}`
}

/** What `id` says; `undefined` when it is none of ours. */
export function factsIn(id: string): SessionFacts | undefined {
  const [, kind, begun = ''] =
    /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}-(asked|plain)-([\da-z]{1,11})$/.exec(id) ?? []
  const begunAt = new Date(Number.parseInt(begun, 36))
  return kind === undefined || Number.isNaN(begunAt.getTime())
    ? undefined
    : { canBeAsked: kind === 'asked', begunAt }
}

const sessionTag = 'mcp.session'
const progressTag = 'mcp.progressToken'

/** The tags of a run that was started in a session. */
export function sessionTags(id: string, progressToken?: string | number): Readonly<Record<string, string>> {
  return {
    [sessionTag]: id,
    ...(progressToken === undefined ? {} : { [progressTag]: JSON.stringify(progressToken) }),
  }
}

/** The session in which a run was started, and the token under which its progress is told. */
export function sessionOf({
  tags,
}: Run): { readonly id: string; readonly progressToken?: string | number } | undefined {
  const { [sessionTag]: id, [progressTag]: token } = tags
  if (id === undefined) return undefined
  const progressToken: unknown = token === undefined ? undefined : JSON.parse(token)
  return typeof progressToken === 'string' || typeof progressToken === 'number'
    ? { id, progressToken }
    : { id }
}
