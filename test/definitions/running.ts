import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { activities } from '../../activities/index.ts'
import { type Engine, openEngine } from '../../engine/engine.ts'
import type { Json } from '../../engine/json.ts'
import type { Run } from '../../engine/run.ts'

/** The samples and their activities on a hub of their own in `root`, stopped with the test. */
export async function sampleEngine(root: string): Promise<Engine> {
  const engine = await openEngine({
    definitions: 'definitions',
    activities,
    data: join(root, 'hub'),
    env: {},
  })
  onTestFinished(() => engine.stop({ graceMs: 0 }))
  return engine
}

/** Starts a run of the sample `name`. */
export async function begin(engine: Engine, name: string, input: Json): Promise<Run> {
  const definition = engine.definitions().find((one) => one.name === name)
  if (!definition) throw new Error(`no definition "${name}": ${JSON.stringify(engine.issues())}`)
  return await engine.client.start(definition, input)
}

/** A run of the sample `name`, once it has ended. */
export async function runSample(engine: Engine, name: string, input: Json): Promise<Run> {
  const { id } = await begin(engine, name, input)
  return await engine.client.wait(id)
}

/** Puts a file of the repository to the same place in `root`. */
export function copyInto(root: string, file: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  copyFileSync(file, join(root, file))
}
