import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { EngineError } from '../error.ts'
import { readTokens, type StaticToken } from '../mcp/auth.ts'
import type { HttpOptions } from '../mcp/http.ts'
import type { Era, McpOptions } from '../mcp/source.ts'
import { portOf } from './help.ts'
import type { Shell } from './shell.ts'
import { version } from './version.ts'

/** The options of every command that serves MCP, as they are typed. */
export interface McpArguments {
  readonly eras?: readonly Era[]
  readonly onNonTaskClient?: 'reject' | 'wait'
  readonly companions?: boolean
  readonly authoring?: boolean
}

/** The options of a command that serves MCP over HTTP. */
export interface HttpArguments extends McpArguments {
  readonly port: number
  readonly bind: string
  readonly allowHost?: readonly string[]
  readonly allowOrigin?: readonly string[]
  readonly tokens?: string
  readonly oauthIssuer?: string
  readonly oauthAudience?: string
  readonly oauthResource?: string
  readonly oauthScope?: readonly string[]
}

/** Adds what every MCP server can be told. */
export function addMcpOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--eras <era...>', 'the generations of the protocol to speak (default: both)').choices([
        'legacy',
        'modern',
      ]),
    )
    .addOption(
      new Option(
        '--on-non-task-client <what>',
        'what a call without a task gets: a refusal, or its result once it is there',
      ).choices(['reject', 'wait']),
    )
    .option(
      '--companions',
      'offer tools for clients that know no tasks: start, status, result, answer, cancel',
    )
    .option(
      '--authoring',
      'offer tools for models that write definitions; they read and check, and change nothing',
    )
}

/** Adds where an MCP server listens, and for whom. */
export function addHttpOptions(command: Command): Command {
  return addMcpOptions(
    command
      .option('--port <n>', 'the port; 0 picks a free one', portOf, 3000)
      .option(
        '--bind <address>',
        'the address to listen at; beyond this machine only with tokens or OAuth',
        '127.0.0.1',
      )
      .option('--allow-host <host...>', 'more names under which clients may call this server')
      .option('--allow-origin <origin...>', 'web pages that may talk to it, beside those of this machine')
      .option('--tokens <file>', 'who may come in: one "principal token" a line (default: $LONGHAUL_TOKENS)')
      .option('--oauth-issuer <url>', 'take the tokens of this OAuth authorization server')
      .option(
        '--oauth-audience <name>',
        'for whom its tokens must be meant (default: the URL of this server)',
      )
      .option('--oauth-resource <url>', 'the URL by which clients know this server')
      .option('--oauth-scope <scope...>', 'what a token must allow'),
  )
}

/** The options of a server as it wants them. */
export function mcpOptionsOf(typed: McpArguments): McpOptions {
  const { eras, onNonTaskClient, companions, authoring } = typed
  return {
    version,
    ...(eras && { eras }),
    ...(onNonTaskClient && { onNonTaskClient }),
    ...(companions !== undefined && { companions }),
    ...(authoring !== undefined && { authoring }),
  }
}

/** The options of an HTTP server as it wants them; refused when they contradict each other. */
export function httpOptionsOf(typed: HttpArguments, shell: Shell): HttpOptions {
  const { port, bind, allowHost, allowOrigin, oauthIssuer: issuer } = typed
  const tokens = tokensOf(typed.tokens, 'LONGHAUL_TOKENS', shell)
  if (tokens && issuer !== undefined)
    throw new EngineError('usage', 'Tokens come either from a list or from an OAuth issuer, not from both')
  return {
    ...mcpOptionsOf(typed),
    port,
    bind,
    ...(allowHost && { allowedHosts: allowHost }),
    ...(allowOrigin && { allowedOrigins: allowOrigin }),
    ...(tokens && { tokens }),
    ...(issuer !== undefined && {
      oauth: {
        issuer,
        ...(typed.oauthAudience !== undefined && { audience: typed.oauthAudience }),
        ...(typed.oauthResource !== undefined && { resource: typed.oauthResource }),
        ...(typed.oauthScope && { scopes: typed.oauthScope }),
      },
    }),
  }
}

/** The tokens in a file, else in an environment variable; none: whoever comes is let in. */
export function tokensOf(
  file: string | undefined,
  variable: string,
  shell: Shell,
): readonly StaticToken[] | undefined {
  const fromEnvironment = shell.env[variable]
  if (file === undefined)
    return fromEnvironment === undefined || fromEnvironment === ''
      ? undefined
      : readTokens(fromEnvironment, variable)
  const path = resolve(shell.cwd, file)
  try {
    return readTokens(readFileSync(path, 'utf8'), `"${path}"`)
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw new EngineError('usage', `The tokens file "${path}" cannot be read`, { cause: error })
  }
}
