import type { Report } from '../report.ts'
import { entryOf, type Written } from '../written.ts'

/** Reports what is computed where only constants can stand; tells whether there is such. */
export function checkConstant(written: Written, subject: string, cure: string, report: Report): boolean {
  const parts = written.type === 'list' ? written.items : []
  const values = written.type === 'map' ? written.entries.map(({ value }) => value) : parts
  if (entryOf(written, '$secret')) {
    const message = `${subject} enters the history of runs, where no secret may stand`
    report('secret.misplaced', written, message, 'Hand it to the activity that needs it')
    return true
  }
  if (written.type !== 'scalar')
    return values.map((value) => checkConstant(value, subject, cure, report)).includes(true)
  const isComputed = typeof written.value === 'string' && /(?<!\$)\$\{/.test(written.value)
  const message = `${subject} is fixed when the definition is loaded, so it cannot be computed`
  if (isComputed) report('value.constant', written, message, cure)
  return isComputed
}
