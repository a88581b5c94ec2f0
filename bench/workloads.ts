import type { Engine } from '../engine/engine.ts'
import type { Floor } from './floor.ts'

/** The definitions that the workloads run; their one activity adds 1 to a number. */
export const definitions: Readonly<Record<string, string>> = {
  one: `
steps:
  - call: inc
    with: \${ $input.n }`,
  three: `
steps:
  - { id: a, call: inc, with: "\${ $input.n }" }
  - { id: b, call: inc, with: "\${ $steps.a }" }
  - { id: c, call: inc, with: "\${ $steps.b }" }`,
  loop: `
vars: { n: 0 }
steps:
  - loop:
      while: $vars.n < $input.n
      maxIterations: 1000000
      steps:
        - { id: next, call: inc, with: "\${ $vars.n }" }
        - set: { n: "\${ $steps.next }" }
result: \${ $vars.n }`,
  fan: `
steps:
  - id: all
    forEach:
      in: \${ [1..$input.n] }
      concurrency: \${ $input.concurrency ?? $input.n }
      steps:
        - { call: inc, with: "\${ $item }" }
result: \${ $steps.all.succeeded }`,
}

/** A sequence of `n` calls, each of the result before. */
export function sequenceOf(n: number): string {
  const step = (index: number): string =>
    `  - { id: s${index}, call: inc, with: "\${ ${index === 0 ? '$input.n' : `$steps.s${index - 1}`} }" }`
  return `steps:\n${Array.from({ length: n }, (_, index) => step(index)).join('\n')}`
}

export interface Workload {
  readonly id: string
  readonly title: string
  /** The sizes it is measured at, and those of a quick look. */
  readonly sizes: readonly number[]
  readonly quick: readonly number[]
  /** How often each size is measured. */
  readonly repeats: number
  /** One measurement, in ms; several where single runs are timed. */
  measure(engine: Engine, size: number): Promise<readonly number[]>
  /** The same commits on plain SQLite. */
  floor(floor: Floor, size: number): Promise<readonly number[]>
}

export const workloads: readonly Workload[] = [
  {
    id: 'W1',
    title: 'sequence of steps, one run',
    sizes: [10, 100, 1_000],
    quick: [100],
    repeats: 5,
    measure: async (engine, size) => [await timed(() => finish(engine, `seq-${size}`, { n: 0 }, size))],
    floor: async (floor, size) => [await timed(() => floor.sequence(size))],
  },
  {
    id: 'W2',
    title: 'loop, passes of one step',
    sizes: [1_000, 5_000],
    quick: [],
    repeats: 5,
    measure: async (engine, size) => [await timed(() => finish(engine, 'loop', { n: size }, size))],
    floor: async (floor, size) => [await timed(() => floor.sequence(size))],
  },
  {
    id: 'W3',
    title: 'fan-out of steps, one run',
    sizes: [100, 1_000],
    quick: [100],
    repeats: 5,
    measure: async (engine, size) => [await timed(() => finish(engine, 'fan', { n: size }, size))],
    floor: async (floor, size) => [await timed(() => floor.fan(size))],
  },
  {
    id: 'W4',
    title: 'runs of 3 steps, 100 at once',
    sizes: [1_000],
    quick: [100],
    repeats: 5,
    measure: async (engine, size) => [
      await timed(() => atMost(100, size, async (n) => finish(engine, 'three', { n }, n + 3))),
    ],
    floor: async (floor, size) => [await timed(() => atMost(100, size, () => floor.sequence(3)))],
  },
  {
    id: 'W5',
    title: 'start → result of one step',
    sizes: [1],
    quick: [1],
    repeats: 1,
    measure: (engine) => each(200, (n) => finish(engine, 'one', { n }, n + 1)),
    floor: (floor) => each(200, () => floor.sequence(1)),
  },
]

/** Runs a workflow to its end and checks its result: a benchmark of wrong answers is none. */
async function finish(
  engine: Engine,
  name: string,
  input: { readonly n: number },
  expected: number,
): Promise<void> {
  const definition = engine.definitions().find((one) => one.name === name)
  if (!definition) throw new Error(`no definition "${name}"`)
  const { id } = await engine.client.start(definition, input)
  const run = await engine.client.wait(id)
  if (run.output !== expected) throw new Error(`${name} gave ${JSON.stringify(run)} instead of ${expected}`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function each(times: number, work: (index: number) => Promise<void>): Promise<number[]> {
  const took: number[] = []
  for (let index = 0; index < times; index += 1) took.push(await timed(() => work(index)))
  return took
}

/** Does `work` for 0 … `total` - 1, `most` at a time. */
async function atMost(most: number, total: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < total; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: Math.min(most, total) }, lane))
}
