import { expect, test } from 'vitest'
import { builtIns } from '../../engine/expressions/library/catalogue.ts'
import { compile } from '../../engine/language/compile.ts'
import { kindKeys, modifierKeys } from '../../engine/language/keys.ts'
import { runPurely } from '../support/pure-machine.ts'
import { caseOf, examplesIn, pageOf, type Example } from './page.ts'

const page = pageOf('llms.txt')
const examples = examplesIn(page)
const given: readonly NonNullable<Example['expected']>[] = [
  {
    input: { orderId: 'A1', amount: 5000 },
    activities: {
      'inventory.reserve': [{ returns: { id: 'r1' } }],
      'payment.charge': [{ error: { type: 'payment.busy' } }, { returns: { id: 'c1' } }],
    },
    answers: [{ after: '1h', step: 'approval', data: { approved: true } }],
    expect: { output: { status: 'shipped', charge: 'c1' } },
  },
  {
    input: { urls: ['a', 'b'] },
    activities: {
      'http.request': [{ error: { type: 'http.failed', retryable: false } }, { returns: { status: 200 } }],
    },
    expect: { output: { down: ['a'], total: 2 } },
  },
  {
    input: { file: 'a.mov' },
    activities: {
      'video.start': [{ returns: { id: 'j1' } }],
      'video.look': [{ returns: { state: 'busy' } }, { returns: { state: 'done', url: 'u' } }],
    },
    expect: { output: { file: 'a.mov', url: 'u' } },
  },
]

test('its three workflows are clean', () => {
  const sources = examples.map(({ title, text }) => ({ file: title, text }))
  expect(compile(sources).issues).toEqual([])
  expect(sources).toHaveLength(given.length)
})

test.for(given.map((expected, index) => [index + 1, expected] as const))(
  'workflow %s does what its description says',
  async ([number, expected]) => {
    const example = examples[number - 1]
    expect(example).toBeDefined()
    const { output, error } = await runPurely(caseOf({ title: '', text: example?.text ?? '', expected }))
    expect(output ?? error).toEqual(expected.expect.output)
  },
)

test('it names every kind of step and every modifier', () => {
  const missing = kindKeys.filter((kind) => !new RegExp(`- ${kind}: `).test(page))
  expect(missing).toEqual([])
  expect(modifierKeys.filter((key) => !page.includes(`\`${key}`))).toEqual([])
})

test('the functions that it names are functions', () => {
  const named = [...page.matchAll(/\$(\w+)\(/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !builtIns.has(name) && name !== 'gross' && name !== 'function')).toEqual([])
})

test('it fits on a page: what a model reads before it writes', () => {
  expect(page.length).toBeLessThan(16_000)
})
