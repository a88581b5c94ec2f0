import { expect, test } from 'vitest'
import { activities } from '../../activities/index.ts'
import { exampleCatalog } from '../../engine/language/codes.ts'
import { compile } from '../../engine/language/compile.ts'
import { formatIssue } from '../../engine/language/frame.ts'
import { readDefinitions } from '../../engine/language/read.ts'
import { catalogOf } from '../../engine/worker/registry.ts'

test('the samples are clean, warnings included', async () => {
  const sources = await readDefinitions(['definitions'])
  const texts = new Map(sources.map(({ file, text }) => [file, text]))
  const { definitions, issues } = compile(sources, catalogOf(activities))
  expect(issues.map((issue) => formatIssue(issue, texts.get(issue.file) ?? ''))).toEqual([])
  expect(definitions.length).toBe(sources.length)
})

test.for(['definitions/order-processing.yaml'])(
  'a misspelt activity of %s is found, with its cure',
  async (file) => {
    const [source] = await readDefinitions([file])
    const text = source?.text.replace('call: payment.charge', 'call: payment.chrage') ?? ''
    const { issues } = compile([{ file, text }], catalogOf(activities))
    expect(issues).toMatchObject([{ code: 'activity.unknown', hint: 'Did you mean "payment.charge"?' }])
  },
)

/** As an author would write it: about 22 lines a block. */
function long(name: string, blocks: number): string {
  const block = (at: number): string => `
  - id: r${at}
    call: inventory.reserve
    with:
      sku: "\${ $input.orders[0].id & '${at}' }"
      quantity: ${at + 1}
    timeout: 30s
    retry: { maxAttempts: 3, delay: 2s }
    catch:
      - on: [activity.failed]
        result: { id: none }
  - if: $exists($input.orders) and $steps.r${at}.id != 'x'
    then:
      - call: log
        with: { message: "got \${ $steps.r${at}.id }" }
    else:
      - set: { total: "\${ $vars.total + ${at} }" }
  - forEach:
      in: \${ $input.orders }
      as: order
      steps:
        - call: log
          with: { message: "order \${ $order.id } of \${ $count($input.orders) }" }`
  return `name: ${name}
description: Long
input: { type: object, properties: { orders: { type: array, items: { type: object, properties: { id: { type: string } } } } } }
vars: { total: 0 }
steps:${Array.from({ length: blocks }, (_, at) => block(at)).join('')}
result: \${ $vars.total }
`
}

/** The least of three: what else the machine does must not decide. */
function shortestMs(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

// The limits are five times what is promised, because the machines of tests are slow, busy and instrumented.
test('2,000 lines are compiled in a moment', () => {
  const source = { file: 'long.yaml', text: long('long', 91) }
  expect(source.text.split('\n').length).toBeGreaterThan(2000)
  expect(compile([source], exampleCatalog).issues).toEqual([])
  expect(shortestMs(() => compile([source], exampleCatalog))).toBeLessThan(1000)
})

test('200 definitions are compiled in a moment', () => {
  const sources = Array.from({ length: 200 }, (_, at) => ({ file: `${at}.yaml`, text: long(`w${at}`, 3) }))
  expect(shortestMs(() => compile(sources, exampleCatalog))).toBeLessThan(10_000)
})
