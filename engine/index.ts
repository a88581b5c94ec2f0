export { ActivityError } from './worker/activity.ts'
export type {
  ActivityContext,
  ActivityDefinition,
  ActivityHandler,
  ActivityRegistry,
} from './worker/activity.ts'
