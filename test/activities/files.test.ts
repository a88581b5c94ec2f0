import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Json } from '../../engine/json.ts'
import { perform } from './perform.ts'
import { freshRoot } from './root.ts'

const root = freshRoot()
const file = (name: string, text = 'text'): void => writeFileSync(join(root(), name), text)

describe('the file root', () => {
  test.for([
    ['../secret.txt', 'a way up'],
    ['a/../../secret.txt', 'a way down and further up'],
    ['/etc/passwd', 'an absolute path'],
    ['link/passwd', 'a link to a folder'],
    ['file-link', 'a link to a file'],
    ['link/new.txt', 'a link to a folder in which the file does not exist'],
    ['nul\0l', 'a null character'],
  ])('%j is refused: %s', async ([path]) => {
    symlinkSync('/etc', join(root(), 'link'))
    symlinkSync('/etc/passwd', join(root(), 'file-link'))
    const refused = expect.objectContaining({ type: 'file.outside', retryable: false })
    await expect(perform('file.read', { path })).rejects.toEqual(refused)
    await expect(perform('file.write', { path, text: 'x' })).rejects.toEqual(refused)
    await expect(perform('file.move', { from: path, to: 'here' })).rejects.toEqual(refused)
    await expect(perform('csv.split', { path })).rejects.toEqual(refused)
    await expect(perform('http.request', { url: 'http://127.0.0.1:1/', saveTo: path })).rejects.toEqual(
      refused,
    )
  })

  test('a sister folder whose name begins like the root is outside', async () => {
    vi.stubEnv('LONGHAUL_FILES', join(root(), 'a'))
    mkdirSync(join(root(), 'a'))
    mkdirSync(join(root(), 'ab'))
    await expect(perform('file.write', { path: '../ab/x', text: '' })).rejects.toMatchObject({
      type: 'file.outside',
    })
  })

  test('an absolute path into the root, dots and links within it are fine', async () => {
    file('a.txt', 'here')
    symlinkSync(join(root(), 'a.txt'), join(root(), 'link.txt'))
    for (const path of [join(root(), 'a.txt'), 'x/../a.txt', './a.txt', 'link.txt']) {
      expect(await perform('file.read', { path })).toMatchObject({ path, text: 'here' })
    }
  })

  test('a root that is a link is understood by either of its names', async () => {
    mkdirSync(join(root(), 'real'))
    symlinkSync(join(root(), 'real'), join(root(), 'linked'))
    vi.stubEnv('LONGHAUL_FILES', join(root(), 'linked'))
    await perform('file.write', { path: join(root(), 'linked/a.txt'), text: 'here' })
    expect(readFileSync(join(root(), 'real/a.txt'), 'utf8')).toBe('here')
  })

  test('a root that does not exist is told as such, without its path', async () => {
    vi.stubEnv('LONGHAUL_FILES', join(root(), 'gone'))
    await expect(perform('file.read', { path: 'a' })).rejects.toMatchObject({
      type: 'file.noRoot',
      message: expect.not.stringContaining(root()),
    })
  })

  test('without LONGHAUL_FILES it is the working directory', async () => {
    vi.stubEnv('LONGHAUL_FILES', '')
    expect(await perform('file.read', { path: 'package.json' })).toMatchObject({ path: 'package.json' })
  })
})

describe('file.read', () => {
  test('gives the text, the size and when it was changed', async () => {
    file('a.txt', 'Tee & Kännchen')
    utimesSync(join(root(), 'a.txt'), 0, 1_700_000_000)
    expect(await perform('file.read', { path: 'a.txt' })).toEqual({
      path: 'a.txt',
      text: 'Tee & Kännchen',
      bytes: 15,
      modifiedAt: '2023-11-14T22:13:20.000Z',
    })
  })

  test.for([
    ['gone.txt', 'file.notFound', '"gone.txt" does not exist'],
    ['folder', 'file.notAFile', '"folder" is not a file'],
    ['a.txt/b', 'file.notAFolder', '"a.txt/b" leads through a file as if it were a folder'],
    ['large.txt', 'file.tooLarge', '"large.txt" has 500001 bytes, and at most 500000 are read'],
    ['binary', 'file.notText', '"binary" is not UTF-8 text'],
  ])('%j is the error %s', async ([path, type, message]) => {
    file('a.txt')
    mkdirSync(join(root(), 'folder'))
    file('large.txt', 'x'.repeat(500_001))
    writeFileSync(join(root(), 'binary'), Buffer.from([0xff, 0xfe, 0x00]))
    await expect(perform('file.read', { path })).rejects.toMatchObject({ type, message, retryable: false })
  })

  test('stops when it is told to', async () => {
    file('a.txt')
    await expect(perform('file.read', { path: 'a.txt' }, { signal: AbortSignal.abort() })).rejects.toThrow(
      'abort',
    )
  })
})

describe('file.write', () => {
  test('makes the folders above, replaces what is there and leaves nothing beside it', async () => {
    await perform('file.write', { path: 'a/b/c.txt', text: 'old' })
    expect(await perform('file.write', { path: 'a/b/c.txt', text: 'néw' })).toEqual({
      path: 'a/b/c.txt',
      bytes: 4,
    })
    expect(readFileSync(join(root(), 'a/b/c.txt'), 'utf8')).toBe('néw')
    expect(readdirSync(join(root(), 'a/b'))).toEqual(['c.txt'])
  })

  test('a folder in the way leaves nothing behind', async () => {
    mkdirSync(join(root(), 'a/b'), { recursive: true })
    await expect(perform('file.write', { path: 'a', text: '' })).rejects.toMatchObject({
      type: 'file.notAFile',
    })
    expect(readdirSync(root())).toEqual(['a'])
  })
})

describe('file.list', () => {
  test('lists files by path, not folders and links, and only old ones if asked', async () => {
    mkdirSync(join(root(), 'in/deep'), { recursive: true })
    for (const name of ['in/b.md', 'in/a.md', 'in/c.txt', 'in/deep/d.md']) file(name)
    symlinkSync('/etc/passwd', join(root(), 'in/link.md'))
    utimesSync(join(root(), 'in/b.md'), 0, 1_700_000_000)
    expect(await listed({})).toEqual({ files: named('a.md', 'b.md', 'c.txt'), total: 3 })
    expect(await listed({ pattern: '**/*.md' })).toEqual({
      files: named('a.md', 'b.md', 'deep/d.md'),
      total: 3,
    })
    expect(await listed({ before: '2024-01-01T00:00:00Z' })).toEqual({ files: named('b.md'), total: 1 })
    expect(await listed({ limit: 1 })).toEqual({ files: named('a.md'), total: 3 })
  })

  test.for([
    [{ folder: 'in', pattern: '../*' }, 'file.outside'],
    [{ folder: 'in', pattern: '/etc/*' }, 'file.outside'],
    [{ folder: 'gone' }, 'file.notFound'],
    [{ folder: 'in/a.md' }, 'file.notAFolder'],
  ] as const)('%j is the error %s', async ([input, type]) => {
    mkdirSync(join(root(), 'in'))
    file('in/a.md')
    await expect(perform('file.list', input)).rejects.toMatchObject({ type, retryable: false })
  })
})

describe('file.move', () => {
  test('moves once, however often it is asked', async () => {
    file('a.txt', 'content')
    const move = { from: 'a.txt', to: 'old/a.txt' }
    expect(await perform('file.move', move)).toEqual({ path: 'old/a.txt' })
    expect(await perform('file.move', move)).toEqual({ path: 'old/a.txt' })
    expect(readFileSync(join(root(), 'old/a.txt'), 'utf8')).toBe('content')
    expect(readdirSync(root())).toEqual(['old'])
  })

  test('does not overwrite unless told to, and wants something to move', async () => {
    file('a.txt', 'new')
    file('b.txt', 'old')
    const move = { from: 'a.txt', to: 'b.txt' }
    await expect(perform('file.move', move)).rejects.toMatchObject({ type: 'file.exists' })
    await perform('file.move', { ...move, overwrite: true })
    expect(readFileSync(join(root(), 'b.txt'), 'utf8')).toBe('new')
    await expect(perform('file.move', { from: 'x', to: 'y' })).rejects.toMatchObject({
      type: 'file.notFound',
    })
  })
})

function listed(input: object): Promise<Json> {
  return perform('file.list', { folder: 'in', ...input })
}

function named(...names: string[]): unknown {
  return names.map((name) => expect.objectContaining({ name, path: `in/${name}` }))
}
