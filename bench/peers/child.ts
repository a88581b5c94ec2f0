import { workloads } from '../workloads.ts'
import { peers } from './peers.ts'

// One peer, in a process of its own: `child.ts NAME FOLDER`. Every message asks for a measurement, and is answered.

const [, , name = '', folder = ''] = process.argv
const entry = peers[name]
if (!entry) throw new Error(`There is no peer "${name}"`)
const contestant = await entry.open(folder)

process.on('message', ({ id, size }: { readonly id: string; readonly size: number }) => {
  const workload = workloads.find((one) => one.id === id)
  const measured = workload ? workload.measure(contestant, size) : Promise.reject(new Error(`no "${id}"`))
  measured.then(
    (ms) => process.send?.({ ms }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => {
  setTimeout(() => process.exit(), 5_000) // some wait for work that never ends
  contestant.stop().then(
    () => process.exit(),
    () => process.exit(),
  )
})
process.send?.({ ready: true })
