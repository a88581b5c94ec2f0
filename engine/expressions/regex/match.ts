import { Fault } from '../fault.ts'
import type { Meter } from '../meter.ts'
import { canonicalOf, testOf, wordCharacters } from './char-set.ts'
import type { Instruction, Program } from './program.ts'

/** Where a regex matched. */
export interface Match {
  readonly start: number
  readonly end: number
  /** The text of each capturing group; nothing for one that took no part. */
  readonly groups: readonly (string | undefined)[]
}

/**
 * The first match of `program` in `text` from `from` on, as ECMAScript defines it.
 * Unlike the host's own engine it counts what it does, so that no pattern and no text can hold up the process.
 */
export function firstMatch(program: Program, text: string, from: number, meter: Meter): Match | undefined {
  const matcher = new Matcher(program, text, meter)
  for (let start = from; start <= text.length; start++) {
    const end = matcher.matchAt(start)
    if (end !== undefined) return { start, end, groups: matcher.groups() }
  }
  matcher.settle()
  return undefined
}

/** Where a text cannot be. */
const failed = -1

/** What is undone on the way back to an untried way. */
const slotChange = 0
/** An untried way. */
const branch = 1
/** A run of single characters that can give back, or take, one more. */
const giveBack = 2
const takeMore = 3

/** Numbers per entry of the trail: what it is, and three about it. */
const entrySize = 4
/** 16 MB: a pattern that leaves more untried ways behind is stopped. */
const longestTrail = 2_000_000
const ticksPerReading = 4096
/** An instruction costs more than a look at an item of a list. */
const itemsPerTick = 2

const isWord = testOf(wordCharacters)
const isLineEnd = (code: number): boolean => code === 10 || code === 13 || code === 0x2028 || code === 0x2029

class Matcher {
  readonly #program: Program
  readonly #text: string
  readonly #meter: Meter
  readonly #trail: number[] = []
  #slots: number[]
  #ticks = 0
  #wayAt = 0

  constructor(program: Program, text: string, meter: Meter) {
    this.#program = program
    this.#text = text
    this.#meter = meter
    this.#slots = Array.from({ length: program.slots }, () => -1)
  }

  /** Where a match that begins at `start` ends. */
  matchAt(start: number): number | undefined {
    this.#slots.fill(-1)
    this.#trail.length = 0
    const end = this.#run(this.#program.instructions, start)
    if (end !== undefined) this.settle()
    return end
  }

  groups(): (string | undefined)[] {
    const groups: (string | undefined)[] = []
    for (let slot = 2; slot < this.#program.captures; slot += 2) groups.push(this.#captured(slot))
    return groups
  }

  /** Reports what was done since the last report. */
  settle(): void {
    this.#meter.read(itemsPerTick * this.#ticks)
    this.#ticks = 0
  }

  #captured(slot: number): string | undefined {
    const [start = -1, end = -1] = [this.#slots[slot], this.#slots[slot + 1]]
    return start < 0 || end < 0 ? undefined : this.#text.slice(start, end)
  }

  #tick(count: number): void {
    this.#ticks += count
    if (this.#ticks > ticksPerReading) this.settle()
  }

  /** Runs `body` from `position`; ways on the trail below where it began are not its own. */
  #run(body: readonly Instruction[], position: number): number | undefined {
    const bottom = this.#trail.length
    let at = 0
    let next = position
    for (;;) {
      if (next === failed) {
        next = this.#back(body, bottom)
        if (next === failed) return undefined
        at = this.#wayAt
      }
      const instruction = body[at]
      this.#tick(1)
      if (!instruction || instruction.op === 'match') return next
      if (instruction.op === 'jump') at = instruction.to
      else if (instruction.op === 'split') {
        this.#push(branch, instruction.second, next, 0)
        at = instruction.first
      } else {
        at++
        next = instruction.op === 'run' ? this.#take(instruction, at, next) : this.#step(instruction, next)
      }
    }
  }

  /** The position after `instruction`, or `failed`. */
  // oxlint-disable-next-line typescript/consistent-return -- the switch leaves no case out
  #step(
    instruction: Exclude<Instruction, { op: 'jump' | 'match' | 'run' | 'split' }>,
    position: number,
  ): number {
    switch (instruction.op) {
      case 'char': {
        const index = instruction.back ? position - 1 : position
        const isIn = index >= 0 && index < this.#text.length && instruction.test(this.#text.charCodeAt(index))
        return isIn ? position + (instruction.back ? -1 : 1) : failed
      }
      case 'save':
        this.#save(instruction.slot, position)
        return position
      case 'clear':
        for (let slot = instruction.from; slot < instruction.to; slot++) this.#save(slot, -1)
        return position
      case 'moved':
        return this.#slots[instruction.slot] === position ? failed : position
      case 'edge':
        return this.#isEdge(instruction, position) ? position : failed
      case 'word':
        return (this.#isWordAt(position - 1) !== this.#isWordAt(position)) === instruction.negate
          ? failed
          : position
      case 'look':
        return this.#look(instruction.body, position) === instruction.negate ? failed : position
      case 'again':
        return this.#again(instruction, position)
    }
  }

  /** Takes as many characters as the run may, and remembers how to give back or take more. */
  #take(run: Instruction & { op: 'run' }, after: number, position: number): number {
    const step = run.back ? -1 : 1
    const wanted = run.greedy ? run.max : run.min
    let taken = 0
    while (taken < wanted) {
      const index = position + taken * step - (run.back ? 1 : 0)
      if (index < 0 || index >= this.#text.length || !run.test(this.#text.charCodeAt(index))) break
      taken++
    }
    this.#tick(taken)
    if (taken < run.min) return failed
    const end = position + taken * step
    if (run.greedy) {
      if (taken > run.min) this.#push(giveBack, after, end - step, position + run.min * step)
    } else if (taken < run.max) this.#push(takeMore, after, end, taken)
    return end
  }

  #isEdge({ at, multiline }: Instruction & { op: 'edge' }, position: number): boolean {
    const text = this.#text
    if (at === 'start') return position === 0 || (multiline && isLineEnd(text.charCodeAt(position - 1)))
    return position === text.length || (multiline && isLineEnd(text.charCodeAt(position)))
  }

  #isWordAt(index: number): boolean {
    return index >= 0 && index < this.#text.length && isWord(this.#text.charCodeAt(index))
  }

  /** What a lookaround found is never tried another way: of its trail only the changes stay, for whoever comes back further. */
  #look(body: readonly Instruction[], position: number): boolean {
    const bottom = this.#trail.length
    if (this.#run(body, position) === undefined) return false
    const trail = this.#trail.splice(bottom)
    for (let at = 0; at < trail.length; at += entrySize)
      if (trail[at] === slotChange) this.#trail.push(...trail.slice(at, at + entrySize))
    return true
  }

  #again({ group, ignoreCase, back }: Instruction & { op: 'again' }, position: number): number {
    const text = this.#captured(2 * group)
    if (text === undefined) return position
    this.#tick(text.length)
    const start = back ? position - text.length : position
    const found = start < 0 ? '' : this.#text.slice(start, start + text.length)
    const same = ignoreCase ? folded(found) === folded(text) : found === text
    if (!same) return failed
    return back ? start : position + text.length
  }

  #save(slot: number, position: number): void {
    this.#push(slotChange, slot, this.#slots[slot] ?? -1, 0)
    this.#slots[slot] = position
  }

  #push(kind: number, a: number, b: number, c: number): void {
    if (this.#trail.length >= longestTrail)
      throw new Fault('expression.limit', 'A regex leaves too many ways untried on so long a text')
    this.#trail.push(kind, a, b, c)
  }

  /** Undoes changes back to the last untried way: its position, and its instruction in `#wayAt`. */
  #back(body: readonly Instruction[], bottom: number): number {
    const trail = this.#trail
    while (trail.length > bottom) {
      this.#tick(1)
      const c = trail.pop() ?? 0
      const b = trail.pop() ?? 0
      const a = trail.pop() ?? 0
      const kind = trail.pop()
      if (kind === slotChange) {
        this.#slots[a] = b
        continue
      }
      this.#wayAt = a
      if (kind === branch) return b
      if (kind === giveBack) {
        if (b !== c) this.#push(giveBack, a, c > b ? b + 1 : b - 1, c)
        return b
      }
      const position = this.#takeOneMore(body[a - 1], a, b, c)
      if (position !== failed) return position
    }
    return failed
  }

  #takeOneMore(run: Instruction | undefined, after: number, end: number, taken: number): number {
    if (run?.op !== 'run') return failed
    const position = this.#step({ op: 'char', test: run.test, back: run.back }, end)
    if (position !== failed && taken + 1 < run.max) this.#push(takeMore, after, position, taken + 1)
    return position
  }
}

function folded(text: string): string {
  return Array.from({ length: text.length }, (_, index) =>
    String.fromCharCode(canonicalOf(text.charCodeAt(index))),
  ).join('')
}
