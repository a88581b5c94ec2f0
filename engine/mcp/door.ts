/** What `longhaul/mcp` is: MCP for programs that put a server together themselves. */
export { attachmentOf, type Attachment } from './attach.ts'
export { readTokens, type StaticToken } from './auth.ts'
export { serveHttp, type HttpOptions, type HttpServer } from './http.ts'
export { DurableTaskStore } from './legacy/durable-task-store.ts'
export type { OAuthOptions } from './oauth.ts'
export { hostOf, type EngineView, type Era, type McpHost, type McpOptions } from './source.ts'
export { serveStdio, type StdioOptions, type StdioServer } from './stdio.ts'
