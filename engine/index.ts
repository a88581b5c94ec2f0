export { openEngine } from './engine.ts'
export type { Engine, EngineOptions, StopOptions } from './engine.ts'
export { EngineError } from './error.ts'
export type { ErrorCode } from './error.ts'
export type { Failure, Place } from './failure.ts'
export type { Json, JsonObject, JsonSchema } from './json.ts'
export type { ActivityCatalog, ActivitySignature } from './language/catalog.ts'
export type { Definition } from './language/definition.ts'
export type { Issue } from './language/issue.ts'
export { hasEnded } from './run.ts'
export type { Question, Report, Run, RunStatus } from './run.ts'
export type { HistoryEntry, RunClient, RunFilter, StartOptions } from './client/client.ts'
export { ActivityError } from './worker/activity.ts'
export type {
  ActivityContext,
  ActivityDefinition,
  ActivityErrorOptions,
  ActivityHandler,
  ActivityLog,
  ActivityRegistry,
} from './worker/activity.ts'
