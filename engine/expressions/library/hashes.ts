import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { Fault, shown } from '../fault.ts'
import type { Frame } from '../frame.ts'
import type { Functions } from './functions.ts'

const algorithms: ReadonlyMap<string, (bytes: Uint8Array) => Uint8Array> = new Map([
  ['md5', md5],
  ['sha1', sha1],
  ['sha256', sha256],
  ['sha384', sha384],
  ['sha512', sha512],
])

export const hashes: Functions = {
  /** In hexadecimal, of the text in UTF-8. */
  hash(frame: Frame, text?: string, algorithm = 'sha256') {
    if (text === undefined) return undefined
    const digest = algorithms.get(algorithm.toLowerCase().replace('-', ''))
    if (!digest)
      throw new Fault(
        'expression.failed',
        `$hash() does not know ${shown(algorithm)}`,
        `it knows ${[...algorithms.keys()].join(', ')}`,
      )
    frame.evaluation.meter.make(24 * text.length)
    return bytesToHex(digest(utf8ToBytes(text)))
  },
}
