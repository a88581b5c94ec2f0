import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { perform } from './perform.ts'
import { freshRoot } from './root.ts'

const root = freshRoot()
const draft = (text: string): void => writeFileSync(join(root(), 'draft.md'), text)
const check = () => perform('markdown.check', { path: 'draft.md' })

describe('markdown.check', () => {
  test('finds title, headings, words and links', async () => {
    draft(
      '# Tea, *brewed*\n\nSee [how](https://example.com/a) and https://example.com/b.\n\n## Water\n\nDon’t boil `it`.\n',
    )
    expect(await check()).toEqual({
      title: 'Tea, brewed',
      words: 10,
      headings: ['Tea, brewed', 'Water'],
      links: ['https://example.com/a', 'https://example.com/b'],
      problems: [],
    })
  })

  test.for([
    ['', [1, 'There is no title: no line begins with "# "'], [1, 'There is no text']],
    ['text', [1, 'There is no title: no line begins with "# "']],
    ['# A\n\n### B\n', [3, '"B" is a heading of level 3 right below level 1']],
    ['# A\n\n# B\n', [3, '"B" is a second title']],
    ['# A\n\nsoon TODO\n', [3, '"TODO" was left in the text']],
    ['# A\n\n![](a.png)\n', [3, 'An image says nothing to those who cannot see it']],
    ['# A\n\n[here]()\n', [3, 'A link leads nowhere']],
  ] as const)('%j has problems', async ([text, ...problems]) => {
    draft(text)
    expect(await check()).toMatchObject({ problems: problems.map(([line, message]) => ({ line, message })) })
  })

  test('a draft that is not there is the error of every file', async () => {
    await expect(check()).rejects.toMatchObject({ type: 'file.notFound' })
  })
})

describe('markdown.render', () => {
  test('makes a page, and runs nothing that the draft smuggles in', async () => {
    draft(
      '# Tea & <b>\n\n<script>alert(1)</script> [x](javascript:alert(1))\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
    )
    const rendered = await perform('markdown.render', { path: 'draft.md', to: 'out/page.html' })
    const page = readFileSync(join(root(), 'out/page.html'), 'utf8')
    expect(rendered).toEqual({ path: 'out/page.html', bytes: Buffer.byteLength(page) })
    expect(page).toContain('<title>Tea &amp; &lt;b&gt;</title>')
    expect(page).toContain('<td>2</td>')
    expect(page).not.toMatch(/<script|href="javascript/)
  })
})

describe('markdown.table', () => {
  test('aligns numbers, and keeps pipes and line breaks inside their cells', async () => {
    const columns = ['name', 'n', 'note']
    const rows = [
      { name: 'a|b\nc', n: 1.5 },
      { name: 'd', n: 2, note: null },
    ]
    expect(await perform('markdown.table', { columns, rows })).toBe(
      ['| name | n | note |', '| --- | ---: | --- |', '| a\\|b c | 1.5 |  |', '| d | 2 | null |'].join('\n'),
    )
  })
})
