import type { Check } from './audit.ts'
import type { Promised } from './ledger.ts'
import type { FileRecord, InstanceRecord } from './record.ts'

/** The largest that the log of a file may become: SQLite writes it back at 4 MiB, and cuts it at 16. */
const walLimitBytes = 16 * 1024 * 1024

/** What the file, and what clients were told, must show. */
export const byFile: Readonly<Record<string, Check>> = {
  'a run that a client was told of exists, and ends': function* ({ file, promised }) {
    for (const one of promised) {
      const found = instanceOf(one, file)
      if (one.isPurged) continue
      if (!found) yield `Run "${one.id}" is not in the file`
      else if (!statusesOf[one.ends].includes(found.status))
        yield `Run "${one.id}" is ${found.status} in the file, and was to be ${one.ends}`
    }
  },

  'what a client was told of an end stays true': function* ({ file, promised }) {
    for (const one of promised) {
      const { end } = one
      const found = instanceOf(one, file)
      if (!end || !found) continue
      if (end.status !== one.ends)
        yield `A client was told that run "${one.id}" is ${end.status}, not ${one.ends}`
      if (end.status === 'completed' && JSON.stringify(end.output) !== JSON.stringify(found.output))
        yield `A client was told that the result of run "${one.id}" is ${JSON.stringify(end.output)}; the file says ${JSON.stringify(found.output)}`
    }
  },

  'a run has the result that its definition says': function* ({ file, promised }) {
    for (const one of promised) {
      const { output } = (one.isPurged ? one.end : instanceOf(one, file)) ?? { output: undefined }
      if (one.value !== undefined && fieldOf('value', output) !== one.value)
        yield `The result of run "${one.id}" is ${JSON.stringify(output)}; its value is ${JSON.stringify(one.value)} by right`
    }
  },

  'every instance ends, and ends once': function* ({ file }) {
    for (const { id, status, completedAt, history } of file.instances) {
      const ends = history.filter((event) => event.hasExecutioncompleted()).length
      if (completedAt === undefined) yield `Instance "${id}" is ${status}`
      else if (ends !== 1) yield `Instance "${id}" has ended ${ends} times in its history`
      else if (!history.at(-1)?.hasExecutioncompleted()) yield `Instance "${id}" went on after its end`
    }
  },

  'what was purged is gone, and leaves nothing behind': function* ({ file, promised }) {
    for (const one of promised)
      if (one.isPurged && instanceOf(one, file)) yield `Run "${one.id}" was purged, and is in the file`
    if (file.orphans > 0) yield `${file.orphans} rows belong to instances that are gone`
  },

  'a schedule begins runs for as long as it stands': function* ({ file }) {
    const begun = file.instances.filter(({ name }) => name === 'ticking')
    if (begun.length === 0) yield 'It began none'
    for (const { id, status, output } of begun)
      if (status !== 'completed' || fieldOf('value', output) !== 2) yield `Its run "${id}" is ${status}`
  },

  'nothing is left to be told or done': function* ({ file: { left } }) {
    if (left.messages > 0) yield `${left.messages} messages have found nobody`
    if (left.calls > 0) yield `${left.calls} calls of activities have found nobody`
  },

  'an instance is told once of each result, child and timer': function* ({ file }) {
    for (const { id, history } of file.instances) {
      const told = history.flatMap((event) => answeredBy(event) ?? [])
      const twice = told.filter((number, index) => told.indexOf(number) !== index)
      for (const number of twice) yield `Instance "${id}" was told twice of what its action ${number} brought`
    }
  },

  'an event that was acknowledged is taken once, in order': function* ({ file, promised }) {
    for (const one of promised) {
      const taken = lettersOf(instanceOf(one, file)?.output)
      const sure = one.letters.filter(({ isAcknowledged, isLast }) => isAcknowledged && !isLast)
      const order = taken.map((name) => one.letters.findIndex((letter) => letter.name === name))
      if (order.some((place, index) => index > 0 && place <= (order[index - 1] ?? -1)) || order.includes(-1))
        yield `Run "${one.id}" took ${JSON.stringify(taken)}, which are not the letters it was sent, once each and in order`
      for (const { name } of sure)
        if (!taken.includes(name)) yield `Letter "${name}" was acknowledged, and never taken`
    }
  },

  'a copy is whole, and holds what clients were told of before it was begun': function* ({
    copies,
    promised,
  }) {
    const purged = new Set(promised.filter(({ isPurged }) => isPurged).map(({ id }) => id))
    for (const { file, told } of copies) {
      if (file.integrity !== 'ok') yield file.integrity
      if (file.orphans > 0) yield `In a copy ${file.orphans} rows belong to instances that are gone`
      const ids = new Set(file.instances.map(({ id }) => id))
      for (const id of told) if (!ids.has(id) && !purged.has(id)) yield `Run "${id}" is not in a copy`
    }
  },

  'the file stays whole': function* ({ file }) {
    if (file.integrity !== 'ok') yield file.integrity
  },

  'the log of the file stays small': function* ({ largestWalBytes }) {
    if (largestWalBytes > walLimitBytes) yield `It had ${largestWalBytes} bytes`
  },
}

const statusesOf: Readonly<Record<Promised['ends'], readonly string[]>> = {
  completed: ['completed'],
  failed: ['failed'],
  terminated: ['terminated'],
  cancelled: ['failed', 'terminated'], // the wire has no status for it that orchestrators may choose
}

function instanceOf({ hub, id }: Promised, file: FileRecord): InstanceRecord | undefined {
  return file.instances.find((instance) => instance.hub === hub && instance.id === id)
}

/** The action whose result an event brings. */
function answeredBy(event: InstanceRecord['history'][number]): number | undefined {
  return (
    event.getTaskcompleted()?.getTaskscheduledid() ??
    event.getTaskfailed()?.getTaskscheduledid() ??
    event.getSuborchestrationinstancecompleted()?.getTaskscheduledid() ??
    event.getSuborchestrationinstancefailed()?.getTaskscheduledid() ??
    event.getTimerfired()?.getTimerid()
  )
}

function lettersOf(output: unknown): readonly string[] {
  const letters = fieldOf('letters', output)
  return Array.isArray(letters) ? letters.map(String) : []
}

function fieldOf(name: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
