import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { JsonObject } from '../../engine/json.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition, Start } from '../../engine/language/definition.ts'
import { simulate, type Simulated } from '../../engine/testing/simulate.ts'
import { perform, program } from '../support/program.ts'

const runs = { numRuns: 150 }

function definitionOf(document: JsonObject): Definition {
  const { definitions, issues } = compile([{ file: 'generated.yaml', text: stringify(document) }])
  const [definition] = definitions
  if (!definition) throw new Error(JSON.stringify(issues, null, 2))
  return definition
}

function run(definition: Definition, limits?: Start['limits']): Promise<Simulated> {
  const start: Start = { definition, input: { go: true }, config: {}, ...(limits ? { limits } : {}) }
  return simulate(start, { definitions: [], perform: (_, request) => perform(request) })
}

/** What must not depend on where the checkpoints fall: how the run ended, and what was called with what. */
function essence({ status, output, error, calls }: Simulated): object {
  const asked = calls.map(({ name, request: { path, attempt, idempotencyKey, input } }) =>
    JSON.stringify({ name, path, attempt, idempotencyKey, input }),
  )
  return { status, output, error, asked: asked.toSorted() }
}

test('replaying any prefix of a history asks for the same effects again', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (document) => {
      expect((await run(definitionOf(document))).status).not.toBe('stuck')
    }),
    runs,
  )
})

test('checkpoints, wherever they fall, change neither result nor effects', async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.integer({ min: 1, max: 12 }), async (document, events) => {
      const definition = definitionOf(document)
      const whole = await run(definition)
      const cut = await run(definition, { events, bytes: 262_144 })
      expect(essence(cut)).toEqual(essence(whole))
    }),
    runs,
  )
})
