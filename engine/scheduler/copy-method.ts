import type { MethodDefinition } from '@grpc/grpc-js'

const asItIs = (bytes: Buffer): Buffer => bytes

/** The one method of ours beside the protocol: asked for nothing, it sends a consistent copy of the hub's file in pieces. */
export const copyMethod: MethodDefinition<Buffer, Buffer> = {
  path: '/longhaul.Hub/Copy',
  requestStream: false,
  responseStream: true,
  requestSerialize: asItIs,
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
  responseDeserialize: asItIs,
}
