import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Statements } from '../../engine/scheduler/statements.ts'
import { folderForTest } from '../support/hub.ts'

const insertion = 'INSERT INTO t VALUES (?)'

/** Statements on a file, and what another connection sees of it. */
async function opened(): Promise<{
  statements: Statements
  database: DatabaseSync
  onDisk: () => unknown[]
}> {
  const path = join(await folderForTest(), 'test.db')
  const [database, other] = [new DatabaseSync(path), new DatabaseSync(path)]
  onTestFinished(() => {
    database.close()
    other.close()
  })
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER PRIMARY KEY)')
  const onDisk = (): unknown[] =>
    other
      .prepare('SELECT x FROM t ORDER BY x')
      .all()
      .map(({ x }) => x)
  return { statements: new Statements(database), database, onDisk }
}

test('a transaction of one statement is on disk when it is committed, and not before', async () => {
  const { statements, onDisk } = await opened()
  statements.begin()
  statements.run(insertion, 1)
  expect(onDisk()).toEqual([])
  statements.commit()
  expect(onDisk()).toEqual([1])
})

test('a transaction of several is on disk as a whole, in order', async () => {
  const { statements, onDisk } = await opened()
  statements.begin()
  statements.run(insertion, 1)
  statements.run('UPDATE t SET x = x + 1')
  statements.run(insertion, 1)
  expect(onDisk()).toEqual([])
  statements.commit()
  expect(onDisk()).toEqual([1, 2])
})

test('what was done is seen by whoever reads in the same transaction', async () => {
  const { statements, onDisk } = await opened()
  statements.begin()
  statements.run(insertion, 1)
  expect(statements.row('SELECT x FROM t')).toEqual({ x: 1 })
  expect(onDisk()).toEqual([])
  statements.run(insertion, 2)
  expect(statements.rows('SELECT x FROM t')).toHaveLength(2)
  statements.commit()
  expect(onDisk()).toEqual([1, 2])
})

test('a transaction in which nothing was done, or only read, leaves none open', async () => {
  const { statements, database } = await opened()
  statements.begin()
  statements.commit()
  statements.begin()
  expect(statements.rows('SELECT x FROM t')).toEqual([])
  statements.commit()
  expect(database.isTransaction).toBe(false)
})

for (const values of [[1], [1, 2]])
  test(`nothing is left of ${values.length} that were rolled back`, async () => {
    const { statements, database, onDisk } = await opened()
    statements.begin()
    for (const value of values) statements.run(insertion, value)
    statements.rollBack()
    expect(database.isTransaction).toBe(false)
    statements.begin()
    statements.run(insertion, 3)
    statements.commit()
    expect(onDisk()).toEqual([3])
  })

test('a statement that fails shows it at the commit at the latest, and nothing is kept', async () => {
  const { statements, onDisk } = await opened()
  statements.begin()
  statements.run(insertion, null)
  statements.commit()
  statements.begin()
  statements.run(insertion, 1)
  expect(() => statements.commit()).toThrow('UNIQUE')
  statements.rollBack()
  statements.begin()
  statements.run(insertion, 2)
  expect(() => statements.run(insertion, 1)).toThrow('UNIQUE')
  statements.rollBack()
  expect(onDisk()).toEqual([1])
})
