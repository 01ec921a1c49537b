import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { Evidence } from './contract.ts'
import { openLines } from './open-lines.ts'
import type { Scope } from './open-lines.ts'
import { daysAway } from './payouts.ts'

/** Money that left one account of ours and came to another. */
export interface TransferPair {
  /** The line that goes out, and the one that comes in. */
  line: number
  other: number
  amount: number
  from: string
  into: string
  day: string
  other_day: string
  score: number
  evidence: Evidence[]
  /** Neither has another partner of the same amount within a day, and neither was opened again by a person. */
  alone: boolean
}

/** Opposite amounts of two accounts within a day, where neither says that somebody else was at the other end. `line` may be either end. */
export async function transferPairs(tx: Tx, { line, after }: Scope = {}): Promise<TransferPair[]> {
  const { rows } = await sql<
    Omit<TransferPair, 'score' | 'evidence' | 'alone'> & { away: number; own: boolean; per_line: number; per_other: number; held: boolean }
  >`
    with line as materialized (
      select id, bank_account_id, amount, day, kind, counterpart_document, held from ${openLines({})} line where line.remaining = abs(amount)
    ), own as materialized (select cnpj from company), pair as (
      select out_line.id as line, in_line.id as other, in_line.amount, out_line.bank_account_id as from_account, in_line.bank_account_id as into_account,
        out_line.day, in_line.day as other_day, in_line.day - out_line.day as away, out_line.held or in_line.held as held,
        coalesce(out_line.counterpart_document in (select cnpj from own), false) or coalesce(in_line.counterpart_document in (select cnpj from own), false) as own
      from line out_line join line in_line on in_line.amount = -out_line.amount and in_line.bank_account_id <> out_line.bank_account_id and abs(in_line.day - out_line.day) <= 1
      where out_line.amount < 0
        and (out_line.counterpart_document is null or out_line.counterpart_document in (select cnpj from own))
        and (in_line.counterpart_document is null or in_line.counterpart_document in (select cnpj from own))
        and out_line.kind not in ('fee', 'tax', 'boleto', 'card', 'cheque', 'interest') and in_line.kind not in ('boleto', 'card', 'refund', 'interest')
    ), counted as (
      select pair.*, count(*) over (partition by line)::int as per_line, count(*) over (partition by other)::int as per_other from pair
    )
    select counted.*, origin.name as "from", goal.name as into
    from counted join bank_account origin on origin.id = from_account join bank_account goal on goal.id = into_account
    where (${line ?? null}::bigint is null or ${line ?? null}::bigint in (line, other)) and greatest(line, other) > ${after ?? 0}`.execute(tx)
  return rows.map(({ away, own, per_line, per_other, held, ...pair }) => {
    const evidence: Evidence[] = [
      { what: 'amount:equal', words: 'valor igual e sinal contrário', bits: 8 },
      ...(own ? [{ what: 'document:own', words: 'CNPJ da própria empresa', bits: 7 }] : []),
      { what: 'days', words: daysAway(away), bits: away === 0 ? 3 : 1 },
    ]
    return { ...pair, evidence, score: evidence.reduce((sum, { bits }) => sum + bits, 0), alone: !held && per_line === 1 && per_other === 1 }
  })
}
