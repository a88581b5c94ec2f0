import { EngineError } from '../error.ts'
import type { Json } from '../json.ts'
import { checkAgainst } from '../language/schema.ts'
import type { Question, Run } from '../run.ts'
import { asData, inWords } from '../violations.ts'

/** The open question that `name` means: by its key, or by its step when that is clear. */
export function questionNamed(name: string, run: Pick<Run, 'id' | 'report'>): Question {
  const open = run.report.questions ?? []
  const byKey = open.find(({ key }) => key === name)
  if (byKey) return byKey
  const [only, ...others] = open.filter(({ step }) => step === name)
  if (only && others.length === 0) return only
  if (only)
    throw new EngineError(
      'question.unknown',
      `Step "${name}" of run "${run.id}" has ${others.length + 1} open questions; answer one of ${keys([only, ...others])}`,
    )
  const known =
    open.length === 0
      ? 'no question is open'
      : `open: ${open.map(({ key, step }) => `"${step}" (${key})`).join(', ')}`
  throw new EngineError('question.unknown', `Run "${run.id}" has no open question "${name}"; ${known}`)
}

/** The run that takes the answer to a question that `run` shows, and the question as that run asks it. */
export async function askedNow(
  question: Question,
  { id }: Pick<Run, 'id'>,
  find: (id: string) => Promise<Pick<Run, 'report'> | undefined>,
): Promise<{ readonly run: string; readonly question: Question }> {
  const { askedBy } = question
  if (!askedBy) return { run: id, question }
  const child = await find(askedBy.run)
  const asked = child?.report.questions?.find(({ key }) => key === askedBy.key)
  if (asked) return { run: askedBy.run, question: asked }
  throw new EngineError('question.unknown', `Question "${question.key}" of run "${id}" is no longer open`)
}

/** `answer` with the defaults of the question's schema; refused with every violation as `data`. */
export function acceptableAnswer(question: Question, answer: Json): Json {
  if (question.schema === undefined) return answer
  const checked = checkAgainst(question.schema, answer)
  if (checked.ok) return checked.value
  throw new EngineError(
    'answer.invalid',
    `The answer to "${question.step}" does not fit: ${inWords(checked.problems)}`,
    { data: asData(checked.problems) },
  )
}

function keys(questions: readonly Question[]): string {
  return questions.map(({ key }) => `"${key}"`).join(', ')
}
