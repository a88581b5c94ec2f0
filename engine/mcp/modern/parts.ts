import type { Settings } from '../settings.ts'
import type { TaskCore } from '../task-core.ts'

/** All that a request of 2026-07-28 is answered with: the era has no sessions. */
export interface ModernParts {
  readonly core: TaskCore
  readonly settings: Settings
}
