import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyInto } from '../definitions/running.ts'
import { repository, start, temporaryFolder } from '../support/process.ts'

test(
  'the demo shows a whole run, leaves a report and nothing else, and exits 0',
  { timeout: 60_000 },
  async () => {
    const [files, temp] = [temporaryFolder(), temporaryFolder()]
    copyInto(files, 'definitions/data/sales.csv')
    const env = { LONGHAUL_FILES: files, TMPDIR: temp }
    const demo = start(process.execPath, ['bench/demo.ts'], { cwd: repository, env })
    const { code, out, err } = await demo.ended
    expect(err).toBe('')
    expect(out).toMatch(/Server +http:\/\/127\.0\.0\.1:\d+\/mcp\n/)
    expect(out).toMatch(/Tools +csv-report .+\n.+order-processing /)
    expect(out).toMatch(/working +Checking 5000 rows/)
    expect(out).toMatch(/completed/)
    expect(out).toContain('"revenue": 662334.71')
    expect(out).toMatch(/Done +in \d/)
    expect(code).toBe(0)
    expect(existsSync(join(files, 'reports/sales.md'))).toBe(true)
    expect(readdirSync(temp).filter((name) => name.startsWith('longhaul'))).toEqual([])
  },
)

test('the demo says what is wrong, and exits 1', async () => {
  const env = { LONGHAUL_FILES: temporaryFolder(), TMPDIR: temporaryFolder() }
  const demo = start(process.execPath, ['bench/demo.ts'], { cwd: repository, env })
  const { code, err } = await demo.ended
  expect(err).toContain('"definitions/data/sales.csv" does not exist')
  expect(code).toBe(1)
})
