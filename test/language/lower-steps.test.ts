import { describe, expect, test } from 'vitest'
import type { ActivityCatalog } from '../../engine/language/catalog.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition, Step } from '../../engine/language/definition.ts'

const catalog: ActivityCatalog = {
  echo: {},
  batch: {
    input: {
      type: 'object',
      properties: { items: { type: 'array' }, more: { type: ['array', 'null'] }, name: { type: 'string' } },
    },
  },
}

function lowered(text: string): Definition {
  const { definitions, issues } = compile([{ file: 'a.yaml', text }], catalog)
  const [definition] = definitions
  if (!definition) throw new Error(JSON.stringify(issues))
  return definition
}

/** The first step, without its place. */
function step(text: string): object {
  const indented = text.replaceAll(/^(?=.)/gm, '  ')
  const [first] = lowered(`name: a\ntool: { expose: false }\nvars: { v: 0 }\nsteps:\n${indented}`).steps
  const { at: _, ...rest }: Partial<Step> = first ?? {}
  return rest
}

describe('steps', () => {
  test.for<[string, string, object]>([
    [
      'a call',
      '- call: batch\n  with: { name: a }',
      { kind: 'call', activity: 'batch', with: { value: { name: 'a' } }, lists: ['items', 'more'] },
    ],
    [
      'a call without arguments',
      '- call: echo',
      { kind: 'call', activity: 'echo', with: { value: {} }, lists: [] },
    ],
    [
      'a call with a key',
      '- call: echo\n  keep: a.b\n  idempotencyKey: k-${ $run.id }',
      {
        kind: 'call',
        activity: 'echo',
        with: { value: {} },
        lists: [],
        keep: { jsonata: 'a.b', at: [6, 11] },
        idempotencyKey: { text: ['k-', { jsonata: '$run.id', at: [7, 26] }] },
      },
    ],
    [
      'a guard',
      '- wait: 1s\n  if: ${ $input.a = 1 }',
      { kind: 'wait', for: 1000, guard: { jsonata: '$input.a = 1', at: [6, 12] } },
    ],
    [
      'a boolean guard',
      '- wait: 1s\n  if: false',
      { kind: 'wait', for: 1000, guard: { jsonata: 'false', at: [6, 9] } },
    ],
    [
      'an if',
      '- if: $input.a = 1\n  then: []',
      { kind: 'if', when: { jsonata: '$input.a = 1', at: [5, 9] }, then: [], else: [] },
    ],
    [
      'a wait until',
      '- wait: { until: 2030-01-01T00:00:00Z }',
      { kind: 'wait', until: { value: '2030-01-01T00:00:00Z' } },
    ],
    ['a wait as a map', '- wait: { hours: 1, minutes: 30 }', { kind: 'wait', for: 5_400_000 }],
    [
      'a computed wait',
      '- wait: "${ $input.n }m"',
      { kind: 'wait', for: { text: [{ jsonata: '$input.n', at: [5, 15] }, 'm'] } },
    ],
    [
      'a forEach',
      '- forEach: { in: [1], steps: [{ wait: 1s }] }',
      {
        kind: 'forEach',
        in: { value: [1] },
        as: 'item',
        index: 'index',
        concurrency: { value: 1 },
        isolate: false,
      },
    ],
    [
      'a parallel',
      '- parallel: { b: [], a: [] }',
      {
        kind: 'parallel',
        branches: [
          { name: 'b', steps: [] },
          { name: 'a', steps: [] },
        ],
        onFailure: 'cancel',
      },
    ],
    ['a try', '- try: [{ wait: 1s }]\n  saga: true', { kind: 'try', saga: true }],
    [
      'a fail',
      '- fail: { type: a.b }',
      { kind: 'fail', type: 'a.b', message: { value: 'a.b' }, retryable: true },
    ],
    [
      'an ask',
      '- ask: { prompt: 5, timeout: 1h }',
      { kind: 'ask', prompt: { value: '5' }, timeout: 3_600_000 },
    ],
    [
      'an emit',
      '- emit: { event: a, to: "${ $run.id }" }',
      { kind: 'emit', event: 'a', data: { value: null } },
    ],
    ['a return of nothing', '- return:', { kind: 'return', value: { value: null } }],
    [
      'a child',
      '- workflow: a@^1.0\n  if: $input.x = 1',
      { kind: 'workflow', workflow: 'a@^1.0', with: { value: {} }, detached: false },
    ],
    [
      'a retry',
      '- wait: 1s\n  retry: {}',
      { retry: [{ maxAttempts: 3, delay: 1000, backoff: 2, jitter: 0, on: ['*'], except: [] }] },
    ],
    [
      'a retry in full',
      '- wait: 1s\n  retry: { maxAttempts: 5, delay: 2s, backoff: 1, maxDelay: 1m, jitter: true, on: a.b, except: [c], when: $attempt < 3, within: 1h }',
      {
        retry: [
          {
            maxAttempts: 5,
            delay: 2000,
            backoff: 1,
            maxDelay: 60_000,
            jitter: 0.5,
            on: ['a.b'],
            except: ['c'],
            when: { jsonata: '$attempt < 3' },
            within: 3_600_000,
          },
        ],
      },
    ],
    [
      'a catch',
      '- wait: 1s\n  catch: [{ on: [a.b], as: e, result: 1 }, {}]',
      {
        catch: [
          { on: ['a.b'], as: 'e', steps: [], result: { value: 1 } },
          { on: ['*'], steps: [] },
        ],
      },
    ],
    [
      'a compensation',
      '- wait: 1s\n  compensate: { call: batch, with: { name: a } }',
      { compensate: { call: 'batch', with: { value: { name: 'a' } }, lists: ['items', 'more'] } },
    ],
  ])('%s', ([, text, expected]) => {
    expect(step(text)).toMatchObject(expected)
  })

  test('know where they are written', () => {
    const { steps } = lowered('name: a\nsteps:\n  - wait: 1s\n  - id: x\n    wait: 1s\n')
    expect(steps.map(({ at }) => at)).toEqual([
      [3, 5],
      [4, 5],
    ])
  })

  test('get the defaults of their kind, unless they have their own', () => {
    const text =
      'name: a\nretries: { r: { maxAttempts: 9 } }\ndefaults: { call: { timeout: 30s, retry: r }, ask: { timeout: 1h } }\n' +
      'steps:\n  - call: echo\n  - call: echo\n    timeout: 1s\n    retry: { maxAttempts: 1 }\n  - ask: { prompt: a }\n  - ask: { prompt: a, timeout: 2h }\n  - wait: 1s\n'
    const { steps } = lowered(text)
    expect(steps.map(({ timeout, retry }) => [timeout, retry?.[0]?.maxAttempts])).toEqual([
      [30_000, 9],
      [1000, 1],
      [3_600_000, undefined],
      [7_200_000, undefined],
      [undefined, undefined],
    ])
  })

  test('resolve a list of policies and names', () => {
    const { steps } = lowered(
      'name: a\nretries: { r: { on: [a.b] } }\nsteps: [{ wait: 1s, retry: [r, { on: [c] }] }]\n',
    )
    expect(steps[0]?.retry?.map(({ on }) => on)).toEqual([['a.b'], ['c']])
  })

  test('hold secrets as markers, in a call alone', () => {
    const [first] = lowered(
      'name: a\nsecrets: [KEY]\nsteps: [{ call: echo, with: { key: { $secret: KEY }, a: 1 } }]\n',
    ).steps
    expect(first).toMatchObject({ with: { map: { key: { secret: 'KEY' }, a: { value: 1 } } } })
  })

  test('may repeat what an anchor marks', () => {
    const { steps } = lowered(
      'name: a\nsteps:\n  - call: echo\n    with: &w { a: 1 }\n  - call: echo\n    with: *w\n',
    )
    expect(steps.map((one) => one.kind === 'call' && one.with)).toEqual([
      { value: { a: 1 } },
      { value: { a: 1 } },
    ])
  })
})
