import { kindKeys } from './keys.ts'
import type { Place, StructureIssue } from './structure-place.ts'
import { entriesOf } from './written.ts'

/** One mistake that the schema reports as several: what other languages write in this place. */
export function habitIn(place: Place): StructureIssue | undefined {
  if (place.entry?.key === 'compensate') return otherCompensation(place)
  if (!place.isItem) return undefined
  if (place.entry?.key === 'catch') return stepAsClause(place)
  return place.entry?.key === 'switch' ? defaultAsCase(place) : undefined
}

function stepAsClause({ value }: Place): StructureIssue | undefined {
  const kind = entriesOf(value).find(({ key }) => kindKeys.includes(key))
  return (
    kind && {
      code: 'key.misplaced',
      span: kind.keySpan,
      message: `An item of "catch" is a clause, and "${kind.key}" is a step`,
      hint: `Put the step into the clause: - steps: [ { ${kind.key}: … } ]`,
    }
  )
}

function defaultAsCase({ value }: Place): StructureIssue | undefined {
  const other = entriesOf(value).find(({ key }) => /^(?:default|else|otherwise)$/.test(key))
  return (
    other && {
      code: 'key.misplaced',
      span: other.keySpan,
      message: 'What counts in all other cases is no item of "switch"',
      hint: 'Write "default" beside "switch", with the same indentation',
    }
  )
}

function otherCompensation({ value }: Place): StructureIssue | undefined {
  const kind = entriesOf(value).find(({ key }) => kindKeys.includes(key))
  if (!kind || kind.key === 'call' || kind.key === 'workflow') return undefined
  return {
    code: 'key.misplaced',
    span: kind.keySpan,
    message: `"compensate" is a call or a workflow, and not "${kind.key}"`,
    hint: 'Put what undoes the step into an activity, or into a workflow of its own',
  }
}
