import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { version } from '../../engine/cli/version.ts'
import { codes } from '../../engine/language/codes.ts'
import { projectWith } from '../support/files.ts'
import { sampleProject } from './support/project.ts'
import { command } from '../support/shell.ts'

const commands = [
  'serve',
  'mcp',
  'run',
  'start',
  'show',
  'list',
  'history',
  'cancel',
  'raise',
  'answer',
  'init',
  'validate',
  'replay',
  'test',
  'worker',
  'hub',
  'explain',
  'activities',
]

describe('help', () => {
  test('names every command, and the exit codes', async () => {
    const { code, out } = await command(['--help'], { cwd: '/' })
    expect(code).toBe(0)
    for (const name of commands) expect(out).toMatch(new RegExp(`^ +${name}\\b`, 'm'))
    expect(out).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage')
  })

  test.for(commands)('of "%s" has examples and the options that every command takes', async (name) => {
    const { code, out } = await command([name, '--help'], { cwd: '/' })
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`Examples:\\n.*longhaul ${name}`))
    expect(out).toContain('--data <dir>')
  })

  test('the version is that of the package', async () => {
    const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(version).toBe(packaged)
    expect(await command(['--version'], { cwd: '/' })).toEqual({ code: 0, out: `${packaged}\n`, err: '' })
  })
})

describe('wrong usage has exit code 2, a cure, and no stack', () => {
  test.for([
    ['an unknown command', ['lst'], 'Did you mean list?'],
    ['an unknown flag', ['list', '--jsno'], 'Did you mean --json?'],
    ['a missing argument', ['show'], "missing required argument 'run'"],
    ['an argument too many', ['show', 'a', 'b'], 'too many arguments'],
    ['a port that is none', ['serve', '--port', '70000'], '1 to 65535, or 0 to pick a free one'],
    ['a status that is none', ['list', '--status', 'done'], 'Allowed choices are pending'],
    ['an unknown workflow', ['run', 'gret'], 'There is no workflow "gret". Did you mean "greet"?'],
    ['an unknown workflow to start', ['start', 'x'], 'There are: "approve", "gated", "greet", "refuse"'],
    ['an input that is not JSON', ['run', 'greet', '--input', '{name: 1}'], '--input {name: 1} is not JSON'],
    [
      'an input file that is not there',
      ['run', 'greet', '--input', '@no.json'],
      'no.json", which cannot be read',
    ],
    ['an input that does not fit', ['run', 'greet', '--input', '{"nam": 1}'], 'nam'],
    [
      'a module that is not there',
      ['activities', '--activities', 'x.ts'],
      '--activities must name one that exists',
    ],
    [
      'a secrets file that is not there',
      ['list', '--secrets', 'x.env'],
      '--secrets must name one that exists',
    ],
    ['a folder that is not there', ['run', 'greet', '--definitions', 'x'], '"longhaul init" writes a sample'],
    ['a file to validate that is not there', ['validate', 'x.yaml'], 'x.yaml'],
    ['an address beyond this machine for everybody', ['serve', '--bind', '0.0.0.0'], 'say who may'],
    ['an era that is none', ['mcp', '--eras', 'old'], 'Allowed choices are legacy, modern'],
    ['tokens from nowhere', ['serve', '--tokens', 'no.txt'], 'no.txt" cannot be read'],
    ['a hub that is none', ['list', '--hub', 'http://localhost'], 'Endpoint'],
  ] as const)('%s', async ([, args, cure]) => {
    const { code, out, err } = await command(args, { cwd: projectWith(sampleProject) })
    expect(err).toContain(cure)
    expect(err).not.toMatch(/^\s+at /m)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })

  test('LONGHAUL_DEBUG shows where an error comes from', async () => {
    const cwd = projectWith(sampleProject)
    const { err } = await command(['run', 'gret'], { cwd, env: { LONGHAUL_DEBUG: '1' } })
    expect(err).toMatch(/^\s+at .*definition-named\.ts/m)
  })
})

describe('init', () => {
  test('writes a project whose definitions are valid', async () => {
    const cwd = projectWith({})
    const { code, out, err } = await command(['init'], { cwd })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain('wrote  definitions/hello.yaml')
    expect(err).toContain('npx longhaul run hello')
    expect(JSON.parse(readFileSync(join(cwd, '.vscode/mcp.json'), 'utf8'))).toEqual({
      servers: { longhaul: { type: 'stdio', command: 'npx', args: ['longhaul', 'mcp'] } },
    })
    const validated = await command(['validate', '--strict'], { cwd })
    expect(validated).toEqual({ code: 0, out: '', err: '1 definition: 0 errors, 0 warnings\n' })
  })

  test('never overwrites, and says what belongs into a file that was there', async () => {
    const cwd = projectWith({ '.vscode/mcp.json': '{}', 'activities/index.ts': '// mine' })
    const { err } = await command(['init'], { cwd })
    expect(err).toContain('kept   activities/index.ts')
    expect(err).toContain('Add this to .vscode/mcp.json')
    expect(readFileSync(join(cwd, '.vscode/mcp.json'), 'utf8')).toBe('{}')
    expect(readFileSync(join(cwd, 'activities/index.ts'), 'utf8')).toBe('// mine')
  })

  test('writes into a folder that it makes', async () => {
    const cwd = projectWith({})
    const { err, out } = await command(['init', 'new/place', '--json'], { cwd })
    expect(err).toContain('cd new/place')
    expect(JSON.parse(out).written).toContain('definitions/hello.yaml')
    expect(existsSync(join(cwd, 'new/place/definitions/hello.yaml'))).toBe(true)
  })
})

describe('validate', () => {
  const broken = sampleProject['definitions/greet.yaml']?.replace('call: greet', 'call: gret') ?? ''

  test('shows each issue with its place, the very characters and a cure, and has exit code 1', async () => {
    const cwd = projectWith({ ...sampleProject, 'definitions/greet.yaml': broken })
    const { code, out, err } = await command(['validate'], { cwd })
    expect(code).toBe(1)
    expect(out).toMatch(/^definitions\/greet\.yaml:9:11 {2}activity\.unknown$/m)
    expect(out).toContain('Did you mean "greet"?')
    expect(out).toMatch(/9 \| {3}- call: gret\n.*\^\^\^\^$/m)
    expect(err).toBe('4 definitions: 1 error, 0 warnings\n')
  })

  test('with --json prints one object of issues', async () => {
    const cwd = projectWith({ ...sampleProject, 'definitions/greet.yaml': broken })
    const { code, out } = await command(['validate', '--json'], { cwd })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      issues: [
        expect.objectContaining({
          code: 'activity.unknown',
          severity: 'error',
          file: 'definitions/greet.yaml',
          line: 9,
          column: 11,
          endLine: 9,
          endColumn: 15,
        }),
      ],
    })
  })

  test('with --sarif prints what GitHub shows beside the lines of a pull request', async () => {
    const cwd = projectWith({ ...sampleProject, 'definitions/greet.yaml': broken })
    const { code, out } = await command(['validate', '--sarif'], { cwd })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'longhaul', rules: [{ id: 'activity.unknown' }] } },
          results: [
            {
              ruleId: 'activity.unknown',
              level: 'error',
              message: { text: 'There is no activity "gret". Did you mean "greet"?' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'definitions/greet.yaml' },
                    region: { startLine: 9, startColumn: 11, endLine: 9, endColumn: 15 },
                  },
                },
              ],
            },
          ],
        },
      ],
    })
  })

  test('of one file leaves the issues of its neighbours out', async () => {
    const cwd = projectWith({ ...sampleProject, 'definitions/greet.yaml': broken })
    const { code, err } = await command(['validate', 'definitions/refuse.yaml'], { cwd })
    expect({ code, err }).toEqual({ code: 0, err: '1 definition: 0 errors, 0 warnings\n' })
  })

  test('with --strict fails on warnings', async () => {
    const undescribed = 'name: bare\nsteps: [{ return: 1 }]\n'
    const cwd = projectWith({
      'definitions/bare.yaml': undescribed,
      'activities/index.mjs': 'export default {}',
    })
    expect((await command(['validate'], { cwd })).code).toBe(0)
    expect((await command(['validate', '--strict'], { cwd })).code).toBe(1)
  })

  test('without an activities module says that names of activities were not checked', async () => {
    const cwd = projectWith({ 'definitions/greet.yaml': broken })
    const { code, err } = await command(['validate'], { cwd })
    expect(code).toBe(0)
    expect(err).toContain('activities were not checked')
  })
})

describe('explain', () => {
  test('tells what a code means, with a bad and a good example', async () => {
    const { code, out } = await command(['explain', 'activity.unknown'], { cwd: '/' })
    expect(code).toBe(0)
    expect(out).toMatch(/^activity\.unknown {2}error {2}An unknown activity\n/)
    expect(out).toMatch(/^bad\n {2}- call: lgo$/m)
    expect(out).toMatch(/^good\n {2}- call: log$/m)
  })

  test('lists all codes', async () => {
    const { out } = await command(['explain', '--json'], { cwd: '/' })
    const all = Object.keys(codes)
    expect(JSON.parse(out).codes.map((entry: { code: string }) => entry.code)).toEqual(all.toSorted())
    expect((await command(['explain'], { cwd: '/' })).out.split('\n')).toHaveLength(all.length + 2)
  })

  test('of an unknown code names the one that was probably meant', async () => {
    const { code, err } = await command(['explain', 'activity.unkown'], { cwd: '/' })
    expect({ code, err }).toEqual({
      code: 2,
      err: 'error: There is no issue code "activity.unkown". Did you mean "activity.unknown"?\n',
    })
  })
})

describe('activities', () => {
  test('lists names, arguments and descriptions', async () => {
    const { out } = await command(['activities'], { cwd: projectWith(sampleProject) })
    expect(out).toBe('ACTIVITY  WITH         DESCRIPTION\ngreet     name, loud?  Makes a greeting\n')
  })

  test('with --json prints the schemas', async () => {
    const { out } = await command(['activities', '--json'], { cwd: projectWith(sampleProject) })
    expect(JSON.parse(out).activities).toEqual([
      expect.objectContaining({ name: 'greet', input: expect.objectContaining({ required: ['name'] }) }),
    ])
  })

  test('tells what is wrong with a module', async () => {
    const cwd = projectWith({ 'activities/index.mjs': 'export const activities = { greet: 3 }' })
    const { code, err } = await command(['activities'], { cwd })
    expect(code).toBe(1)
    expect(err).toContain('"greet" is a number; a function or {run, input?, output?, description?} is right')
  })
})

test('colours are only for terminals', async () => {
  const cwd = projectWith(sampleProject)
  const escape = '\u001B['
  expect((await command(['activities'], { cwd, hasColor: true })).out).toContain(escape)
  expect((await command(['activities'], { cwd })).out).not.toContain(escape)
})
