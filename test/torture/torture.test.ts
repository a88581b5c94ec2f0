import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/process.ts'
import { torture } from './torture.ts'

test(
  'hub and workers are killed again and again, and every promise is kept',
  { timeout: 120_000 },
  async () => {
    const seed = Number(process.env['TORTURE_SEED'] ?? 5)
    const { violations, ...counts } = await torture({
      seed,
      ms: 10_000,
      restarts: 12,
      folder: temporaryFolder(),
      say: () => {},
    })

    expect({ seed, violations }).toEqual({ seed, violations: [] })
    expect(counts.runs).toBeGreaterThan(5)
    expect(counts.restarts).toBeGreaterThan(5)
  },
)
