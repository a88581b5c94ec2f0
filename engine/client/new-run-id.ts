import { randomUUID } from 'node:crypto'

/** A UUID of version 7 (RFC 9562 §5.7): what is started about now lies together wherever ids are kept in order. */
export function newRunId(): string {
  const ms = Date.now().toString(16).padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${randomUUID().slice(15)}`
}
