import type { Settings } from '../settings.ts'
import type { TaskCore } from '../task-core.ts'
import type { Asking } from './asking.ts'

/** All that a request of 2026-07-28 is answered with: the era has no sessions. */
export interface ModernParts {
  readonly core: TaskCore
  readonly settings: Settings
  readonly asking: Asking
}
