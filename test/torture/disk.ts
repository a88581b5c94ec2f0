import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A small disk of its own in memory, unmounted with the test. */
export interface Disk {
  readonly folder: string
  makeReadOnly(): void
}

/** Why this machine cannot have such disks; absent: it can. */
export function noDisks(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-mount-'))
  const { status, stderr } = mount(folder, 1)
  if (status === 0) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return status === 0
    ? undefined
    : `a disk of a certain size cannot be mounted here: ${stderr || 'no "mount"'}`
}

export function disk(megabytes: number): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-disk-'))
  const { stderr, status } = mount(folder, megabytes)
  if (status !== 0) throw new Error(`mount: ${stderr}`)
  onTestFinished(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  return {
    folder,
    makeReadOnly: () => {
      const remounted = spawnSync('mount', ['-o', 'remount,ro', folder], { encoding: 'utf8' })
      if (remounted.status !== 0) throw new Error(`remount: ${remounted.stderr}`)
    },
  }
}

function mount(
  folder: string,
  megabytes: number,
): ReturnType<typeof spawnSync> & { readonly stderr: string } {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'longhaul-test', folder], {
    encoding: 'utf8',
  })
}
