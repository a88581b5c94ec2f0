import { describe, expect, test } from 'vitest'
import { render, renderList } from '../../engine/expressions/render.ts'
import type { Expression, Template } from '../../engine/expressions/template.ts'
import { errorOf, scope } from './plain-jsonata.ts'

function $(jsonata: string): Expression {
  return { jsonata, at: [2, 4] }
}

const full = scope({
  input: { name: 'Ada', list: [1, 2], one: 7, none: null, map: { a: 0.1 } },
  zero: 0.1 + 0.2,
})

describe('a template', () => {
  test.for<[string, Template, unknown]>([
    ['a constant', { value: { a: [1] } }, { a: [1] }],
    ['a typed value', { expr: $('$input.list') }, [1, 2]],
    ['null', { expr: $('$input.none') }, null],
    ['text', { text: ['Dear ', $('$input.name'), '!'] }, 'Dear Ada!'],
    ['a number in text', { text: ['', $('$zero'), ''] }, '0.3'],
    ['a boolean in text', { text: ['is ', $('$input.one = 7')] }, 'is true'],
    ['a list in text', { text: ['', $('$input.list')] }, '[1,2]'],
    ['a map in text', { text: ['', $('$input.map')] }, '{"a":0.1}'],
    ['a list', { list: [{ value: 1 }, { expr: $('$input.one') }] }, [1, 7]],
    [
      'a map',
      { map: { a: { expr: $('$input.one') }, b: { text: ['x', $('$input.one')] } } },
      { a: 7, b: 'x7' },
    ],
    ['a secret', { map: { key: { secret: 'API_KEY' } } }, { key: { $secret: 'API_KEY' } }],
    ['a key like any other', { map: { ['__proto__']: { value: 1 } } }, JSON.parse('{"__proto__": 1}')],
  ])('has the value of %s', ([, template, value]) => {
    const rendered = render(template, full)
    expect(JSON.stringify(rendered)).toBe(JSON.stringify(value))
  })

  test.for<[string, Template, string, string]>([
    ['nothing', { map: { a: { expr: $('$input.missing') } } }, 'expression.undefined', '??'],
    ['nothing in text', { text: ['a', $('$input.missing')] }, 'expression.undefined', '??'],
    ['null in text', { text: ['a', $('$input.none')] }, 'expression.type', '?:'],
    [
      'too long a text',
      { text: [$('$pad("", 800000, "a")'), $('$pad("", 800000, "a")')] },
      'expression.limit',
      '',
    ],
  ])('refuses %s', ([, template, type, hint]) => {
    const error = errorOf(() => render(template, full))
    expect(error).toMatchObject({ type, at: [2, 4] })
    expect(error.hint ?? '').toContain(hint)
  })

  test('throws its dice in the order in which it is written', () => {
    let thrown = 0
    const dice = scope({}, { random: () => ++thrown / 10 })
    const template = { map: { b: { expr: $('$random()') }, a: { list: [{ expr: $('$random()') }] } } }
    expect(render(template, dice)).toEqual({ b: 0.1, a: [0.2] })
  })
})

describe('a list position', () => {
  test.for<[string, Template, unknown]>([
    ['nothing', { expr: $('$input.missing') }, []],
    ['one value', { expr: $('$input.one') }, [7]],
    ['null', { expr: $('$input.none') }, [null]],
    ['a list', { expr: $('$input.list') }, [1, 2]],
    ['a map', { map: { a: { value: 1 } } }, [{ a: 1 }]],
    ['a constant', { value: 'a' }, ['a']],
    ['text', { text: ['a'] }, ['a']],
    ['a written list', { list: [{ expr: $('$input.list') }] }, [[1, 2]]],
  ])('makes a list of %s', ([, template, list]) => {
    expect(renderList(template, full)).toEqual(list)
    expect(render({ map: { items: template, other: { value: 1 } } }, full, ['items'])).toEqual({
      items: list,
      other: 1,
    })
  })

  test('is one in a constant map too', () => {
    expect(render({ value: { items: 1, other: 1 } }, full, ['items'])).toEqual({ items: [1], other: 1 })
  })
})
