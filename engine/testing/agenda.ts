interface Appointment {
  readonly at: number
  readonly happen: () => Promise<void> | void
}

/** What is still to happen on a virtual clock that jumps from one thing to the next; of two at one instant, the one entered first comes first. */
export class Agenda {
  /** Epoch ms. */
  now: number
  /** Latest first, so that the next one is taken from the end. */
  readonly #appointments: Appointment[] = []

  constructor(startsAt: number) {
    this.now = startsAt
  }

  enter(at: number, happen: Appointment['happen']): void {
    let low = 0
    let high = this.#appointments.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#appointments[middle]?.at ?? 0) > at) low = middle + 1
      else high = middle
    }
    this.#appointments.splice(low, 0, { at, happen })
  }

  /** Lets the next thing happen; `false` when there is none. */
  async next(): Promise<boolean> {
    const appointment = this.#appointments.pop()
    if (!appointment) return false
    this.now = Math.max(this.now, appointment.at)
    await appointment.happen()
    return true
  }
}
