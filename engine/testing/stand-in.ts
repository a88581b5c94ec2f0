import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import { hasEnded, ownEvents, type RunStatus } from '../run.ts'
import type { Agenda } from './agenda.ts'
import type { Life, Told } from './instance.ts'
import type { Deed } from './simulate.ts'

/** What stands in for a child run: it takes its time, ends as it was told to, and can be cancelled. */
export class StandIn implements Life {
  readonly id: string
  readonly whenEnded: (() => void)[] = []
  status: RunStatus = 'running'
  output?: Json
  error?: Failure
  readonly #deed: Deed

  constructor(id: string, deed: Deed) {
    this.id = id
    this.#deed = deed
  }

  begin(agenda: Agenda): void {
    agenda.enter(agenda.now + (this.#deed.takesMs ?? 0), () => {
      if (hasEnded(this.status)) return
      if ('fails' in this.#deed) this.#fail(this.#deed.fails)
      else {
        this.output = this.#deed.returns
        this.#end('completed')
      }
    })
  }

  async tell(what: Told): Promise<void> {
    if (hasEnded(this.status) || !('event' in what) || what.event !== ownEvents.cancel) return
    this.#fail({ type: 'cancelled', message: 'The run was cancelled', retryable: true })
  }

  #fail(failure: Failure): void {
    this.error = failure
    this.#end(failure.type === 'cancelled' ? 'cancelled' : 'failed')
  }

  #end(status: RunStatus): void {
    this.status = status
    for (const tell of this.whenEnded) tell()
  }
}
