import { createHash, timingSafeEqual } from 'node:crypto'
import { type ServerInterceptor, ServerInterceptingCall, status } from '@grpc/grpc-js'

/**
 * Lets in calls that carry one of `tokens`, as `authorization: Bearer …` in their metadata; whatever else is asked for is
 * not looked at. Digests of one length are compared, all of them, so that the time taken says nothing of a token.
 */
export function byToken(tokens: readonly string[]): ServerInterceptor {
  const known = tokens.map(digestOf)
  return (_, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const token = bearerIn(metadata.get('authorization')[0])
            const digest = digestOf(token ?? '')
            const matches = known.filter((one) => timingSafeEqual(one, digest))
            if (token !== undefined && matches.length > 0) return pass(metadata)
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

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
