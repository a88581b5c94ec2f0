import { createWriteStream, existsSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ChannelCredentials, Client, Metadata, status } from '@grpc/grpc-js'
import { EngineError } from '../error.ts'
import { type Copy, copyClosed, writeCopy } from '../scheduler/backup.ts'
import { copyMethod } from '../scheduler/copy-method.ts'
import type { HubConnection } from './connection.ts'
import { fileIn } from './embedded.ts'

/** Copies the hub in `dataDir`, which no process has, to `file`. */
export function backUpFolder(dataDir: string, file: string): Promise<Copy> {
  const path = fileIn(dataDir)
  if (!existsSync(path))
    throw new EngineError('usage', `There is no hub in "${dataDir}"; --data names the folder of one`)
  return writeCopy(file, (unfinished) => copyClosed(path, unfinished))
}

/** Lets a hub that runs elsewhere send a copy of its file, and writes it to `file`. */
export function backUpFrom(connection: HubConnection, file: string): Promise<Copy> {
  return writeCopy(file, (unfinished) => receive(connection, unfinished))
}

async function receive(connection: HubConnection, file: string): Promise<void> {
  const { hostAddress = '', credentials, options, metadataGenerator } = await connection.clientOptions()
  const client = new Client(hostAddress, credentials ?? ChannelCredentials.createInsecure(), options)
  try {
    const { path, requestSerialize, responseDeserialize } = copyMethod
    const metadata = (await metadataGenerator?.()) ?? new Metadata()
    const pieces = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      Buffer.alloc(0),
      metadata,
    )
    await pipeline(pieces, createWriteStream(file))
  } catch (error) {
    throw refusal(error, connection.description)
  } finally {
    client.close()
  }
}

function refusal(error: unknown, hub: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === status.UNIMPLEMENTED)
    return new EngineError(
      'hub.invalid',
      `The ${hub} does not hand out copies of what it keeps; only a hub of Longhaul does`,
      { cause: error },
    )
  if (typeof code !== 'number') return error // of the file, not of the hub
  const reason = error instanceof Error && 'details' in error ? String(error.details) : String(error)
  return new EngineError('hub.unavailable', `The ${hub} sent no copy: ${reason}`, { cause: error })
}
