import { expect, test } from 'vitest'
import { compile } from '../../engine/language/compile.ts'
import { simulate, type Simulated, type SimulateOptions, type World } from '../../engine/testing/simulate.ts'

/** What the engine promises about the history of a run, however long it lives. */
const fewHundred = 400

/** Runs the first of `texts`; the others are its children. */
function live(
  texts: readonly string[],
  world: Partial<World> = {},
  watch: SimulateOptions['watch'] = () => {},
): Promise<Simulated> {
  const sources = texts.map((text, index) => ({ file: `${index}.yaml`, text }))
  const { definitions, issues } = compile(sources)
  const definition = definitions.find(({ file }) => file === '0.yaml')
  if (!definition) throw new Error(JSON.stringify(issues, null, 2))
  const start = { definition, input: null, config: {} }
  const perform: World['perform'] = (_, { input }) => ({ takesMs: 1, returns: input })
  return simulate(start, { definitions, perform, ...world }, { replays: false, watch })
}

test('a loop of 20,000 passes keeps a short history', async () => {
  const run = await live([
    `
name: long-loop
vars: { n: 0 }
steps:
  - loop:
      while: $vars.n < 20000
      maxIterations: 100000
      steps:
        - { id: next, call: echo, with: "\${ $vars.n + 1 }" }
        - set: { n: "\${ $steps.next }" }
result: \${ $vars.n }
`,
  ])
  expect(run.output).toBe(20_000)
  expect(run.calls).toHaveLength(20_000)
  expect(run.longestHistory).toBeLessThan(fewHundred)
})

test('a run that takes 5,000 events one after the other keeps a short history and loses none', async () => {
  const stimuli = Array.from({ length: 5_000 }, (_, index) => ({
    afterMs: index * 10,
    event: 'tick',
    data: index + 1,
  }))
  const run = await live(
    [
      `
name: long-wait
vars: { sum: 0, n: 0 }
steps:
  - loop:
      while: $vars.n < 5000
      maxIterations: 10000
      steps:
        - id: tick
          waitFor: { event: tick, timeout: 1d }
        - set: { n: "\${ $vars.n + 1 }", sum: "\${ $vars.sum + $steps.tick }" }
result: \${ $vars.sum }
`,
    ],
    { stimuli },
  )
  expect(run.output).toBe((5_000 * 5_001) / 2)
  expect(run.longestHistory).toBeLessThan(fewHundred)
})

test('two branches that loop side by side are drained for a checkpoint, and both go on', async () => {
  const branch = (name: string): string => `
      ${name}:
        - loop:
            until: $previous >= 500
            maxIterations: 1000
            steps:
              - { id: next, call: echo, with: "\${ ($previous ?? 0) + 1 }" }`
  const run = await live([
    `
name: side-by-side
steps:
  - parallel:${branch('one')}${branch('two')}
`,
  ])
  expect(run.output).toEqual({ one: 500, two: 500 })
  expect(run.calls).toHaveLength(1_000)
  expect(run.longestHistory).toBeLessThan(fewHundred)
})

test('work that takes long holds the others back for seconds only, and is not done twice', async () => {
  const run = await live(
    [
      `
name: slow-and-quick
steps:
  - parallel:
      slow: [{ call: slow }]
      quick:
        - loop:
            until: $previous >= 200
            maxIterations: 1000
            steps:
              - { id: next, call: echo, with: "\${ ($previous ?? 0) + 1 }" }
`,
    ],
    {
      perform: (name, { input }) =>
        name === 'slow' ? { takesMs: 3_600_000, returns: 'slow' } : { takesMs: 1, returns: input },
    },
  )
  expect(run.output).toEqual({ slow: 'slow', quick: 200 })
  expect(run.calls.filter(({ name }) => name === 'slow')).toHaveLength(1)
  const lastQuick = run.calls.findLast(({ name }) => name === 'echo')
  expect((lastQuick?.at ?? 0) - (run.calls[0]?.at ?? 0)).toBeLessThan(120_000)
})

test('a child that takes long does not keep its siblings from checkpoints, and its end is not missed', async () => {
  const run = await live([
    `
name: parent
steps:
  - parallel:
      child: [{ workflow: week-long }]
      heartbeat:
        - loop:
            until: $previous >= 2000
            every: 1m
            maxIterations: 5000
            steps:
              - { id: next, call: echo, with: "\${ ($previous ?? 0) + 1 }" }
`,
    `name: week-long
steps: [{ wait: 7d }]
result: at last
`,
  ])
  expect(run.error).toBeUndefined()
  expect(run.output).toEqual({ child: 'at last', heartbeat: 2_000 })
  expect(run.longestHistory).toBeLessThan(fewHundred)
  expect(run.elapsedMs).toBeLessThan(7.1 * 24 * 3_600_000)
})

test('a long list carries its items and their results from history to history, and little beside', async () => {
  const items = 2_000
  const states: string[] = []
  const run = await live(
    [
      `
name: long-list
steps:
  - id: all
    forEach:
      in: "\${ [1..${items}] }"
      concurrency: 20
      isolate: true
      steps:
        - { call: echo, with: "\${ $item }" }
result: \${ $sum($steps.all.results) }
`,
    ],
    {},
    (moment) => {
      if (moment.is === 'begun' && 'state' in moment.input)
        states.push(JSON.stringify(moment.input.state.root))
    },
  )
  expect(run.output).toBe((items * (items + 1)) / 2)
  expect(states.length).toBeGreaterThan(10)
  const itemsAndResults = 2 * JSON.stringify(Array.from({ length: items }, (_, index) => index + 1)).length
  for (const state of states) expect(state.length).toBeLessThan(itemsAndResults + 2_000)
})
