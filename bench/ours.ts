import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { openEngine } from '../engine/engine.ts'
import type { Contestant } from './contestant.ts'

/** Longhaul as a user has it by default: YAML, expressions, the embedded hub, and V8 as `longhaul` sets it. */
export async function openOurs(folder: string, sequences: readonly number[]): Promise<Contestant> {
  setFlagsFromString('--heap-growing-percent=40')
  setFlagsFromString('--no-allocation-site-pretenuring')
  const bodies = {
    loop,
    fan,
    items,
    ...Object.fromEntries(sequences.map((n) => [`seq-${n}`, sequenceOf(n)])),
  }
  const engine = await openEngine({
    definitions: writeDefinitions(join(folder, 'definitions'), bodies),
    data: join(folder, 'data'),
    activities: { inc: (n: number) => n + 1 },
    env: {},
  })
  const byName = new Map(engine.definitions().map((definition) => [definition.name, definition]))
  const run = async (name: string, input: Readonly<Record<string, number>>): Promise<unknown> => {
    const definition = byName.get(name)
    if (!definition)
      throw new Error(`There is no definition "${name}"; there are ${[...byName.keys()].join(', ')}`)
    const { id } = await engine.client.start(definition, input)
    const { output, error } = await engine.client.wait(id)
    if (error) throw new Error(`${name} failed: ${error.message}`)
    return output
  }
  return {
    sequence: (steps, from) => run(`seq-${steps}`, { n: from }),
    loop: (passes) => run('loop', { n: passes }),
    fan: (steps) => run('fan', { n: steps }),
    items: (n, atOnce) => run('items', { n, atOnce }),
    stop: () => engine.stop(),
  }
}

/** Writes a file for every definition, by its name, and gives the folder. */
export function writeDefinitions(to: string, bodies: Readonly<Record<string, string>>): string {
  mkdirSync(to, { recursive: true })
  for (const [name, body] of Object.entries(bodies))
    writeFileSync(
      join(to, `${name}.yaml`),
      `name: ${name}\ndescription: A workload of the benchmark\n${body.trimStart()}\n`,
    )
  return to
}

const loop = `
vars: { n: 0 }
steps:
  - loop:
      while: $vars.n < $input.n
      maxIterations: 1000000
      steps:
        - { id: next, call: inc, with: "\${ $vars.n }" }
        - set: { n: "\${ $steps.next }" }
result: \${ $vars.n }`

const fan = `
steps:
  - id: all
    forEach:
      in: \${ [1..$input.n] }
      concurrency: \${ $input.n }
      steps:
        - { call: inc, with: "\${ $item }" }
result: \${ $steps.all.succeeded }`

/** Isolated, as a list of more than 1,000 items has to be. */
const items = `
steps:
  - id: all
    forEach:
      in: \${ [1..$input.n] }
      concurrency: \${ $input.atOnce }
      isolate: true
      steps:
        - { call: inc, with: "\${ $item }" }
result: \${ $steps.all.succeeded }`

/** A sequence of `n` calls, each of the result before. */
function sequenceOf(n: number): string {
  const step = (index: number): string =>
    `  - { id: s${index}, call: inc, with: "\${ ${index === 0 ? '$input.n' : `$steps.s${index - 1}`} }" }`
  return `steps:\n${Array.from({ length: n }, (_, index) => step(index)).join('\n')}`
}
