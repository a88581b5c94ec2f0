import type { Meter } from './meter.ts'
import { isList, type Value } from './value.ts'

/** Values put together as JSONata's `$append` does: nothing is left out, lists are joined, a lone value stays itself. */
export class Appended {
  #value: Value
  #items: Value[] | undefined
  readonly #meter: Meter

  constructor(meter: Meter, value?: Value) {
    this.#meter = meter
    this.#value = value
  }

  add(value: Value): void {
    if (value === undefined) return
    if (this.#items === undefined) {
      if (this.#value === undefined) {
        this.#value = value
        return
      }
      this.#items = isList(this.#value) ? [...this.#value] : [this.#value]
      this.#meter.list(this.#items.length)
    }
    this.#meter.list(isList(value) ? value.length : 1)
    if (isList(value)) for (const item of value) this.#items.push(item)
    else this.#items.push(value)
  }

  get value(): Value {
    return this.#items ?? this.#value
  }
}
