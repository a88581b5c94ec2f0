import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Secrets } from '../../engine/worker/secrets.ts'

const secret = 'p&ss "wörd" 123'
const secrets = new Secrets({ KEY: secret, PIN: '12' })

async function dotenv(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-secrets-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, '.env')
  await writeFile(file, text)
  return file
}

test('a marker is replaced wherever it stands, and everything else stays', async () => {
  const input = { headers: [{ auth: { $secret: 'KEY' } }], $secret: 'KEY', note: '$secret' }
  expect((await secrets.reveal(input, ['KEY'])).input).toEqual({
    headers: [{ auth: secret }],
    $secret: 'KEY',
    note: '$secret',
  })
})

test.for([
  ['that the workflow does not name', 'OTHER', ['KEY'], /not among the "secrets" of the workflow/],
  ['without a value', 'OTHER', ['OTHER'], /"OTHER" has no value; set the environment variable OTHER$/],
  ['too short to be told from other text', 'PIN', ['PIN'], /shorter than 4 characters/],
] as const)('a secret %s is refused', async ([, name, allowed, complaint]) => {
  await expect(secrets.reveal({ $secret: name }, allowed)).rejects.toMatchObject({
    failure: { type: 'activity.invalidInput', message: expect.stringMatching(complaint), retryable: false },
  })
})

test('a dotenv file has what the environment has not', async () => {
  const file = await dotenv('KEY=from-file\nMORE="two words"\n')
  const both = new Secrets({ KEY: secret }, file)
  expect((await both.reveal([{ $secret: 'KEY' }, { $secret: 'MORE' }], ['KEY', 'MORE'])).input).toEqual([
    secret,
    'two words',
  ])
  await writeFile(file, 'MORE=changed\n')
  expect((await both.reveal({ $secret: 'MORE' }, ['MORE'])).input).toBe('changed')
  await expect(both.reveal({ $secret: 'NONE' }, ['NONE'])).rejects.toThrow(file)
})

test('a dotenv file that cannot be read is told before anything needs it', async () => {
  await expect(new Secrets({}, '/nowhere/.env').check()).rejects.toMatchObject({ code: 'usage' })
})

test.for([
  ['as it is', `token ${secret}!`, 'token ***!'],
  ['in JSON', JSON.stringify({ secret }), '{"secret":"***"}'],
  ['in a URL', `?q=${encodeURIComponent(secret)}`, '?q=***'],
  ['in a form', new URLSearchParams({ q: secret }).toString(), 'q=***'],
  ['in base64', Buffer.from(secret).toString('base64'), '***'],
] as const)('a secret %s is kept out of texts', async ([, text, expected]) => {
  const { redactor } = await secrets.reveal({ $secret: 'KEY' }, ['KEY'])
  expect(redactor.text(text)).toBe(expected)
})

test('secrets are kept out of values and keys', async () => {
  const { redactor } = await new Secrets({ KEY: '123456' }).reveal({ $secret: 'KEY' }, ['KEY'])
  expect(redactor.json({ a: ['x123456y'], '123456': 123456, b: true, c: null })).toEqual({
    a: ['x***y'],
    '***': '***',
    b: true,
    c: null,
  })
})

test('an input without markers is left alone', async () => {
  const input = { a: 1 }
  const filled = await secrets.reveal(input, [])
  expect(filled.input).toBe(input)
  expect(filled.redactor.text(secret)).toBe(secret)
})
