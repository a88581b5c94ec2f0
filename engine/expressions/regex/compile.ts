import type { AST } from '@eslint-community/regexpp'
import {
  anything,
  type CharSet,
  complement,
  digits,
  lineEnds,
  spaces,
  testOf,
  unite,
  wordCharacters,
} from './char-set.ts'
import type { CharTest, Instruction, Program } from './program.ts'

export interface Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
}

/** More than this is no longer a pattern that a person wrote. */
const largest = 2000

/** Compiles a parsed pattern; nothing when its bounded repeats make it too large. */
export function compile(pattern: AST.Pattern, flags: Flags): Program | undefined {
  const groups = groupsIn(pattern)
  const builder = new Builder(flags, groups)
  builder.alternatives(pattern.alternatives, false)
  builder.add({ op: 'match' })
  if (builder.isTooLarge) return undefined
  return { instructions: builder.instructions, captures: 2 * (groups.length + 1), slots: builder.slots }
}

/** The capturing groups, in the order of their opening parentheses. */
function groupsIn(pattern: AST.Pattern): readonly AST.CapturingGroup[] {
  const found: AST.CapturingGroup[] = []
  const visit = (alternatives: readonly AST.Alternative[]): void => {
    for (const element of alternatives.flatMap(({ elements }) => elements)) {
      const inner = element.type === 'Quantifier' ? element.element : element
      if (inner.type === 'CapturingGroup') found.push(inner)
      if ('alternatives' in inner) visit(inner.alternatives)
    }
  }
  visit(pattern.alternatives)
  return found
}

/** The code units that a one-character element matches, whatever the flags; nothing for an element of another length. */
export function setOf(element: AST.Element): CharSet | undefined {
  if (element.type === 'Character') return [[element.value, element.value]]
  if (element.type === 'CharacterSet')
    return element.kind === 'any' ? complement(lineEnds) : escapeSet(element)
  if (element.type !== 'CharacterClass') return undefined
  const members = membersOf(element)
  return element.negate ? complement(members) : members
}

function membersOf({ elements }: AST.CharacterClass): CharSet {
  return unite(elements.map(memberSet))
}

/** What asks whether a code unit is matched; a class is negated after its case is ignored. */
function characterTest(element: AST.Element, ignoreCase: boolean): CharTest | undefined {
  if (element.type === 'CharacterClass' && element.negate) {
    const isMember = testOf(membersOf(element), ignoreCase)
    return (code) => !isMember(code)
  }
  const set = setOf(element)
  return set && testOf(set, ignoreCase)
}

function memberSet(member: AST.CharacterClassElement): CharSet {
  if (member.type === 'Character') return [[member.value, member.value]]
  if (member.type === 'CharacterClassRange') return [[member.min.value, member.max.value]]
  return member.type === 'CharacterSet' ? escapeSet(member) : anything
}

function escapeSet({ kind, negate }: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet): CharSet {
  const set = { digit: digits, space: spaces, word: wordCharacters, property: anything }[kind]
  return negate ? complement(set) : set
}

class Builder {
  readonly instructions: Instruction[] = []
  slots: number
  isTooLarge = false
  readonly #flags: Flags
  readonly #groups: readonly AST.CapturingGroup[]

  constructor(flags: Flags, groups: readonly AST.CapturingGroup[]) {
    this.#flags = flags
    this.#groups = groups
    this.slots = 2 * (groups.length + 1)
  }

  add(instruction: Instruction): number {
    if (this.instructions.length >= largest) this.isTooLarge = true
    else this.instructions.push(instruction)
    return this.instructions.length - 1
  }

  alternatives(all: readonly AST.Alternative[], back: boolean): void {
    const jumps: number[] = []
    for (const [index, { elements }] of all.entries()) {
      const isLast = index === all.length - 1
      const split = isLast ? -1 : this.add({ op: 'split', first: 0, second: 0 })
      for (const element of back ? elements.toReversed() : elements) this.#element(element, back)
      if (isLast) continue
      jumps.push(this.add({ op: 'jump', to: 0 }))
      this.#set(split, { op: 'split', first: split + 1, second: this.#next })
    }
    for (const jump of jumps) this.#set(jump, { op: 'jump', to: this.#next })
  }

  get #next(): number {
    return this.instructions.length
  }

  #set(index: number, instruction: Instruction): void {
    this.instructions[index] = instruction
  }

  #element(element: AST.Element, back: boolean): void {
    if (this.isTooLarge) return
    const test = this.#testOf(element)
    if (test) this.add({ op: 'char', test, back })
    else if (element.type === 'Quantifier') this.#quantifier(element, back)
    else if (element.type === 'Group') this.alternatives(element.alternatives, back)
    else if (element.type === 'CapturingGroup') this.#capture(element, back)
    else if (element.type === 'Assertion') this.#assertion(element)
    else if (element.type === 'Backreference') this.#again(element, back)
  }

  #testOf(element: AST.Element): CharTest | undefined {
    return characterTest(element, this.#flags.ignoreCase)
  }

  #capture(group: AST.CapturingGroup, back: boolean): void {
    const slot = 2 * (this.#groups.indexOf(group) + 1)
    this.add({ op: 'save', slot: back ? slot + 1 : slot })
    this.alternatives(group.alternatives, back)
    this.add({ op: 'save', slot: back ? slot : slot + 1 })
  }

  #again({ resolved }: AST.Backreference, back: boolean): void {
    const group = [resolved].flat()[0]
    if (group)
      this.add({
        op: 'again',
        group: this.#groups.indexOf(group) + 1,
        ignoreCase: this.#flags.ignoreCase,
        back,
      })
  }

  #assertion(assertion: AST.Assertion): void {
    if ('alternatives' in assertion) this.#look(assertion)
    else if (assertion.kind === 'word') this.add({ op: 'word', negate: assertion.negate })
    else this.add({ op: 'edge', at: assertion.kind, multiline: this.#flags.multiline })
  }

  #look({ kind, negate, alternatives }: AST.LookaroundAssertion): void {
    const inner = new Builder(this.#flags, this.#groups)
    inner.slots = this.slots
    inner.alternatives(alternatives, kind === 'lookbehind')
    inner.add({ op: 'match' })
    this.slots = inner.slots
    this.isTooLarge ||= inner.isTooLarge
    this.add({ op: 'look', negate, body: inner.instructions })
  }

  #quantifier({ element, min, max, greedy }: AST.Quantifier, back: boolean): void {
    const test = this.#testOf(element)
    if (test) {
      this.add({ op: 'run', test, min, max, greedy, back })
      return
    }
    for (let turn = 0; turn < min && !this.isTooLarge; turn++) {
      const before = this.#next
      this.#turn(element, back)
      // What is empty once is empty a billion times.
      if (this.#next === before) break
    }
    const slot = this.slots++
    if (max === Infinity) this.#loop(element, slot, greedy, back)
    else this.#optional(element, slot, max - min, greedy, back)
  }

  /** `split` goes into the turn or past the loop, the preferred way first. */
  #loop(element: AST.Element, slot: number, greedy: boolean, back: boolean): void {
    const split = this.add({ op: 'split', first: 0, second: 0 })
    this.#checkedTurn(element, slot, back)
    this.add({ op: 'jump', to: split })
    this.#set(
      split,
      greedy
        ? { op: 'split', first: split + 1, second: this.#next }
        : { op: 'split', first: this.#next, second: split + 1 },
    )
  }

  #optional(element: AST.Element, slot: number, turns: number, greedy: boolean, back: boolean): void {
    const splits: number[] = []
    for (let turn = 0; turn < turns && !this.isTooLarge; turn++) {
      splits.push(this.add({ op: 'split', first: 0, second: 0 }))
      this.#checkedTurn(element, slot, back)
    }
    for (const split of splits)
      this.#set(
        split,
        greedy
          ? { op: 'split', first: split + 1, second: this.#next }
          : { op: 'split', first: this.#next, second: split + 1 },
      )
  }

  #checkedTurn(element: AST.Element, slot: number, back: boolean): void {
    this.add({ op: 'save', slot })
    this.#turn(element, back)
    this.add({ op: 'moved', slot })
  }

  #turn(element: AST.Element, back: boolean): void {
    const inside = this.#groups.filter(({ start, end }) => start >= element.start && end <= element.end)
    const first = inside[0]
    if (first) {
      const index = this.#groups.indexOf(first) + 1
      this.add({ op: 'clear', from: 2 * index, to: 2 * (index + inside.length) })
    }
    this.#element(element, back)
  }
}
