import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/**
 * How often each outcome of a field is seen among pairs of a debit and a payable that belong together, and among the others that lie within the same amount and
 * days (Fellegi and Sunter's m and u). Shares of the first, from 18,975 debits against 20,000 payables (facts/money.md 5.5); a merchant's own confirmations move them.
 */
const prior = {
  amount: { equal: [0.88, 0.01], discount: [0.04, 0.005], interest: [0.06, 0.45], less: [0.02, 0.535] },
  days: { same: [0.6, 0.07], near: [0.28, 0.27], week: [0.1, 0.56], far: [0.02, 0.1] },
  document: { equal: [0.3, 0.004], root: [0.04, 0.004], differs: [0.01, 0.3], unknown: [0.65, 0.692] },
  number: { found: [0.25, 0.003], unknown: [0.75, 0.997] },
  name: { whole: [0.5, 0.008], some: [0.25, 0.05], none: [0.25, 0.942] },
  way: { agrees: [0.6, 0.3], differs: [0.04, 0.3], unknown: [0.36, 0.4] },
} as const satisfies Record<string, Record<string, readonly [together: number, apart: number]>>
export type Field = keyof typeof prior
export const fields = Object.keys(prior) as Field[]

/** So many pairs of either kind stand behind the prior: a hundred confirmations weigh as much as it does. */
const strength = 100

/** Bits of each outcome, by "field:outcome": log2(m / u), positive for what speaks for the pair. */
export async function weights(tx: Tx): Promise<Record<string, number>> {
  const seen = await tx.selectFrom('match_experience').selectAll().execute()
  const bits: Record<string, number> = {}
  for (const [field, outcomes] of Object.entries(prior)) {
    const own = seen.filter((row) => row.field === field)
    const sum = (side: 'together' | 'apart') => own.reduce((total, row) => total + Number(row[side]), 0)
    const [together, apart] = [sum('together'), sum('apart')]
    for (const [outcome, [m, u]] of Object.entries(outcomes)) {
      const row = own.find((one) => one.outcome === outcome)
      const share = (first: number, count: number, all: number) => (first * strength + count) / (strength + all)
      bits[`${field}:${outcome}`] = Math.log2(share(m, Number(row?.together ?? 0), together) / share(u, Number(row?.apart ?? 0), apart))
    }
  }
  return bits
}

/** Each pair adds one to what its outcomes were among those that belong together, or among those that do not. Outcomes are "field:outcome". */
export async function learn(tx: Tx, pairs: { outcomes: string[]; together: boolean }[]): Promise<void> {
  const rows = pairs.flatMap(({ outcomes, together }) =>
    outcomes
      .filter((outcome) => outcome.split(':')[0]! in prior)
      .map((outcome) => ({ field: outcome.split(':')[0], outcome: outcome.split(':')[1], together })),
  )
  if (!rows.length) return
  await sql`
    insert into match_experience (field, outcome, together, apart)
    select field, outcome, count(*) filter (where together), count(*) filter (where not together)
    from ${table(rows, 'pair(field text, outcome text, together boolean)')} group by field, outcome order by field, outcome
    on conflict (field, outcome) do update set together = match_experience.together + excluded.together, apart = match_experience.apart + excluded.apart`.execute(
    tx,
  )
}
