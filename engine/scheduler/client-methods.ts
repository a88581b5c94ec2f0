import { raise, restart, resume, rewind, start, suspend } from './control.ts'
import type { Instance, Payloads } from './instance.ts'
import { list } from './listing.ts'
import { type Call, readAs, type Streaming, type Unary, unary, verb } from './method.ts'
import { type Bytes, nothing } from './protobuf.ts'
import { purge, purgeListed, timeLimit } from './purge.ts'
import { noSuchInstance } from './refusal.ts'
import {
  historyChunks,
  idReply,
  idsReply,
  type InstanceItem,
  purgeReply,
  queryReply,
  stateOf,
} from './reply.ts'
import type { Requests } from './request.ts'
import { bytesOfText, refuseAbove } from './size.ts'
import type { TaskHub } from './task-hub.ts'
import { terminate } from './terminate.ts'
import type { Milestone } from './waiters.ts'

/** What clients call, with one answer. */
export const clientMethods: Readonly<Record<string, Unary>> = {
  hello: () => nothing,
  createTaskHub: unary('createHub', async ({ anew }, { hub }) => {
    if (anew) await removeAll(hub)
    return nothing // a hub is there as soon as somebody names it
  }),
  deleteTaskHub: async (_, { hub }) => {
    await removeAll(hub)
    return nothing
  },

  startInstance: verb('start', (hub, { policy, ...asked }) => {
    refuseAbove(hub.ground.maxMessageBytes, `input of "${asked.name}"`, bytesOfText(asked.input))
    return idReply(start(hub, asked, policy))
  }),
  getInstance: unary('get', ({ id, withPayloads }, { hub }) =>
    described(hub, hub.residents.peek(id), withPayloads),
  ),
  waitForInstanceStart: unary('get', waitFor('start')),
  waitForInstanceCompletion: unary('get', waitFor('end')),
  queryInstances: unary('query', query),
  listInstanceIds: unary('listIds', ({ listing, limit }, { hub }) => {
    const page = list(hub, listing, pageSize(limit))
    const next = page.length < pageSize(limit) ? undefined : page.at(-1)
    return idsReply(
      page.map(({ id }) => id),
      next,
    )
  }),

  raiseEvent: verb('raise', (hub, { id, name, input }) => {
    refuseAbove(hub.ground.maxMessageBytes, `data of event "${name}"`, bytesOfText(input))
    raise(hub, id, name, input)
  }),
  terminateInstance: verb('terminate', (hub, { id, output, recursive }) => {
    terminate(hub, hub.existing(id), output, recursive)
  }),
  skipGracefulOrchestrationTerminations: verb('endAtOnce', (hub, { ids, reason }) => {
    for (const id of ids) {
      const resident = hub.residents.find(id)
      if (resident) terminate(hub, resident, reason, false)
    }
  }),
  suspendInstance: verb('pause', (hub, { id, reason }) => suspend(hub, id, reason)),
  resumeInstance: verb('pause', (hub, { id, reason }) => resume(hub, id, reason)),
  rewindInstance: verb('rewind', (hub, { id, reason }) => rewind(hub, id, reason)),
  restartInstance: verb('restart', (hub, { id, withNewId }) => idReply(restart(hub, id, withNewId))),
  purgeInstances: unary('purge', async ({ what, recursive, timeoutMs }, { hub }) => {
    if (isIds(what)) return purgeReply(await purge(hub, what, recursive), true)
    const { count, isComplete } = await purgeListed(hub, what, recursive, timeoutMs)
    return purgeReply(count, isComplete)
  }),
}

/** `StreamInstanceHistory`. */
export const streamInstanceHistory: Streaming = async (request, { hub }, send) => {
  const { id } = readAs('history', request)
  await hub.ground.committer.quiet()
  const instance = hub.ground.store.instances.find(hub.name, id)
  if (!instance) throw noSuchInstance(id)
  for (const chunk of historyChunks(hub.ground.store.history(instance.key), chunkBytes)) send(chunk)
}

const chunkBytes = 512 * 1024

function isIds(what: Requests['purge']['what']): what is readonly string[] {
  return Array.isArray(what)
}

/** Ends and removes everything in a hub. */
async function removeAll(hub: TaskHub): Promise<void> {
  /** Whether there is more. */
  const step = (): boolean => {
    const isTimeUp = timeLimit()
    for (const instance of list(hub, {}, 100)) {
      hub.remove(hub.residents.hold(instance))
      if (isTimeUp()) break
    }
    return list(hub, {}, 1).length > 0
  }
  while (await hub.ground.committer.run(step));
}

function waitFor(until: Milestone): (request: Requests['get'], call: Call) => Promise<InstanceItem> {
  return async ({ id, withPayloads }, { hub, signal }) =>
    described(hub, await hub.waiters.wait(id, until, signal()), withPayloads)
}

function query({ listing, hubs, limit, withPayloads }: Requests['query'], { hub }: Call): Bytes {
  if (hubs.length > 0 && !hubs.includes(hub.name)) return nothing
  const page = list(hub, { ...listing, newestFirst: true }, pageSize(limit))
  const states: Bytes[] = []
  let bytes = 0
  for (const instance of page) {
    const state = stateOf(instance, payloadsOf(hub, instance, withPayloads))
    states.push(state)
    bytes += state.length
    if (bytes > pageBytes) break
  }
  const isLast = states.length === page.length && page.length < pageSize(limit)
  return queryReply(states, isLast ? undefined : page[states.length - 1])
}

/** A page is shorter than asked for when its payloads are long. */
const pageBytes = 2 * 1024 * 1024

function pageSize(asked: number): number {
  return asked > 0 ? Math.min(asked, 1000) : 100
}

function described(hub: TaskHub, instance: Instance | undefined, withPayloads: boolean): InstanceItem {
  return instance
    ? { do: 'instance', instance, payloads: payloadsOf(hub, instance, withPayloads) }
    : { do: 'instance', payloads: {} }
}

/** Why an instance failed is told always. */
function payloadsOf(hub: TaskHub, { key, status }: Instance, withPayloads: boolean): Payloads {
  if (withPayloads) return hub.ground.store.payloads(key)
  if (status !== 'failed') return {}
  const { failure } = hub.ground.store.payloads(key)
  return failure ? { failure } : {}
}
