import { clientMethods, streamInstanceHistory } from './client-methods.ts'
import type { Streaming, Unary } from './method.ts'
import { Refusal } from './refusal.ts'
import type { TaskHub } from './task-hub.ts'
import { serviceMethods } from './wire.ts'
import { getWorkItems, workerMethods } from './worker-methods.ts'

/** A method of the service, whichever way it is reached. */
export type Method =
  | { readonly isStream: false; readonly serve: Unary }
  | { readonly isStream: true; readonly serve: Streaming }

/** `TaskHubSidecarService`. */
export interface Service {
  /** The task hub that a caller means. */
  hubNamed(name: string | undefined): TaskHub
  /** The method at a gRPC path. */
  methodAt(path: string): Method
}

/** Every method that gRPC knows of, by its name there. */
export const methods: Readonly<Record<string, Method>> = Object.fromEntries(
  Object.keys(serviceMethods).map((name) => [name, methodNamed(name)]),
)

const methodsByPath = new Map(
  Object.entries(serviceMethods).map(([name, { path }]) => [path, methodNamed(name)]),
)

/** The service on the task hubs that `hubNamed` finds. */
export function serviceOn(hubNamed: Service['hubNamed']): Service {
  return { hubNamed, methodAt: (path) => methodsByPath.get(path) ?? unimplemented(path) }
}

function methodNamed(name: string): Method {
  if (name === 'getWorkItems') return { isStream: true, serve: getWorkItems }
  if (name === 'streamInstanceHistory') return { isStream: true, serve: streamInstanceHistory }
  const serve = clientMethods[name] ?? workerMethods[name]
  return serve ? { isStream: false, serve } : unimplemented(name)
}

function unimplemented(name: string): Method {
  return {
    isStream: false,
    serve: () => {
      throw new Refusal(
        'unimplemented',
        `The embedded hub has no method "${name}"; entities need the Durable Task Scheduler`,
      )
    },
  }
}
