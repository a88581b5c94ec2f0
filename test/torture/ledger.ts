import type { Json } from '../../engine/json.ts'

/** What a client asked for, was told of, and may rely on from then on. */
export interface Promised {
  readonly id: string
  readonly hub: 'default' | 'sdk'
  readonly workflow: string
  readonly ends: 'completed' | 'failed' | 'cancelled' | 'terminated'
  /** What its result holds under `value`, if it has one. */
  readonly value?: Json
  /** The letters it was sent, in order; those that nobody acknowledged may have arrived or not. */
  readonly letters: { readonly name: string; readonly isLast: boolean; readonly isAcknowledged: boolean }[]
  /** How often each of these pieces of work is done at the least. */
  deeds: Readonly<Record<string, number>>
  /** Whether the client was told that it is gone. */
  isPurged?: boolean
  /** What the client was told of its end. */
  end?: { readonly status: string; readonly output: Json }
}

/** A kind of run, and what must come of it. */
export interface Plan extends Pick<Promised, 'hub' | 'workflow' | 'ends' | 'value'> {
  readonly input: Json
  readonly deeds?: Readonly<Record<string, number>>
  /** Whether it fails at first, and is rewound once what it stumbled over is repaired. */
  readonly isRewound?: boolean
  /** What is done with it once it has ended. */
  readonly then?: 'purge' | 'restart' | 'restart as another'
}
