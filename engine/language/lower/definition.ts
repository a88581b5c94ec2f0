import type { Expression, Template } from '../../expressions/template.ts'
import { isJsonObject, type Json, type JsonSchema } from '../../json.ts'
import type { ActivityCatalog } from '../catalog.ts'
import type { Definition, RetryPolicy, Schedule, StepKind, ToolOptions } from '../definition.ts'
import { type Origins, originsIn } from '../origins.ts'
import type { Report } from '../report.ts'
import type { Sheet } from '../sheet.ts'
import { entriesOf, fieldOf, itemsOf, textOf, valueOf, type Written } from '../written.ts'
import { type Defaults, given, type Lowering } from './context.ts'
import { constantDuration, durationField } from './durations.ts'
import { catchOf, policyOf, retryOf } from './policies.ts'
import { optionalSteps, schemaField, stepKinds, stepsOf } from './steps.ts'
import { bareExpression, optionalTemplate, templateOf } from './values.ts'

/** A definition as lowered, with what the checks need to know about how it was written. */
export interface Lowered {
  readonly definition: Definition
  readonly origins: Origins
  readonly root: Written
  readonly usedRetries: ReadonlySet<string>
}

/** Turns a document into a definition: sugar out, defaults in. What cannot be read gets a harmless value. */
export function lower(root: Written, sheet: Sheet, report: Report, catalog?: ActivityCatalog): Lowered {
  const lowering = contextOf(root, sheet, report, catalog)
  const definition: Definition = given({
    name: textOf(fieldOf(root, 'name')) ?? '',
    version: textOf(fieldOf(root, 'version')) ?? '1.0.0',
    title: textOf(fieldOf(root, 'title')),
    description: textOf(fieldOf(root, 'description')),
    file: sheet.file,
    tool: toolOf(fieldOf(root, 'tool'), lowering),
    input: inputOf(root),
    output: schemaField(root, 'output'),
    vars: templates(fieldOf(root, 'vars'), lowering),
    config: constants(fieldOf(root, 'config')),
    secrets: itemsOf(fieldOf(root, 'secrets')).flatMap((item) => textOf(item) ?? []),
    functions: lambdas(fieldOf(root, 'functions'), lowering),
    timeout: durationField(root, 'timeout', lowering),
    catch: catchOf(fieldOf(root, 'catch'), lowering),
    finally: optionalSteps(root, 'finally', lowering),
    schedule: scheduleOf(fieldOf(root, 'schedule')),
    steps: stepsOf(fieldOf(root, 'steps'), lowering),
    result: optionalTemplate(root, 'result', lowering),
  })
  return { definition, origins: lowering.origins, root, usedRetries: lowering.usedRetries }
}

function contextOf(
  root: Written,
  sheet: Sheet,
  report: Report,
  catalog: ActivityCatalog | undefined,
): Lowering {
  const retries = new Map<string, RetryPolicy>()
  const defaults = new Map<StepKind, Defaults>()
  const lowering: Lowering = {
    sheet,
    report,
    retries,
    defaults,
    usedRetries: new Set(),
    steps: stepsOf,
    origins: originsIn(sheet),
    ...(catalog && { catalog }),
  }
  for (const { key, value } of entriesOf(fieldOf(root, 'retries')))
    retries.set(key, policyOf(value, lowering))
  for (const { key, value } of entriesOf(fieldOf(root, 'defaults'))) {
    const modifiers = {
      timeout: durationField(value, 'timeout', lowering),
      retry: retryOf(fieldOf(value, 'retry'), lowering),
    }
    const kind = stepKinds.find((one) => one === key)
    if (kind) defaults.set(kind, given(modifiers))
  }
  return lowering
}

/** MCP wants the schema of a tool's input to say that it is an object, so it is said even where the author left it out. */
function inputOf(root: Written): JsonSchema | undefined {
  const schema = schemaField(root, 'input')
  return isJsonObject(schema) && schema['type'] === undefined ? { type: 'object', ...schema } : schema
}

function toolOf(written: Written | undefined, lowering: Lowering): ToolOptions {
  const icons = fieldOf(written, 'icons')
  const annotations = Object.fromEntries(
    entriesOf(fieldOf(written, 'annotations')).flatMap(({ key, value }) => {
      const flag = valueOf(value)
      return typeof flag === 'boolean' ? [[key, flag]] : []
    }),
  )
  const expose = fieldOf(written, 'expose')
  return given({
    expose: !(expose?.type === 'scalar' && expose.value === false),
    taskSupport:
      textOf(fieldOf(written, 'taskSupport')) === 'optional' ? ('optional' as const) : ('required' as const),
    annotations,
    icons: icons && valueOf(icons),
    ttlMs: constantDuration(written, 'ttl', lowering),
    pollIntervalMs: constantDuration(written, 'pollInterval', lowering) ?? 1000,
  })
}

function scheduleOf(written: Written | undefined): Schedule | undefined {
  if (written?.type !== 'map') return undefined
  const overlap = textOf(fieldOf(written, 'overlap'))
  const input = fieldOf(written, 'input')
  return {
    cron: textOf(fieldOf(written, 'cron')) ?? '',
    timezone: textOf(fieldOf(written, 'timezone')) ?? 'UTC',
    overlap: overlap === 'queue' || overlap === 'allow' ? overlap : 'skip',
    input: input ? valueOf(input) : {},
  }
}

function templates(written: Written | undefined, lowering: Lowering): Readonly<Record<string, Template>> {
  return Object.fromEntries(entriesOf(written).map(({ key, value }) => [key, templateOf(value, lowering)]))
}

function constants(written: Written | undefined): Readonly<Record<string, Json>> {
  return Object.fromEntries(entriesOf(written).map(({ key, value }) => [key, valueOf(value)]))
}

function lambdas(written: Written | undefined, lowering: Lowering): Readonly<Record<string, Expression>> {
  return Object.fromEntries(
    entriesOf(written).flatMap(({ key, value }) => {
      const lambda = bareExpression(value, lowering)
      return lambda ? [[key, lambda]] : []
    }),
  )
}
