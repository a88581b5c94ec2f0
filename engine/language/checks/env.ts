import type { Step } from '../definition.ts'
import { type Shape, unknown } from '../shape.ts'

/** What a step can see, and where it stands: the environment in which its expressions are checked. */
export interface Env {
  /** The steps whose results are in scope. */
  readonly steps: ReadonlyMap<string, Known>
  /** Variables by their root: `input`, `vars`, a loop's item, … */
  readonly names: ReadonlyMap<string, Shape>
  /** What is known to exist by a condition: `id`, `id.branch`. */
  readonly narrowed: ReadonlySet<string>
  /** The concurrent block that a variable may not be written from, in words. */
  readonly concurrentIn?: string
  /** Whether `break` and `continue` have a loop, or one that they cannot reach from here. */
  readonly loop: 'none' | 'inside' | 'beyond'
  /** The loop has had no pass before this one, perhaps: `$previous` may be missing. */
  readonly mayLackPrevious?: boolean
  /** Every result that has been set so far in the innermost block, on any way: what an error may leave behind. */
  readonly declared: [id: string, known: Known][]
}

export interface Known {
  readonly step: Step
  /** Whether every way here has set it. */
  readonly isDefinite: boolean
  readonly shape: Shape
}

/** How a sequence of steps goes on. */
export interface Flow {
  /** After the last step; absent when no way leads there. */
  readonly after?: Env
  /** The value of the last step performed. */
  readonly shape: Shape
  /** Where a `break` or a `continue` leaves the sequence. */
  readonly breaks: readonly Env[]
  readonly continues: readonly Env[]
}

/** Goes on in `env`, with nothing but a value. */
export function goesOn(env: Env, shape: Shape): Flow {
  return { after: env, shape, breaks: [], continues: [] }
}

/** Where several ways meet: what is set on all of them is definite, what is set on some may be missing. */
export function join(envs: readonly (Env | undefined)[]): Env | undefined {
  const ways = envs.filter((env) => env !== undefined)
  const [first, ...others] = ways
  if (first === undefined || others.length === 0) return first
  const steps = new Map<string, Known>()
  for (const way of ways) {
    for (const [id, known] of way.steps) {
      const isEverywhere = ways.every((env) => env.steps.get(id)?.isDefinite === true)
      const isSame = ways.every((env) => env.steps.get(id)?.step === known.step)
      if (!steps.has(id))
        steps.set(id, { ...known, isDefinite: isEverywhere, shape: isSame ? known.shape : unknown })
    }
  }
  const narrowed = new Set([...first.narrowed].filter((path) => ways.every((way) => exists(way, path))))
  return { ...first, steps, narrowed }
}

function exists(env: Env, path: string): boolean {
  return env.narrowed.has(path) || env.steps.get(path)?.isDefinite === true
}

/** The environment in which the paths are known to exist. */
export function narrow(env: Env, paths: readonly (readonly string[])[]): Env {
  const known = paths.flatMap(([root, id, branch]) => {
    if (root === 'previous') return ['$previous']
    if (root !== 'steps' || id === undefined) return []
    return branch === undefined ? [id] : [id, `${id}.${branch}`]
  })
  return known.length === 0 ? env : { ...env, narrowed: new Set([...env.narrowed, ...known]) }
}

/** With more variables in scope. */
export function withNames(env: Env, names: Readonly<Record<string, Shape>>): Env {
  return { ...env, names: new Map([...env.names, ...Object.entries(names)]) }
}

/** After a step has set its result. */
export function declare(env: Env, id: string, known: Known): Env {
  env.declared.push([id, known])
  return { ...env, steps: new Map([...env.steps, [id, known]]) }
}

/** Where a part may have been left at any point: what has been declared since `from` may be missing. */
export function loosen(env: Env, from: number): Env {
  const steps = new Map(env.steps)
  for (const [id, known] of env.declared.slice(from))
    if (!steps.has(id)) steps.set(id, { ...known, isDefinite: false })
  return { ...env, steps }
}

/** Inside a block, which keeps its results to itself. */
export function enter(env: Env, changes: Partial<Env>): Env {
  return { ...env, declared: [], ...changes }
}

/** The scope of `outer`, with the loops and names of `outer`, but the results and conditions that hold in `inner`. */
export function leave(outer: Env, inner: Env | undefined): Env | undefined {
  return inner && { ...outer, steps: inner.steps, narrowed: inner.narrowed }
}
