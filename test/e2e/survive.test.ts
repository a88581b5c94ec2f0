import { expect, test } from 'vitest'
import { project, type Deed, type Project } from '../support/project.ts'
import { legacyClient, type TaskClient } from './task-client.ts'

const chain = `
steps:
  - id: rows
    call: work
    with: { value: [1, 2, 3, 4, 5, 6], ms: 20 }
  - id: checked
    forEach:
      in: \${ $steps.rows }
      concurrency: 3
      steps:
        - { call: work, with: { value: "\${ $item * 10 }", ms: 40 } }
  - id: paused
    wait: 100ms
  - id: total
    call: work
    with: { value: "\${ $sum($steps.checked.results) }", ms: 20 }
  - id: written
    call: work
    with: { value: "\${ 'total ' & $steps.total }", ms: 20 }
result: { total: "\${ $steps.total }", written: "\${ $steps.written }" }
`

/** Calls that were begun again although a later step, which needs their results, had begun before. */
function repeated(deeds: readonly Deed[]): Deed[] {
  const order = ['rows', 'checked', 'total', 'written']
  const stageOf = ({ path }: Deed): number => order.indexOf(path.split('/')[0] ?? '')
  return deeds.filter((deed, index) => {
    const before = deeds.slice(0, index)
    const isSecond = before.some(({ what, path }) => what === 'begin' && path === deed.path)
    return deed.what === 'begin' && isSecond && before.some((other) => stageOf(other) > stageOf(deed))
  })
}

/** The moments at which the process is killed: each as soon as the log shows it. */
const moments: readonly (readonly [string, (deeds: readonly Deed[]) => boolean])[] = [
  ['while the first activity runs', (deeds) => deeds.some(({ what }) => what === 'begin')],
  ['when the first activity has ended', (deeds) => deeds.some(({ what }) => what === 'end')],
  [
    'in the middle of a fan-out',
    (deeds) => deeds.filter(({ what, path }) => what === 'end' && path.startsWith('checked')).length >= 2,
  ],
  [
    'when the fan-out is over',
    (deeds) => deeds.filter(({ what, path }) => what === 'end' && path.startsWith('checked')).length >= 6,
  ],
  [
    'while the last activity runs',
    (deeds) => deeds.some(({ what, path }) => what === 'begin' && path === 'written'),
  ],
]

test.for(moments)(
  'kill -9 %s: the next start finishes the run, and an old task id gets its result',
  async ([, moment]) => {
    const home = project()
    home.define('chain', chain)
    const first = await home.serve()
    const caller = await legacyClient(first.url)
    const taskId = await caller.start('chain', {})
    await home.until(moment)
    first.server.kill('SIGKILL')
    await first.server.ended

    const second = await home.serve()
    const returning = await legacyClient(second.url)
    expect(await returning.result(taskId)).toEqual({ total: 210, written: 'total 210' })
    expect(repeated(home.deeds())).toEqual([])
  },
)

test('kill -9 again and again while a run goes on: it still finishes, and nothing finished runs again', async () => {
  const home = project()
  home.define('chain', chain)
  let { server, url } = await home.serve()
  const taskId = await (await legacyClient(url)).start('chain', {})
  for (let kills = 1; kills <= 4; kills += 1) {
    await home.until((deeds) => deeds.length >= kills * 2)
    server.kill('SIGKILL')
    await server.ended
    ;({ server, url } = await home.serve())
  }
  expect(await (await legacyClient(url)).result(taskId)).toEqual({ total: 210, written: 'total 210' })
  expect(repeated(home.deeds())).toEqual([])
})

test('two runs of a workflow at once do not disturb each other', async () => {
  const { client } = await serving({
    double: 'steps: [{ call: work, with: { value: "${ $input.n * 2 }", ms: 20 } }]\n',
  })
  const ids = await Promise.all([1, 2].map((n) => client.start('double', { n })))
  expect(await Promise.all(ids.map((id) => client.result(id)))).toEqual([{ result: 2 }, { result: 4 }])
})

test('a run keeps the definition it was started with when the file is edited', async () => {
  const { home, client } = await serving({ edited: versionOf('old') })
  const before = await client.start('edited', {})
  await home.until((deeds) => deeds.length > 0)
  const changed = client.toolsChanged()
  home.define('edited', versionOf('new'))
  await changed
  const after = await client.start('edited', {})
  expect(await client.result(before)).toEqual({ result: 'old' })
  expect(await client.result(after)).toEqual({ result: 'new' })
})

function versionOf(value: string): string {
  return `
version: ${value === 'old' ? '1.0.0' : '2.0.0'}
steps:
  - { call: work, with: { ms: 300 } }
  - { call: work, with: { value: ${value} } }
`
}

test('an activity that throws a text fails its step with that text', async () => {
  const { client } = await serving({ throwing: 'steps: [{ id: thrower, call: throwText }]\n' })
  const failure = await client.failure(await client.start('throwing', {}))
  expect(failure).toContain('only a text')
  expect(failure).toContain('thrower')
})

test('a result of 5 MB is refused with limit.size, and the server goes on', async () => {
  const { client } = await serving({
    big: 'steps: [{ id: huge, call: big, with: { bytes: 5000000 } }]\n',
    small: 'steps: [{ call: big, with: { bytes: 3 } }]\n',
  })
  expect(await client.failure(await client.start('big', {}))).toContain('limit.size')
  expect(await client.result(await client.start('small', {}))).toEqual({ result: 'xxx' })
})

test('an input that does not fit is refused with its path before there is a run', async () => {
  const { client } = await serving({
    strict:
      'input: { type: object, properties: { n: { type: integer } }, required: [n] }\nsteps: [{ call: work }]\n',
  })
  await expect(client.start('strict', { n: 'one' })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('/n'),
  })
})

test('an unknown activity is refused at load with its place and what was probably meant', async () => {
  const home = project()
  home.define('typo', 'steps:\n  - call: wrok\n')
  const { code, err } = await home.run('serve', '--port', '0').ended
  expect(code).toBe(1)
  expect(err).toContain('typo.yaml:4:11')
  expect(err).toContain('"work"')
})

test(
  'Ctrl-C tells activities to stop, ends with exit code 0, and loses nothing',
  { timeout: 60_000 },
  async () => {
    const home = project()
    home.define(
      'long',
      'steps:\n  - { call: work, with: { value: first } }\n  - { id: long, call: work, with: { value: done, ms: 2000 } }\n',
    )
    const first = await home.serve()
    const taskId = await (await legacyClient(first.url)).start('long', {})
    await home.until((deeds) => deeds.some(({ what, path }) => what === 'begin' && path === 'long'))
    const stoppedAt = performance.now()
    first.server.kill('SIGINT')
    expect(await first.server.ended).toMatchObject({ code: 0 })
    expect(performance.now() - stoppedAt).toBeLessThan(10_000)
    expect(home.deeds()).toContainEqual(expect.objectContaining({ what: 'abort', path: 'long' }))

    const second = await home.serve()
    expect(await (await legacyClient(second.url)).result(taskId)).toEqual({ result: 'done' })
    expect(home.deeds().filter(({ what, path }) => what === 'begin' && path === 'call.1')).toHaveLength(1)
  },
)

async function serving(
  definitions: Readonly<Record<string, string>>,
): Promise<{ home: Project; client: TaskClient }> {
  const home = project()
  for (const [name, text] of Object.entries(definitions)) home.define(name, text)
  const { url } = await home.serve()
  return { home, client: await legacyClient(url) }
}
