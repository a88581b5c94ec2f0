import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parseConnectionString } from '../../engine/hub/connection-string.ts'
import { type AccessToken, credentialFor, tokenSource } from '../../engine/hub/credential.ts'
import { ManualClock } from '../scheduler/manual-clock.ts'
import { temporaryFolder } from '../support/process.ts'

const address = (rest: string) => parseConnectionString(`Endpoint=me.durabletask.io;TaskHub=x;${rest}`)

test('a hub that asks for nothing needs no package', async () => {
  const load = (): Promise<object> => Promise.reject(new Error('must not be loaded'))

  expect(await credentialFor(address('Authentication=None'), load)).toBeUndefined()
})

test('the class that a hub asks for is made with what the string says', async () => {
  class ManagedIdentityCredential {
    readonly options: unknown
    constructor(options: unknown) {
      this.options = options
    }
  }
  const load = async (): Promise<object> => ({ ManagedIdentityCredential })

  expect(await credentialFor(address('Authentication=ManagedIdentity;ClientID=c'), load)).toMatchObject({
    options: { clientId: 'c' },
  })
})

test.for([
  [
    'is not installed',
    (): Promise<object> => Promise.reject(new Error('no such package')),
    'needs the package @azure/identity; run "npm install @azure/identity"',
  ],
  ['lacks what was asked for', async (): Promise<object> => ({}), 'has no AzureCliCredential'],
] as const)('a package that %s is said to', async ([, load, complaint]) => {
  await expect(credentialFor(address('Authentication=AzureCli'), load)).rejects.toMatchObject({
    code: 'hub.invalid',
    message: expect.stringContaining(complaint),
  })
})

describe('a token that was handed out', () => {
  const load = (): Promise<object> => Promise.reject(new Error('must not be loaded'))

  test('stands in the string, or in a file of its own', async () => {
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, 'from-a-file\n')
    for (const [where, token] of [
      ['Token=from-the-string', 'from-the-string'],
      [`TokenFilePath=${file}`, 'from-a-file'],
    ] as const) {
      const credential = await credentialFor(address(`Authentication=Token;${where}`), load)
      expect(credential && (await tokenSource(credential, new ManualClock())())).toBe(token)
    }
  })

  test.for([
    ['is nowhere', '', 'needs a Token or a TokenFilePath'],
    ['is in a file that is not there', 'TokenFilePath=/no/such', 'cannot be read'],
    ['is in a file that holds more', `TokenFilePath=${import.meta.filename}`, 'does not hold one token'],
  ] as const)('%s: said without a path', async ([, where, complaint]) => {
    await expect(credentialFor(address(`Authentication=Token;${where}`), load)).rejects.toMatchObject({
      code: 'hub.invalid',
      message: expect.stringContaining(complaint),
    })
  })
})

/** A credential whose tokens are handed out by the test. */
function bank(clock: ManualClock): { asked: number; fails: boolean; getToken(): Promise<AccessToken> } {
  return {
    asked: 0,
    fails: false,
    async getToken() {
      this.asked++
      if (this.fails) throw new Error('the bank is closed')
      return { token: `t${this.asked}`, expiresOnTimestamp: clock.now() + 3600_000 }
    },
  }
}

test('all who ask at the same time share one token, for as long as it is good', async () => {
  const clock = new ManualClock()
  const credential = bank(clock)
  const token = tokenSource(credential, clock)

  expect(await Promise.all([token(), token(), token()])).toEqual(['t1', 't1', 't1'])
  clock.advance(54 * 60_000)
  expect(await token()).toBe('t1')
  expect(credential.asked).toBe(1)
})

test('a token is replaced five minutes before its end, without anybody waiting', async () => {
  const clock = new ManualClock()
  const credential = bank(clock)
  const token = tokenSource(credential, clock)
  await token()
  clock.advance(56 * 60_000)

  expect(await token()).toBe('t1')
  await nextTick()
  expect(await token()).toBe('t2')
})

test('a token that cannot be replaced is used to its end, and then the reason is told', async () => {
  const clock = new ManualClock()
  const credential = bank(clock)
  const token = tokenSource(credential, clock)
  await token()
  credential.fails = true
  clock.advance(59 * 60_000)
  expect(await token()).toBe('t1')
  clock.advance(60_000)

  await expect(token()).rejects.toMatchObject({
    code: 'hub.unavailable',
    message: 'No token for the hub could be had: the bank is closed',
  })
  credential.fails = false
  expect(await token()).toMatch(/^t\d$/)
})

test('a credential that gives nothing is told from one that fails', async () => {
  const token = tokenSource({ getToken: async () => null }, new ManualClock())

  await expect(token()).rejects.toMatchObject({
    message: expect.stringContaining('the credential gave none'),
  })
})
