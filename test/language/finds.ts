import { expect, test } from 'vitest'
import { found } from './marked.ts'

/** Each a code and a text in which the very characters that must be underlined stand between « and ». */
export function finds(cases: readonly (readonly [code: string, text: string])[]): void {
  test.for(cases)('%s %#', ([code, text]) => {
    const marks = text.split('«').length - 1
    expect(found(text)).toEqual(Array.from({ length: marks }, () => code))
  })
}

/** Each a text that is right. */
export function accepts(cases: readonly (readonly [name: string, text: string])[]): void {
  test.for(cases)('%s', ([, text]) => {
    expect(found(text)).toEqual([])
  })
}
