import { authoringTools } from './authoring-tools.ts'
import { companionTools } from './companion-tools.ts'
import type { ExtraTool } from './extra-tool.ts'
import type { Settings } from './settings.ts'
import type { TaskCore } from './task-core.ts'
import { toolsOf, type Tool } from './tool.ts'

/** Every tool there is: the extra ones that are switched on, then the workflows in the order of their names. */
export function allTools({ host }: TaskCore, settings: Settings): readonly Tool[] {
  return [...extras(settings).map(({ tool }) => tool), ...toolsOf(host.definitions())]
}

/** The extra tool of this name, if it is switched on. Names of workflows have no underscore, so the two never meet. */
export function extraToolNamed(name: string, settings: Settings): ExtraTool | undefined {
  return extras(settings).find(({ tool }) => tool.name === name)
}

function extras({ companions, authoring }: Settings): readonly ExtraTool[] {
  return [...(companions ? companionTools : []), ...(authoring ? authoringTools : [])]
}
