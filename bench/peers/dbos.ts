import { DBOS } from '@dbos-inc/dbos-sdk'
import type { Contestant } from '../contestant.ts'
import { startPostgres } from './postgres.ts'

/** DBOS, with a Postgres of its own. */
export async function openDbos(folder: string): Promise<Contestant> {
  const postgres = await startPostgres(folder)
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: postgres.url, logLevel: 'error' })
  const sequence = DBOS.registerWorkflow(
    async (steps: number, from: number) => {
      let n = from
      for (let at = 0; at < steps; at += 1) n = await DBOS.runStep(async () => n + 1, { name: `s${at}` })
      return n
    },
    { name: 'sequence' },
  )
  const fan = DBOS.registerWorkflow(
    async (steps: number) => {
      const names = Array.from({ length: steps }, (_, at) => `s${at}`)
      return (await Promise.all(names.map((name, at) => DBOS.runStep(async () => at + 1, { name })))).length
    },
    { name: 'fan' },
  )
  await DBOS.launch()
  const sequenceOf = async (steps: number, from: number): Promise<number> =>
    (await DBOS.startWorkflow(sequence)(steps, from)).getResult()
  return {
    sequence: sequenceOf,
    loop: (passes) => sequenceOf(passes, 0),
    fan: async (steps) => (await DBOS.startWorkflow(fan)(steps)).getResult(),
    stop: async () => {
      await DBOS.shutdown()
      await postgres.stop()
    },
  }
}
