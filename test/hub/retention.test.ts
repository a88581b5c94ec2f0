import { expect, test } from 'vitest'
import { sampleProject } from '../cli/support/project.ts'
import { until } from '../scheduler/sdk.ts'
import { projectWith } from '../support/files.ts'
import { longhaul } from '../support/process.ts'
import { command } from '../support/shell.ts'

const elsewhere = 'Endpoint=http://127.0.0.1:1;Authentication=None;TaskHub=default'

test.for([
  ['serve', ['serve', '--port', '0']],
  ['hub', ['hub', '--listen', '127.0.0.1:0']],
] as const)(
  'what "%s" keeps for a second is gone soon after its end, and what lives stays',
  async ([, args]) => {
    const cwd = projectWith(sampleProject)
    const run = await longhaul(['run', 'greet', '--input', '{"name":"Ada"}'], { cwd }).ended
    expect(run.code).toBe(0)
    expect((await longhaul(['start', 'gated', '--id', 'lives'], { cwd }).ended).code).toBe(0)
    const keeper = longhaul([...args, '--retention', '1s'], { cwd })
    await keeper.says(/127\.0\.0\.1:\d+/)
    const listed = async (): Promise<string[]> => {
      const { code, out } = await command(['list', '--json'], { cwd })
      expect(code).toBe(0)
      const { runs }: { runs: { workflow: string }[] } = JSON.parse(out)
      return runs.map(({ workflow }) => workflow)
    }
    await until(async () => !(await listed()).includes('greet'))

    expect(await listed()).toEqual(['gated'])
  },
)

test.for([
  ['a time that is none', ['serve', '--retention', 'long'], /such as 30d, 12h or 90m/],
  ['no time at all', ['hub', '--retention', '0s'], /such as 30d, 12h or 90m/],
  ['runs that are kept elsewhere', ['serve', '--retention', '1d', '--hub', elsewhere], /a hub elsewhere/],
  ['runs that are kept elsewhere', ['mcp', '--retention', '1d', '--hub', elsewhere], /a hub elsewhere/],
] as const)('%s: "%s" is wrong usage', async ([, args, cure]) => {
  const { code, err } = await command(args, { cwd: projectWith(sampleProject) })

  expect(err).toMatch(cure)
  expect(code).toBe(2)
})
