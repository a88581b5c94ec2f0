/**
 * Somebody who does the same durable work: the floor, we, or a peer. The one activity there is adds 1 to a number, and
 * every method resolves to what the run gave, so that a wrong answer is noticed.
 */
export interface Contestant {
  /** A run of `steps` steps, each of the result before: `from + steps`. */
  sequence(steps: number, from: number): Promise<unknown>
  /** A run that goes through a loop of one step: `passes`. */
  loop(passes: number): Promise<unknown>
  /** A run of `steps` steps at once: the number of those that succeeded. */
  fan(steps: number): Promise<unknown>
  /** A run that has every item of a list done by a run of its own, `atOnce` of them at a time: `items`. Peers are not asked. */
  items?(items: number, atOnce: number): Promise<unknown>
  stop(): Promise<void>
}
