import type { Template } from '../../expressions/template.ts'
import { isJsonObject } from '../../json.ts'
import type { CatchClause, Compensation, RetryPolicy } from '../definition.ts'
import { meantOrKnown } from '../names.ts'
import { fieldOf, itemsOf, textOf, valueOf, type Written } from '../written.ts'
import { given, type Lowering } from './context.ts'
import { durationField } from './durations.ts'
import { bareField, optionalTemplate, templateOf } from './values.ts'

/** The policies of a `retry`: one, the name of one, or a list of both. */
export function retryOf(
  written: Written | undefined,
  lowering: Lowering,
): readonly RetryPolicy[] | undefined {
  if (written === undefined) return undefined
  const policies = written.type === 'list' ? written.items : [written]
  return policies.flatMap((policy) =>
    textOf(policy) === undefined ? policyOf(policy, lowering) : (namedPolicy(policy, lowering) ?? []),
  )
}

function namedPolicy(written: Written, lowering: Lowering): RetryPolicy | undefined {
  const name = textOf(written)
  if (name === undefined) return undefined
  const policy = lowering.retries.get(name)
  if (policy) {
    lowering.usedRetries.add(name)
    return policy
  }
  const hint =
    meantOrKnown(name, lowering.retries.keys(), 'Policies') ??
    'Declare it under `retries`, or write the policy here'
  lowering.report('retry.unknown', written, `There is no retry policy "${name}"`, hint)
  return undefined
}

/** One policy, with what it leaves out filled in. */
export function policyOf(written: Written, lowering: Lowering): RetryPolicy {
  const policy: RetryPolicy = given({
    maxAttempts: Math.max(1, numberField(written, 'maxAttempts') ?? 3),
    delay: durationField(written, 'delay', lowering) ?? 1000,
    backoff: numberField(written, 'backoff') ?? 2,
    maxDelay: durationField(written, 'maxDelay', lowering),
    jitter: jitterOf(fieldOf(written, 'jitter')),
    on: globsOf(fieldOf(written, 'on')) ?? ['*'],
    except: globsOf(fieldOf(written, 'except')) ?? [],
    when: bareField(written, 'when', lowering),
    within: durationField(written, 'within', lowering),
  })
  lowering.origins.written.set(policy, written)
  return policy
}

/** The clauses of a `catch`. */
export function catchOf(
  written: Written | undefined,
  lowering: Lowering,
): readonly CatchClause[] | undefined {
  if (written?.type !== 'list') return undefined
  return written.items.map((item) => {
    const clause: CatchClause = given({
      on: globsOf(fieldOf(item, 'on')) ?? ['*'],
      when: bareField(item, 'when', lowering),
      as: textOf(fieldOf(item, 'as')),
      steps: lowering.steps(fieldOf(item, 'steps'), lowering),
      result: optionalTemplate(item, 'result', lowering),
    })
    lowering.origins.written.set(clause, item)
    return clause
  })
}

/** What undoes a step. */
export function compensationOf(written: Written | undefined, lowering: Lowering): Compensation | undefined {
  const call = textOf(fieldOf(written, 'call'))
  const workflow = textOf(fieldOf(written, 'workflow'))
  if (written === undefined || (call === undefined && workflow === undefined)) return undefined
  const compensation: Compensation =
    call !== undefined
      ? { call, with: argumentsOf(written, lowering, true), lists: listsOf(call, lowering) }
      : { workflow: workflow ?? '', with: argumentsOf(written, lowering, false) }
  lowering.origins.written.set(compensation, written)
  return compensation
}

/** The `with` of a call or a child; nothing given is an empty map. */
export function argumentsOf(step: Written, lowering: Lowering, withSecrets: boolean): Template {
  const written = fieldOf(step, 'with')
  if (written === undefined || (written.type === 'scalar' && written.value === null)) return { value: {} }
  return templateOf(written, lowering, withSecrets)
}

/** The arguments of an activity that are lists by its input schema. */
export function listsOf(activity: string, lowering: Lowering): readonly string[] {
  const { catalog = {} } = lowering
  const schema = Object.hasOwn(catalog, activity) ? catalog[activity]?.input : undefined
  const properties = isJsonObject(schema) ? schema['properties'] : undefined
  if (!isJsonObject(properties)) return []
  return Object.entries(properties)
    .filter(([, property]) => isJsonObject(property) && isListType(property['type']))
    .map(([name]) => name)
}

function isListType(type: unknown): boolean {
  return (
    type === 'array' ||
    (Array.isArray(type) && type.every((one) => one === 'array' || one === 'null') && type.includes('array'))
  )
}

function globsOf(written: Written | undefined): readonly string[] | undefined {
  if (written === undefined) return undefined
  const globs = (written.type === 'list' ? itemsOf(written) : [written]).map(textOf)
  return globs.filter((glob) => glob !== undefined)
}

function numberField(map: Written, key: string): number | undefined {
  const written = fieldOf(map, key)
  const value = written && valueOf(written)
  return typeof value === 'number' ? value : undefined
}

function jitterOf(written: Written | undefined): number {
  const value = written && valueOf(written)
  if (value === true) return 0.5
  return typeof value === 'number' ? value : 0
}
