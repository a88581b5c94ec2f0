import { expect, test } from 'vitest'
import { configOf } from '../../engine/config.ts'

const definition = { name: 'order-intake', config: { maxItems: 5, region: 'eu', flags: { dry: true } } }

test.for([
  ['nothing set', {}, definition.config],
  [
    'an override for all workflows',
    { LONGHAUL_CONFIG_MAX_ITEMS: '9' },
    { ...definition.config, maxItems: 9 },
  ],
  [
    'an override for this workflow wins',
    { LONGHAUL_CONFIG_MAX_ITEMS: '9', LONGHAUL_CONFIG_ORDER_INTAKE_MAX_ITEMS: '7' },
    { ...definition.config, maxItems: 7 },
  ],
  [
    'JSON is read as JSON',
    { LONGHAUL_CONFIG_FLAGS: '{"dry":false}' },
    { ...definition.config, flags: { dry: false } },
  ],
  ['what is not JSON is text', { LONGHAUL_CONFIG_FLAGS: 'none' }, { ...definition.config, flags: 'none' }],
  [
    'a text default keeps its override a text',
    { LONGHAUL_CONFIG_REGION: '1.0' },
    { ...definition.config, region: '1.0' },
  ],
  ['names that are not in config do nothing', { LONGHAUL_CONFIG_OTHER: '1' }, definition.config],
] as const)('%s', ([, env, expected]) => {
  expect(configOf(definition, env)).toEqual(expected)
})
