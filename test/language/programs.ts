import fc from 'fast-check'

/** One random choice among many, in the order in which they are asked for. */
interface Dice {
  below(count: number): number
  of<T>(items: readonly [T, ...T[]]): T
  coin(): boolean
}

/** What may be said at a place of the program that is being written. */
interface Place {
  readonly depth: number
  /** Expressions of a number, of a text, and of a list, that are there for certain. */
  readonly numbers: readonly string[]
  readonly texts: readonly string[]
  readonly lists: readonly string[]
  /** Results that may be missing. */
  readonly maybe: readonly string[]
  readonly concurrent: boolean
  readonly loop: boolean
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] }

/** A definition that is right, as plain data: every kind of step, every modifier, every way to name a value. */
export const program: fc.Arbitrary<object> = fc.gen().map((draw) => {
  const dice: Dice = {
    below: (count) => draw(fc.nat, { max: count - 1 }),
    of: (items) => items[draw(fc.nat, { max: items.length - 1 })] ?? items[0],
    coin: () => draw(fc.boolean),
  }
  return new Author(dice).definition()
})

const input = {
  type: 'object',
  required: ['name', 'count', 'rows'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    count: { type: 'integer' },
    flag: { type: 'boolean', default: false },
    rows: {
      type: 'array',
      items: { type: 'object', properties: { sku: { type: 'string' }, n: { type: 'number' } } },
    },
  },
}

const start: Place = {
  depth: 0,
  numbers: ['$input.count', '$vars.total', '$config.limit', '$sum($input.rows.n)'],
  texts: ['$input.name', '$run.id', "'it''s'".replace("''", '"'), '$join($input.rows.sku, "; ")'],
  lists: ['$input.rows', '$input.rows[n > 1].sku', '[1..3]'],
  maybe: [],
  concurrent: false,
  loop: false,
}

class Author {
  readonly #dice: Dice
  #ids = 0

  constructor(dice: Dice) {
    this.#dice = dice
  }

  definition(): object {
    const { steps, after } = this.#steps(start, 1)
    return {
      name: 'generated',
      description: 'Made by chance',
      input,
      vars: { total: 0, note: '${ $input.name }' },
      config: { limit: 10 },
      functions: { twice: 'function($x) { $x * 2 }' },
      retries: { patient: { maxAttempts: 5, delay: '1s', jitter: true } },
      steps: [
        {
          call: 'log',
          with: { message: '${ $vars.note }', data: '${ $twice($config.limit) + $vars.total }' },
          retry: 'patient',
        },
        ...steps,
      ],
      ...this.#maybe(() => ({ timeout: '1d' })),
      ...this.#maybe(() => ({ catch: [{ on: ['order.*'], result: { failed: '${ $error.message }' } }] })),
      ...this.#maybe(() => ({ finally: [this.#log(start)] })),
      ...this.#maybe(() => ({ result: { all: this.#value(after), last: '${ $result ?? null }' } })),
    }
  }

  #maybe<T extends object>(make: () => T): T | object {
    return this.#dice.coin() ? make() : {}
  }

  /** A sequence, and what can be said after it. */
  #steps(place: Place, least: number): { readonly steps: object[]; readonly after: Place } {
    const steps: object[] = []
    const here: Mutable<Place> = {
      ...place,
      numbers: [...place.numbers],
      texts: [...place.texts],
      lists: [...place.lists],
      maybe: [...place.maybe],
    }
    const count = least + this.#dice.below(place.depth > 0 ? 1 : 3)
    for (let at = 0; at < count; at++) steps.push(this.#step(here))
    return { steps, after: here }
  }

  /** One step, and what its result adds to the place. */
  #step(place: Mutable<Place>): object {
    const kind =
      this.#kinds[this.#dice.below(place.depth > 2 ? 9 : this.#kinds.length)] ??
      ((here: Place) => this.#log(here))
    const step = kind(place)
    const isGuarded = !('if' in step) && this.#dice.below(4) === 0
    const isCaught = this.#dice.below(5) === 0
    const id = `s${++this.#ids}`
    const own = '__own' in step ? String(step.__own) : 'unknown'
    const { __own: _, ...plain } = { __own: '', ...step }
    const guard = isGuarded ? { if: this.#condition(place) } : {}
    const modified = { id, ...guard, ...plain, ...this.#modifiers(place, isCaught) }
    if (isGuarded) place.maybe.push(`$steps.${id}`)
    else if (isCaught || own === 'unknown') place.maybe.push(`$steps.${id}`)
    else if (own === 'number') place.numbers.push(`$steps.${id}`)
    else if (own === 'list') place.lists.push(`$steps.${id}.results`)
    else if (own === 'reserve') place.texts.push(`$steps.${id}.id`)
    return modified
  }

  readonly #kinds: readonly ((place: Mutable<Place>) => object)[] = [
    (place) => this.#log(place),
    (place) => ({
      call: 'inventory.reserve',
      with: { sku: `\${ ${this.#text(place)} }`, quantity: 1 + this.#dice.below(5) },
      __own: 'reserve',
      compensate: { call: 'inventory.release', with: { id: '${ $result.id }' } },
    }),
    (place) => ({
      call: 'http.request',
      with: { url: `https://example.com/\${ ${this.#text(place)} }` },
      keep: "{'status': status}",
    }),
    (place) => (place.concurrent ? this.#log(place) : { set: { total: `\${ ${this.#number(place)} }` } }),
    () => ({ wait: this.#dice.of(['1s', '5m', 'PT1H', '1h30m']), name: 'A pause' }),
    () => ({ wait: { until: this.#dice.of(['2030-01-31T09:00:00Z', '${ $run.startedAt }']) } }),
    (place) => ({
      waitFor: { event: 'paid', match: `$event.id = ${this.#text(place)}`, timeout: '1h', onTimeout: null },
    }),
    (place) => ({
      ask: {
        prompt: `Approve \${ ${this.#text(place)} }?`,
        schema: { type: 'object' },
        timeout: { hours: 2 },
        remindEvery: '30m',
      },
    }),
    (place) => ({ emit: { event: 'done', to: '${ $run.id }', data: this.#value(place) } }),
    (place) => ({
      if: this.#condition(place),
      then: this.#inner(place),
      ...this.#maybe(() => ({ else: this.#inner(place) })),
    }),
    (place) => ({
      switch: [
        { when: `${this.#number(place)} > 1`, then: this.#inner(place) },
        { when: `${this.#number(place)} < -1`, then: this.#inner(place) },
      ],
      ...this.#maybe(() => ({ default: this.#inner(place) })),
    }),
    (place) => this.#forEach(place),
    (place) => this.#loop(place),
    (place) => ({
      parallel: this.#branches(place),
      ...this.#maybe(() => ({ onFailure: 'continue' })),
      ...this.#maybe(() => ({ need: 1 })),
    }),
    (place) => ({ race: this.#branches(place) }),
    (place) => ({
      try: this.#inner(place),
      saga: this.#dice.coin(),
      catch: [
        { on: ['order.*'], steps: this.#inner({ ...place, texts: [...place.texts, '$error.message'] }) },
        { as: 'failure', result: '${ $failure.type }' },
      ],
    }),
  ]

  #forEach(place: Place): object {
    const isConcurrent = this.#dice.coin()
    const name = `row${++this.#ids}`
    const index = `at${this.#ids}`
    const inside: Place = {
      ...place,
      depth: place.depth + 1,
      concurrent: place.concurrent || isConcurrent,
      loop: !isConcurrent,
      numbers: [...place.numbers, `$${index}`],
    }
    const { steps, after } = this.#steps(inside, 1)
    return {
      forEach: {
        in: `\${ ${this.#dice.of(place.lists as [string, ...string[]])} }`,
        as: name,
        index,
        ...(isConcurrent
          ? {
              concurrency: this.#dice.of<unknown>([2, '${ $config.limit }']),
              tolerate: this.#dice.of<unknown>([0, 3, '20%']),
            }
          : {}),
        steps: [{ call: 'log', with: { message: 'row', data: `\${ $${name} }` } }, ...steps],
        ...this.#maybe(() => ({ result: `\${ ${this.#number(after)} }` })),
      },
      __own: 'list',
    }
  }

  #loop(place: Place): object {
    const inside: Place = { ...place, depth: place.depth + 1, loop: true }
    const { steps } = this.#steps(inside, 1)
    return {
      loop: {
        until: '$random() > 0.5',
        every: '1s',
        backoff: 1.5,
        maxEvery: '1m',
        maxIterations: 100,
        steps: [...steps, { if: '$exists($previous) and $random() > 0.9', break: true }, this.#log(inside)],
      },
    }
  }

  #branches(place: Place): object {
    const inside = { ...place, concurrent: true, loop: false }
    return { one: this.#inner(inside), two: this.#inner(inside) }
  }

  #inner(place: Place): object[] {
    return this.#steps({ ...place, depth: place.depth + 1 }, 1).steps
  }

  #modifiers(place: Place, isCaught: boolean): object {
    return {
      ...(this.#dice.below(5) === 0 ? { progress: `At \${ ${this.#text(place)} }` } : {}),
      ...(this.#dice.below(6) === 0
        ? { retry: [{ on: ['timeout'], maxAttempts: 2, when: '$attempt < 2' }, 'patient'] }
        : {}),
      ...(isCaught
        ? { catch: [{ on: ['a.b'], when: "$error.message != ''", result: 1 }, { on: ['a.*'] }] }
        : {}),
      ...(this.#dice.below(8) === 0 ? { finally: [this.#log(place)] } : {}),
    }
  }

  #log(place: Place): object {
    return {
      call: 'log',
      with: {
        message: `\${ ${this.#text(place)} } and \${ ${this.#number(place)} }`,
        data: this.#value(place),
      },
    }
  }

  #condition(place: Place): string {
    return this.#dice.of([
      '$input.flag',
      `${this.#number(place)} > 3`,
      `$exists(${place.maybe.at(-1) ?? '$input.name'})`,
      `${this.#text(place)} = 'x: y #1'`,
    ])
  }

  #value(place: Place): unknown {
    const { maybe } = place
    const rare = maybe[this.#dice.below(Math.max(1, maybe.length))]
    return this.#dice.of<unknown>([
      1,
      null,
      'plain $text',
      [`\${ ${this.#number(place)} }`, 'b'],
      { a: `\${ ${this.#text(place)} }`, b: { c: true } },
      rare === undefined ? 'none' : `\${ ${rare} ?? 'none' }`,
      rare === undefined ? 'none' : `\${ $exists(${rare}) ? ${rare} : 'none' }`,
    ])
  }

  #number(place: Place): string {
    return this.#dice.of(place.numbers as [string, ...string[]])
  }

  #text(place: Place): string {
    return this.#dice.of(place.texts as [string, ...string[]])
  }
}
