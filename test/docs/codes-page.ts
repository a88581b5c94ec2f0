import { documentCodes } from '../../engine/language/codes/document.ts'
import { expressionCodes } from '../../engine/language/codes/expressions.ts'
import { flowCodes } from '../../engine/language/codes/flow.ts'
import { nameCodes } from '../../engine/language/codes/names.ts'
import { structureCodes } from '../../engine/language/codes/structure.ts'
import { valueCodes } from '../../engine/language/codes/values.ts'
import type { CodeEntry } from '../../engine/language/codes.ts'

type Codes = Readonly<Record<string, CodeEntry>>

/** The families of codes, in the order in which a definition is read. */
const families: readonly (readonly [heading: string, codes: Codes])[] = [
  ['YAML', documentCodes],
  ['Keys and forms', structureCodes],
  ['Names and scope', nameCodes],
  ['Expressions', expressionCodes],
  ['Values', valueCodes],
  ['Flow', flowCodes],
]

/** `docs/codes.md`, which tells of every code what `longhaul explain` tells. */
export function codesPage(): string {
  return [
    '# What the validator finds\n',
    'Every issue of `longhaul validate` has a code that never changes; `longhaul explain CODE` prints what stands here. Examples that are steps',
    'alone, or a definition without a name, are parts of one. This page is made from `engine/language/codes/`, by `npx vitest run test/docs -u`.\n',
    ...families.flatMap(([heading, codes]) => [`- [${heading}](#${anchorOf(heading)})`, ...links(codes)]),
    '',
    ...families.flatMap(([heading, codes]) => [`## ${heading}\n`, ...Object.entries(codes).map(sectionOf)]),
  ].join('\n')
}

function links(codes: Codes): string[] {
  return Object.entries(codes).map(([code, { title }]) => `  - [\`${code}\`](#${anchorOf(code)}): ${title}`)
}

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll('.', '').replaceAll(' ', '-')
}

function sectionOf([code, { severity, title, means, bad, good }]: readonly [string, CodeEntry]): string {
  const mark = severity === 'warning' ? 'A warning' : 'An error'
  return `### ${code}\n\n${mark}: **${title}**. ${means}\n\nBad:\n\n${fenced(bad)}\nGood:\n\n${fenced(good)}`
}

/** Long lines are cut: an example of something without measure need not be read to its end. */
function fenced(text: string): string {
  return `\`\`\`yaml\n${text.replaceAll(/^(.{400}).*$/gm, '$1…')}\`\`\`\n`
}
