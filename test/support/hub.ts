import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type EmbeddedHub, openEmbeddedHub } from '../../engine/hub/embedded.ts'

/** An empty folder that is removed when the test has ended. */
export async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An embedded hub in a folder of its own, closed and removed when the test has ended. */
export async function hubForTest(): Promise<EmbeddedHub> {
  const hub = await openEmbeddedHub({ dataDir: await folderForTest() })
  onTestFinished(() => hub.close())
  return hub
}
