import { expect, test } from 'vitest'
import { originOf } from '../../engine/client/origin.ts'
import { definitionOf } from '../support/definition.ts'

const definition = definitionOf({ name: 'order' })
const start = { definition, input: { id: 1 }, config: {}, parent: 'p' }

test.for([
  ['a start', start, { definition, input: { id: 1 }, parent: 'p' }],
  [
    'a state carried from one history to the next',
    { state: { start } },
    { definition, input: { id: 1 }, parent: 'p' },
  ],
  [
    'a part of a parent',
    { part: start, bindings: {} },
    { definition, input: { id: 1 }, parent: 'p', isPart: true },
  ],
  [
    'a part in a new history',
    { state: { start, bindings: {} } },
    { definition, input: { id: 1 }, parent: 'p', isPart: true },
  ],
  [
    'a child that looks its definition up itself',
    { child: { workflow: 'order@1', input: 2, parent: 'p' } },
    { wanted: 'order@1', input: 2, parent: 'p' },
  ],
  ['the input of another program', { hello: 'world' }, undefined],
  ['a text', 'hello', undefined],
] as const)('%s tells what the run was started with', ([, input, expected]) => {
  expect(originOf(JSON.stringify(input))).toEqual(expected)
})

test('no input, and input that is not JSON, tell nothing', () => {
  expect([originOf(undefined), originOf(''), originOf('{')]).toEqual([undefined, undefined, undefined])
})
