import type { Dice } from './dice.ts'
import type { Plan } from './ledger.ts'

/** What the dice want to be run next. */
export function planOf(dice: Dice): Plan {
  return dice.oneOf(plans)(dice)
}

const plans: readonly [(dice: Dice) => Plan, ...((dice: Dice) => Plan)[]] = [
  (dice) => {
    const [from, ms] = [dice.between(1, 100), dice.between(0, 150)]
    return { ...ours('chain'), input: { from, ms }, value: from + 3, ...(dice.once(2) && { then: 'purge' }) }
  },
  (dice) => {
    const items = Array.from({ length: dice.between(1, 12) }, () => dice.between(1, 100))
    const value = items.reduce((sum, item) => sum + item * 2, 0)
    return { ...ours('fan'), input: { items, ms: dice.between(0, 80) }, value }
  },
  (dice) => ({ ...ours('naps'), input: { ms: dice.between(1, 700) }, value: 6 }),
  (dice) => ({ ...ours('flaky'), input: { fails: dice.between(0, 3) }, value: 7 }),
  (dice) => ({ ...ours('branches'), input: { ms: dice.between(0, 200) }, value: 5 }),
  (dice) => {
    const [from, ms] = [dice.between(1, 100), dice.between(0, 60)]
    return { ...ours('family'), input: { from, ms }, value: from + 3 + 6 }
  },
  (dice) => {
    const count = dice.between(1, 60)
    return { ...ours('rounds'), input: { count }, value: count }
  },
  () => ({ ...ours('post'), input: {} }),
  () => ({ ...ours('stay'), input: {}, ends: 'cancelled', deeds: { cleaned: 1 } }),
  () => ({ ...ours('doomed'), input: {}, ends: 'failed', deeds: { undone: 1 } }),
  (dice) => {
    const steps = dice.between(1, 8)
    const then = dice.oneOf([undefined, 'purge', 'restart as another'] as const)
    return { ...theirs('ladder'), input: { steps }, value: steps + 200, ...(then && { then }) }
  },
  () => ({ ...theirs('shaky'), input: {}, value: 2, isRewound: true }),
  () => ({ ...theirs('plain'), input: {}, value: 300, then: 'restart' }),
  () => ({ ...theirs('mailbox'), input: [] }),
  () => ({ ...theirs('mailbox'), input: [], ends: 'terminated' }),
]

function ours(workflow: string): Pick<Plan, 'hub' | 'workflow' | 'ends'> {
  return { hub: 'default', workflow, ends: 'completed' }
}

function theirs(workflow: string): Pick<Plan, 'hub' | 'workflow' | 'ends'> {
  return { hub: 'sdk', workflow, ends: 'completed' }
}
