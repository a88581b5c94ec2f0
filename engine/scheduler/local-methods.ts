import { Metadata } from '@grpc/grpc-js'
import { messageOf } from './in-process.ts'
import { statusOf } from './refusal.ts'
import type { Service } from './service.ts'
import { type ServiceMethod, serviceMethods } from './wire.ts'

/**
 * A method with one answer, for a caller in this process: messages of the SDK go in and out, and what is refused is an
 * error as gRPC would make it. `signal` tells when the caller has gone.
 */
export type LocalMethod = (request: object, signal: () => AbortSignal) => Promise<object>

/** The methods with one answer, by their names in the SDK's stub: what {@link inProcessOptions} offers, without gRPC. */
export function localMethods(service: Service, hub: string): Readonly<Record<string, LocalMethod>> {
  return Object.fromEntries(
    Object.entries(serviceMethods).flatMap(([name, definition]) => {
      const method = localMethod(service, hub, definition)
      return method ? [[name, method]] : []
    }),
  )
}

function localMethod(service: Service, hub: string, definition: ServiceMethod): LocalMethod | undefined {
  const method = service.methodAt(definition.path)
  if (method.isStream) return undefined
  return async (request, signal) => {
    try {
      const item = await method.serve(request, { hub: service.hubNamed(hub), isLocal: true, signal })
      return messageOf(item, definition)
    } catch (error) {
      const { code, details } = statusOf(error)
      throw Object.assign(new Error(details), { code, details, metadata: new Metadata() })
    }
  }
}
