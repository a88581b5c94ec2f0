import type { Expression, Template } from '../../expressions/template.ts'
import type { Duration } from '../definition.ts'
import { spanIn, spanOf } from '../origins.ts'
import type { Span } from '../sheet.ts'
import { closedObject, describe, type Shape, shapeOfValue, union, unknown } from '../shape.ts'
import type { Written } from '../written.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'
import { checkExpression } from './expression.ts'

/** Checks every expression of a template, and tells what is known about its value. */
export function checkTemplate(template: Template, env: Env, checker: Checker): Shape {
  const shape = shapeOfTemplate(template, env, checker)
  checker.shapes.set(template, shape)
  return shape
}

function shapeOfTemplate(template: Template, env: Env, checker: Checker): Shape {
  if ('value' in template) {
    checkUnmarked(template, env, checker)
    return shapeOfValue(template.value)
  }
  if ('expr' in template) return checkExpression(template.expr, env, checker).shape
  if ('secret' in template) return checkSecret(template, checker)
  if ('text' in template) {
    for (const piece of template.text) if (typeof piece !== 'string') checkPiece(piece, env, checker)
    return { type: 'string' }
  }
  if ('list' in template) {
    return { type: 'array', items: union(template.list.map((item) => checkTemplate(item, env, checker))) }
  }
  const shapes = Object.entries(template.map).map(
    ([key, part]) => [key, checkTemplate(part, env, checker)] as const,
  )
  return closedObject(Object.fromEntries(shapes))
}

/** A list position, where nothing counts as an empty list and one value as a list of one. */
export function checkList(template: Template, env: Env, checker: Checker): Shape {
  const shape = checkTemplate(template, env, checker)
  return shape.type === 'array' || shape.type === 'unknown' ? shape : unknown
}

/** A duration that may be computed. */
export function checkDuration(duration: Duration, env: Env, checker: Checker): void {
  if (typeof duration === 'number') return
  const shape = checkTemplate(duration, env, checker)
  if (shape.type !== 'number' && shape.type !== 'boolean') return
  const hint = 'Give it a unit: "${ $config.seconds }s"'
  checker.report(
    'duration.invalid',
    spanOf(checker.origins, duration),
    `A duration is a text with a unit, and this is ${describe(shape)}`,
    hint,
  )
}

function checkPiece(piece: Expression, env: Env, checker: Checker): void {
  const { shape } = checkExpression(piece, env, checker)
  if (shape.type !== 'null') return
  checker.report(
    'template.null',
    spanIn(checker.origins, piece),
    'This is null, which has no text',
    'Write $x ?: default',
  )
}

function checkSecret(template: { readonly secret: string }, checker: Checker): Shape {
  checker.uses.secrets.add(template.secret)
  return { type: 'string' }
}

/** A constant text that looks like an expression has lost its marks. */
function checkUnmarked(template: Template, env: Env, checker: Checker): void {
  const written = checker.origins.written.get(template)
  if (written)
    for (const { span, text } of textsIn(written)) {
      const root = /^\$([A-Za-z_]\w*)(?:[.[(].*)?$/s.exec(text)?.[1]
      if (root === undefined || !(env.names.has(root) || root === 'steps')) continue
      const hint = `Write "\${ ${text} }"`
      checker.report(
        'template.unmarked',
        span,
        'This is the text itself, not the value it seems to name',
        hint,
      )
    }
}

function textsIn(written: Written): readonly { readonly span: Span; readonly text: string }[] {
  if (written.type === 'list') return written.items.flatMap(textsIn)
  if (written.type === 'map') return written.entries.flatMap(({ value }) => textsIn(value))
  return typeof written.value === 'string' ? [{ span: written, text: written.value }] : []
}
