import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, vi } from 'vitest'

/** Gives every test of a file an empty file root, and its path. It goes last of all that the test leaves behind. */
export function freshRoot(): () => string {
  let root = ''
  beforeEach(({ onTestFinished }) => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'longhaul-activities-')))
    const made = root
    vi.stubEnv('LONGHAUL_FILES', root)
    onTestFinished(() => {
      vi.unstubAllEnvs()
      rmSync(made, { recursive: true, force: true, maxRetries: 5 })
    })
  })
  return () => root
}
