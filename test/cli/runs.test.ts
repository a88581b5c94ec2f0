import { describe, expect, test } from 'vitest'
import { main } from '../../engine/cli/main.ts'
import { projectWith } from '../support/files.ts'
import { longhaul } from '../support/process.ts'
import { command, recordingShell } from '../support/shell.ts'
import { sampleProject } from './support/project.ts'

const greetAda = ['run', 'greet', '--input', '{"name": "Ada"}'] as const

describe('run', () => {
  test('prints the result alone on standard output, and progress elsewhere', async () => {
    const { code, out, err } = await command(greetAda, { cwd: projectWith(sampleProject) })
    expect({ code, out }).toEqual({ code: 0, out: '"Hello, Ada!"\n' })
    expect(err).toMatch(/^run {7}[0-9a-f-]{36}$/m)
    expect(err).toMatch(/^completed/m)
  })

  test('with --json prints the run as one object', async () => {
    const { code, out } = await command([...greetAda, '--json'], { cwd: projectWith(sampleProject) })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      id: expect.any(String),
      workflow: 'greet',
      status: 'completed',
      output: 'Hello, Ada!',
    })
  })

  test('of a run that fails says why and where, and has exit code 1', async () => {
    const cwd = projectWith(sampleProject)
    const { code, out, err } = await command(['run', 'refuse'], { cwd })
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('door.closed: The door is closed (step "door", refuse.yaml:4:5)')
    const record = JSON.parse((await command(['run', 'refuse', '--json'], { cwd })).out)
    expect(record).toMatchObject({
      status: 'failed',
      error: {
        type: 'door.closed',
        data: { door: 3 },
        step: 'door',
        source: { file: 'refuse.yaml', line: 4 },
      },
    })
  })

  test.for([
    ['a file', '@in.json', ''],
    ['standard input', '-', '{"name": "Ada"}'],
  ] as const)('takes its input from %s', async ([, argument, input]) => {
    const cwd = projectWith({ ...sampleProject, 'in.json': '{"name": "Ada"}' })
    const { out } = await command(['run', 'greet', '--input', argument], { cwd, input })
    expect(out).toBe('"Hello, Ada!"\n')
  })

  test('of a broken definition shows its issues and has exit code 1', async () => {
    const broken = sampleProject['definitions/greet.yaml']?.replace('call: greet', 'call: gret') ?? ''
    const cwd = projectWith({ ...sampleProject, 'definitions/greet.yaml': broken })
    const { code, out, err } = await command(greetAda, { cwd })
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/greet\.yaml:9:11 {2}activity\.unknown/)
    expect(err).toContain('Did you mean "greet"?')
    expect(err).toContain('Workflow "greet" has errors and cannot run')
  })

  test('is cancelled by Ctrl-C, and says so', async () => {
    const cwd = projectWith(sampleProject)
    const { shell, outcome, signal } = recordingShell({
      cwd,
      hear: (text) => {
        if (text.includes('At the gate')) signal('SIGINT')
      },
    })
    await main(['run', 'gated', '--json'], shell)
    expect(outcome().err).toContain('Cancelling')
    expect(outcome().code).toBe(1)
    expect(JSON.parse(outcome().out)).toMatchObject({ status: 'cancelled' })
  })

  test('shows what a run asks, and how to answer', async () => {
    const cwd = projectWith(sampleProject)
    const run = longhaul(['run', 'approve'], { cwd })
    const [, id = ''] = await run.says(/answer it with: longhaul answer (\S+) approval '<json>'/)
    const wrong = await command(['answer', id, 'approval', '{"yes": "maybe"}'], { cwd })
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('yes')
    expect((await command(['answer', id, 'approval', '{"yes": true}'], { cwd })).code).toBe(0)
    expect(await run.ended).toMatchObject({ code: 0, out: 'true\n' })
    const late = await command(['answer', id, 'approval', '{"yes": true}'], { cwd })
    expect(late.code).toBe(1)
    expect(late.err).toContain('has ended')
  })

  test('a cancel ends a run at once that nobody has begun, whether or not a server runs', async () => {
    const cwd = projectWith(sampleProject)
    const alone = (await command(['start', 'gated'], { cwd })).out.trim()
    expect(await command(['cancel', alone], { cwd })).toEqual({ code: 0, out: '', err: `Ended ${alone}\n` })
    const idle = longhaul(['serve', '--no-worker', '--port', '0'], { cwd })
    await idle.says(/\/mcp/)
    const id = (await command(['start', 'gated'], { cwd })).out.trim()
    const ended = await command(['cancel', id, '--reason', 'ordered twice', '--json'], { cwd })
    expect(JSON.parse(ended.out)).toMatchObject({ status: 'cancelled', error: { message: 'ordered twice' } })
  })

  test('a cancel with --now does not wait for a clean-up that nobody does', async () => {
    const cwd = projectWith(sampleProject)
    const id = await begun(cwd)
    const { code, out } = await command(['cancel', id, '--now', '--json'], { cwd })
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, status: 'cancelled' })
  })

  test('shows what the children of a run ask, and takes the answers', async () => {
    const parent = `name: approve-both
description: Asks two people.
steps:
  - forEach:
      in: [1, 2]
      isolate: true
      concurrency: 2
      steps: [{ workflow: approve }]
result: \${ $result.results }
`
    const cwd = projectWith({ ...sampleProject, 'definitions/approve-both.yaml': parent })
    const run = longhaul(['run', 'approve-both'], { cwd })
    const hint = /answer it with: longhaul answer (\S+) (forEach\S+2\/workflow\S+\/approval#1) '<json>'/
    const [, id = '', key = ''] = await run.says(hint)
    const unclear = await command(['answer', id, 'approval', '{"yes": true}'], { cwd })
    expect([unclear.code, unclear.err]).toEqual([1, expect.stringContaining('has 2 open questions')])
    const wrong = await command(['answer', id, key, '{"yes": "maybe"}'], { cwd })
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('does not fit')])
    expect((await command(['answer', id, key, '{"yes": false}'], { cwd })).code).toBe(0)
    const other = key.replace('#2/', '#1/')
    expect((await command(['answer', id, other, '{"yes": true}'], { cwd })).code).toBe(0)
    expect(await run.ended).toMatchObject({ code: 0, out: expect.stringMatching(/\[\s*true,\s*false\s*\]/) })
  })

  test('declines a question, and the step fails', async () => {
    const cwd = projectWith(sampleProject)
    const run = longhaul(['run', 'approve'], { cwd })
    const [, id = ''] = await run.says(/answer it with: longhaul answer (\S+) approval '<json>'/)
    const neither = await command(['answer', id, 'approval'], { cwd })
    expect([neither.code, neither.err]).toEqual([2, expect.stringContaining('"--decline"')])
    const args = ['answer', id, 'approval', '--decline', '--reason', 'not my order', '--json']
    const { code, out } = await command(args, { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({ id, step: 'approval', declined: true, reason: 'not my order' })
    const { err } = await run.ended
    expect(err).toContain('ask.declined')
    expect(err).toContain('not my order')
  })
})

describe('without a server', () => {
  test('a run is accepted, can be looked at and is carried on by the next server', async () => {
    const cwd = projectWith(sampleProject)
    const { code, out, err } = await command(['start', 'gated'], { cwd })
    const id = out.trim()
    expect(code).toBe(0)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(err).toContain('No server is running')
    expect(JSON.parse((await command(['show', id, '--json'], { cwd })).out)).toMatchObject({
      id,
      status: 'pending',
    })
    expect((await command(['raise', id, 'opened', '"with a key"'], { cwd })).err).toContain(
      'No server is running',
    )

    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
    const shown = async (): Promise<{ status: string; output?: unknown }> =>
      JSON.parse((await command(['show', id, '--json'], { cwd })).out)
    await expect.poll(async () => (await shown()).status, { timeout: 10_000 }).toBe('completed')
    expect((await shown()).output).toBe('with a key')
    expect((await command(['history', id], { cwd })).out).toMatch(/opened/)
    expect((await command(['list', '--workflow', 'gated', '--status', 'completed'], { cwd })).out).toContain(
      id,
    )
  })

  test('runs are listed newest first, page by page', async () => {
    const cwd = projectWith(sampleProject)
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.unshift((await command(['start', 'gated'], { cwd })).out.trim())
    const first = JSON.parse((await command(['list', '--limit', '2', '--json'], { cwd })).out)
    const rest = await command(['list', '--limit', '2', '--cursor', first.cursor, '--json'], { cwd })
    const listed = [...first.runs, ...JSON.parse(rest.out).runs]
    expect(listed.map((run: { id: string }) => run.id)).toEqual(ids)
  })

  test('an unknown run is named with the one that was probably meant', async () => {
    const cwd = projectWith(sampleProject)
    const id = (await command(['start', 'gated'], { cwd })).out.trim()
    const { code, err } = await command(['show', id.slice(0, 8)], { cwd })
    expect({ code, err }).toEqual({
      code: 1,
      err: `error: There is no run "${id.slice(0, 8)}"; did you mean "${id}"?\n`,
    })
  })
})

describe('show', () => {
  test('a run is shown to people with all they may want to know', async () => {
    const cwd = projectWith(sampleProject)
    const { id } = JSON.parse((await command(['run', 'refuse', '--json'], { cwd })).out)
    const { out } = await command(['show', id], { cwd })
    expect(out).toContain(`run       ${id}\nworkflow  refuse 1.0.0\nstatus    failed\n`)
    expect(out).toMatch(/^started {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m)
    expect(out).toMatch(/^input {5}\{\}$/m)
    expect(out).toMatch(/^error {5}door\.closed: The door is closed \(step "door", refuse\.yaml:4:5\)$/m)
  })

  test('a cancel is kept until a server runs, and refused once the run has ended', async () => {
    const cwd = projectWith(sampleProject)
    const id = await begun(cwd)
    const asked = await command(['cancel', id, '--reason', 'ordered twice'], { cwd })
    expect(asked).toMatchObject({ code: 0, out: '', err: expect.stringContaining(`Asked ${id} to end`) })
    expect(asked.err).toContain('No server is running')
    const server = longhaul(['serve', '--port', '0'], { cwd })
    await server.says(/\/mcp/)
    const shown = async (): Promise<unknown> =>
      JSON.parse((await command(['show', id, '--json'], { cwd })).out).status
    await expect.poll(shown, { timeout: 10_000 }).toBe('cancelled')
    const late = await command(['cancel', id], { cwd })
    expect(late.code).toBe(1)
    expect(late.err).toContain('has ended')
  })
})

/** A run that a server has begun, and left when it stopped. */
async function begun(cwd: string): Promise<string> {
  const server = longhaul(['serve', '--port', '0'], { cwd })
  await server.says(/\/mcp/)
  const id = (await command(['start', 'gated'], { cwd })).out.trim()
  const status = async (): Promise<unknown> =>
    JSON.parse((await command(['show', id, '--json'], { cwd })).out).status
  await expect.poll(status, { timeout: 10_000 }).not.toBe('pending')
  server.kill('SIGTERM')
  await server.ended
  return id
}

test('the log of activities goes to standard error', async () => {
  const activities = `export const activities = { greet: (_, { log }) => {
    log.debug('for the curious')
    log.warn('careful', { level: 3 })
    log.error('oh', new Error('no'))
    return 'hello'
  } }`
  const cwd = projectWith({ ...sampleProject, 'activities/index.mjs': activities })
  const { out, err } = await command(greetAda, { cwd })
  expect(out).toBe('"hello"\n')
  expect(err).toMatch(/^warn {6}careful \{"level":3\} \(greet at \S+ of [0-9a-f-]{36}\)$/m)
  expect(err).toMatch(/^error {5}oh .*"no"/m)
  expect(err).not.toContain('for the curious')
  expect((await command(greetAda, { cwd, env: { LONGHAUL_DEBUG: '1' } })).err).toContain(
    'debug     for the curious',
  )
})
