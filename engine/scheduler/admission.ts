import { type ServerInterceptor, ServerInterceptingCall, status } from '@grpc/grpc-js'
import { placeAmong } from '../tokens.ts'

/**
 * Lets in calls that carry one of `tokens`, as `authorization: Bearer …` in their metadata; whatever else is asked for is
 * not looked at.
 */
export function byToken(tokens: readonly string[]): ServerInterceptor {
  const placeOf = placeAmong(tokens)
  return (_, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const token = bearerIn(metadata.get('authorization')[0])
            if (token !== undefined && placeOf(token) !== undefined) return pass(metadata)
            const details =
              token === undefined
                ? 'The hub asks for a bearer token, in metadata "authorization"'
                : 'The hub does not know this token'
            call.sendStatus({ code: status.UNAUTHENTICATED, details })
          },
        }),
    })
}

function bearerIn(authorization: string | Buffer | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization?.toString() ?? '')?.[1]
}
