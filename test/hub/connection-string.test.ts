import { describe, expect, test } from 'vitest'
import { hubNamedBy } from '../../engine/hub/connect.ts'
import { parseConnectionString } from '../../engine/hub/connection-string.ts'

const local = { host: 'localhost:8080', isEncrypted: false, taskHub: 'default', authentication: 'None' }

test.for([
  ['Endpoint=http://localhost:8080;Authentication=None;TaskHub=default', local],
  ['taskhub=default; ENDPOINT = http://localhost:8080 ;authentication=none;', local],
  ['Endpoint=localhost:8080;Authentication=None;TaskHub=default', local],
  ['Endpoint=http://localhost;Authentication=None;TaskHub=default', { ...local, host: 'localhost:80' }],
  ['Endpoint=http://[::1]:8080;Authentication=None;TaskHub=default', { ...local, host: '[::1]:8080' }],
  [
    'Endpoint=https://me.northeurope.durabletask.io;Authentication=DefaultAzure;TaskHub=orders',
    {
      host: 'me.northeurope.durabletask.io:443',
      isEncrypted: true,
      taskHub: 'orders',
      authentication: 'DefaultAzure',
    },
  ],
  [
    'Endpoint=me.durabletask.io;Authentication=workloadidentity;TaskHub=a=b;ClientID=c;TenantId=t;TokenFilePath=/x;AdditionallyAllowedTenants=p, q',
    {
      host: 'me.durabletask.io:443',
      isEncrypted: true,
      taskHub: 'a=b',
      authentication: 'WorkloadIdentity',
      clientId: 'c',
      tenantId: 't',
      tokenFilePath: '/x',
      additionallyAllowedTenants: ['p', 'q'],
    },
  ],
  [
    'Endpoint=http://hub:8080;Authentication=token;TaskHub=default;Token=a=b',
    { host: 'hub:8080', isEncrypted: false, taskHub: 'default', authentication: 'Token', token: 'a=b' },
  ],
  [
    'Endpoint=hub.example.org;Authentication=Token;TaskHub=default;TokenFilePath=/t',
    {
      host: 'hub.example.org:443',
      isEncrypted: true,
      taskHub: 'default',
      authentication: 'Token',
      tokenFilePath: '/t',
    },
  ],
] as const)('%s', ([text, address]) => {
  expect(parseConnectionString(text)).toEqual(address)
})

const example = 'an example is "Endpoint=http://localhost:8080;Authentication=None;TaskHub=default"'

test.for([
  ['', 'has no Authentication'],
  ['Endpoint=http://s3cret;TaskHub=x', 'has no Authentication'],
  ['Authentication=None;TaskHub=s3cret', 'has no Endpoint'],
  ['Endpoint=http://s3cret;Authentication=None;TaskHub=', 'has no TaskHub'],
  [
    'Endpoint=http://s3cret;Authentication=s3cret;TaskHub=x',
    'has an Authentication that does not exist; there are None, DefaultAzure',
  ],
  ['Endpoint=http://me:s3cret@host;Authentication=None;TaskHub=x', 'has an Endpoint that is not a URL'],
  ['Endpoint=http://;Authentication=None;TaskHub=x', 'has an Endpoint that is not a URL'],
  [
    'Endpoint=http://s3cret;Authentication=AzureCli;TaskHub=x',
    'would send a token of AzureCli to an Endpoint that is not encrypted',
  ],
  ['s3cret', 'has a part that is not of the form "Key=value"'],
  ['AccountKey=s3cret;Endpoint=http://x;Authentication=None;TaskHub=x', 'does not know the key "accountkey"'],
] as const)('%j is refused without repeating what it says', ([text, complaint]) => {
  expect(() => parseConnectionString(text)).toThrow(
    expect.objectContaining({
      code: 'hub.invalid',
      message: expect.stringMatching(
        new RegExp(`^The connection string of the hub ${complaint}.*${example}$`),
      ),
    }),
  )
  expect(() => parseConnectionString(text)).not.toThrow('s3cret')
})

describe('the environment', () => {
  test.for([
    [{}, undefined],
    [{ LONGHAUL_HUB: '' }, undefined],
    [{ LONGHAUL_HUB: 'a', DTS_CONNECTION_STRING: 'b' }, 'a'],
    [{ DTS_CONNECTION_STRING: 'b', DTS_ENDPOINT: 'http://c' }, 'b'],
    [
      { DTS_ENDPOINT: 'http://localhost:8080' },
      'Endpoint=http://localhost:8080;Authentication=None;TaskHub=default',
    ],
    [
      { DTS_ENDPOINT: 'https://me.durabletask.io', DTS_TASKHUB: 'orders' },
      'Endpoint=https://me.durabletask.io;Authentication=DefaultAzure;TaskHub=orders',
    ],
    [{ DTS_TASKHUB: 'orders' }, undefined],
  ] as const)('%j names %j', ([env, named]) => {
    expect(hubNamedBy(env)).toBe(named)
  })
})
