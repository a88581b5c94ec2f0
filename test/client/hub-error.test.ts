import { expect, test } from 'vitest'
import { fromHub } from '../../engine/client/hub-error.ts'
import { EngineError } from '../../engine/error.ts'

const refusal = (code: number, details: string): Error =>
  Object.assign(new Error(`${code} ${details}`), { code, details })

test.for([
  [
    14,
    'No connection established',
    'hub.unavailable',
    'The hub (here) cannot be reached: No connection established',
  ],
  [4, 'Deadline exceeded', 'hub.unavailable', 'The hub (here) does not answer: Deadline exceeded'],
  [16, 'bad token', 'hub.unavailable', 'The hub (here) does not accept our credentials: bad token'],
  [7, 'not yours', 'hub.unavailable', 'The hub (here) does not let us in: not yours'],
  [
    8,
    'Received message larger than max',
    'limit.size',
    'The hub (here) refuses what is too large for it: Received message larger than max',
  ],
  [8, 'too many requests', 'hub.unavailable', 'The hub (here) has no room at the moment: too many requests'],
] as const)('a refusal %i of a hub because of %j is %s', ([status, details, code, message]) => {
  const cause = refusal(status, details)
  expect(fromHub(cause, 'here')).toEqual(new EngineError(code, message))
  expect(fromHub(cause, 'here')).toMatchObject({ code, cause })
})

test('what a hub does not refuse for one of these reasons passes unchanged', () => {
  const [own, internal] = [new EngineError('usage', 'x'), refusal(13, 'oops')]
  expect(fromHub(own, 'here')).toBe(own)
  expect(fromHub(internal, 'here')).toBe(internal)
  expect(fromHub('text', 'here')).toBe('text')
})
