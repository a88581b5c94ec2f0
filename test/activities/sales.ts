import { writeFileSync } from 'node:fs'

/** The rows of `definitions/data/sales.csv`, and what an honest count of them gives. */
export interface Sales {
  readonly csv: string
  readonly rows: number
  readonly rejected: number
  readonly revenue: number
  readonly regions: Readonly<Record<string, { readonly orders: number; readonly revenue: number }>>
}

/** A year of sales of a tea shop, always the same. One row in seventy or so is wrong, in a way that people get rows wrong. */
export function sales(): Sales {
  const pick = picker(20_260_101)
  const lines = ['order,date,region,product,customer,units,amount']
  const cents = new Map<string, { orders: number; cents: number }>()
  let rejected = 0
  for (let order = 1; order <= 5000; order += 1) {
    const date = new Date(Date.UTC(2025, 0, 1) + pick(365) * 86_400_000).toISOString().slice(0, 10)
    const [region, product] = [of(regions, pick), of(products, pick)]
    const units = 1 + pick(9)
    const price = prices[product] * units * (pick(10) === 0 ? 90 : 100)
    const amount = (Math.round(price) / 100).toFixed(2)
    const customer = `${of(lastNames, pick)}, ${of(firstNames, pick)}`
    const row = [`SO-${100_000 + order}`, date, region, product, `"${customer}"`, String(units), amount]
    const spoil = pick(70) === 0 ? of(mistakes, pick) : undefined
    lines.push((spoil ? spoil(row) : row).join(','))
    if (spoil) {
      rejected += 1
      continue
    }
    const sum = cents.get(region) ?? { orders: 0, cents: 0 }
    cents.set(region, { orders: sum.orders + 1, cents: sum.cents + Math.round(price) })
  }
  return {
    csv: `${lines.join('\n')}\n`,
    rows: 5000,
    rejected,
    revenue: [...cents.values()].reduce((total, sum) => total + sum.cents, 0) / 100,
    regions: Object.fromEntries(
      [...cents].map(([region, sum]) => [region, { orders: sum.orders, revenue: sum.cents / 100 }]),
    ),
  }
}

const regions = ['north', 'east', 'south', 'west', 'online'] as const
const prices = {
  'tea-green': 6.5,
  'tea-black': 5.9,
  'mug-blue': 12,
  'pot-iron': 89,
  'whisk-bamboo': 17.5,
} as const
const products = ['tea-green', 'tea-black', 'mug-blue', 'pot-iron', 'whisk-bamboo'] as const
const firstNames = ['Ada', 'Björn', 'Chiara', 'Dmitri', 'Éloïse', 'Fatma', 'Grace', 'Hiro', 'Inés', 'Jan']
const lastNames = [
  'Okafor',
  'Müller',
  'Rossi',
  'Yılmaz',
  'Novák',
  'Tanaka',
  'García',
  'Smith',
  'Dubois',
  'Berg',
]

type Row = readonly string[]

const mistakes: readonly ((row: Row) => Row)[] = [
  (row) => row.with(1, '2025-02-30'),
  (row) => row.with(1, '31.12.2025'),
  (row) => row.with(2, 'nroth'),
  (row) => row.with(5, '-1'),
  (row) => row.with(5, ''),
  (row) => row.with(6, '"12,50"'),
  (row) => row.with(6, 'n/a'),
  (row) => row.slice(0, 6),
  (row) => [...row, 'EUR'],
]

function of<T>(list: readonly T[], pick: (below: number) => number): T {
  const item = list[pick(list.length)]
  if (item === undefined) throw new Error('an empty list')
  return item
}

/** Whole numbers below a bound, always in the same order (mulberry32). */
function picker(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

if (import.meta.main) writeFileSync('definitions/data/sales.csv', sales().csv)
