import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import type { bankCandidates, Candidate, LineRow } from './contract.ts'
import { payablePairs } from './payable-pairs.ts'
import type { PayablePair } from './payable-pairs.ts'
import { daysAway, payoutPairs } from './payouts.ts'
import { lineRows } from './lines.ts'
import { ruledLines } from './rules.ts'
import { onlySubset } from './subset.ts'
import { detailOf, soughtFor } from './seek.ts'
import { transferPairs } from './transfers.ts'

/** What a line may be, the likeliest first; with `q` what the words or the amount find among payables, payouts and accounts. @throws 404 no_such_line */
export async function candidatesOf(tx: Tx, { line: id, q = '', part }: InputOf<typeof bankCandidates>): Promise<AnswerOf<typeof bankCandidates>> {
  const [line] = await lineRows(tx, sql`line.id = ${id}`, sql``)
  if (!line) throw notFound('no_such_line')
  if (!line.left) return { line, rows: [] }
  if (q.trim() || part) return { line, rows: await soughtFor(tx, line, q.trim(), part !== undefined) }
  const found = [
    ...(await ruledLines(tx, { line: id })).map(ruleCandidate),
    ...(line.left > 0 ? (await payoutPairs(tx, { line: id, short: true })).filter(({ fee, score }) => !fee || score > 6).map(payoutCandidate) : []),
    ...(await transferPairs(tx, { line: id })).map((pair) => transferCandidate(pair, id)),
    ...(line.left < 0 ? (await payablePairs(tx, { line: id, before: 45, later: 60 })).slice(0, 12).map(payableCandidate) : []),
    ...(await contracts(tx, line)),
    ...(await several(tx, line)),
  ]
  // what more speaks against than for is shown only when there is little else
  return {
    line,
    rows: found
      .toSorted((left, right) => right.score - left.score)
      .filter(({ score }, index) => score > 0 || (index < 3 && score > -6))
      .slice(0, 9),
  }
}

const ruleCandidate = ({ rule, name, ledger, amount, others }: Awaited<ReturnType<typeof ruledLines>>[number]): Candidate => ({
  key: `rule:${rule}`,
  kind: 'rule',
  title: ledger.name,
  detail: `Regra ${name}`,
  day: null,
  amount: Math.abs(amount),
  evidence: [
    { what: 'rule', words: 'o texto é o da regra', bits: 9 },
    ...(others ? [{ what: 'rule:other', words: 'outra regra também serve', bits: -6 }] : []),
  ],
  score: others ? 3 : 9,
  parts: [{ ledger: ledger.code }],
})

const payoutCandidate = ({
  payout,
  channel,
  amount,
  day,
  reference,
  evidence,
  score,
  deposit,
  fee,
}: Awaited<ReturnType<typeof payoutPairs>>[number]): Candidate => ({
  key: `payout:${payout}`,
  kind: 'payout',
  title: `${deposit ? 'Depósito' : 'Saque'} de ${channel}`,
  detail: reference ?? '',
  day,
  amount,
  evidence,
  score,
  parts: [{ payout, centavos: amount - fee, ...(fee ? { difference: -fee } : {}) }],
})

function transferCandidate(
  { line, other, from, into, day, other_day, amount, evidence, score }: Awaited<ReturnType<typeof transferPairs>>[number],
  seen: number,
): Candidate {
  const leaving = seen === line
  return {
    key: `other:${leaving ? other : line}`,
    kind: 'transfer',
    title: leaving ? `Transferência para ${into}` : `Transferência de ${from}`,
    detail: 'entre contas suas',
    day: leaving ? other_day : day,
    amount,
    evidence,
    score,
    parts: [{ other: leaving ? other : line, centavos: amount }],
  }
}

const payableCandidate = ({
  payable,
  beneficiary,
  description,
  number,
  due_on,
  amount,
  owed,
  paid_already,
  difference,
  evidence,
  score,
}: PayablePair): Candidate => ({
  key: `payable:${payable}`,
  kind: 'payable',
  title: beneficiary,
  detail: detailOf(description, number, paid_already),
  day: due_on,
  amount: owed,
  evidence,
  score,
  parts: [{ payable, centavos: amount, ...(difference ? { difference } : {}) }],
})

/** Anticipations that were credited in this account: the line is their proof. */
async function contracts(tx: Tx, { id, left }: LineRow): Promise<Candidate[]> {
  if (left <= 0) return []
  const { rows } = await sql<{ id: number; creditor: string; external_id: string | null; agreed_on: string; away: number }>`
    select contract.id, creditor, external_id, agreed_on::text, line.day - agreed_on as away
    from anticipation_contract contract join bank_line line on line.id = ${id} and line.bank_account_id = contract.bank_account_id
    where received = ${left} and state <> 'cancelled' and line.day between agreed_on - 1 and agreed_on + 5
      and not exists (select from bank_match where contract_id = contract.id and undone_at is null)`.execute(tx)
  return rows.map(({ id: contract, creditor, external_id, agreed_on, away }) => ({
    key: `contract:${contract}`,
    kind: 'anticipation' as const,
    title: `Antecipação com ${creditor}`,
    detail: external_id ?? '',
    day: agreed_on,
    amount: left,
    evidence: [
      { what: 'amount:equal', words: 'valor igual', bits: 8 },
      { what: 'days', words: daysAway(away), bits: 2 },
    ],
    score: 10,
    parts: [{ contract, centavos: left }],
  }))
}

/** Several payables of one supplier that add up to the line, when only one choice of at most 15 does; a suggestion, never booked by itself. */
async function several(tx: Tx, line: LineRow): Promise<Candidate[]> {
  if (line.left >= 0) return []
  const { rows } = await sql<{ whose: string; ids: number[]; amounts: number[] }>`
    select beneficiary as whose, array_agg(id order by id) as ids, array_agg(amount order by id) as amounts
    from (
      select id, beneficiary, supplier_id, document, amount - case when discount_until >= ${line.day}::date then discount else 0 end as amount
      from payable where state in ('open', 'approved', 'sent') and due_on between ${line.day}::date - 10 and ${line.day}::date + 10
    ) due where amount < ${-line.left}
    group by coalesce(supplier_id::text, document, beneficiary), beneficiary having count(*) between 2 and 15 and sum(amount) >= ${-line.left}`.execute(tx)
  const text = line.memo.toUpperCase()
  return rows.flatMap(({ whose, ids, amounts }) => {
    const chosen = onlySubset(amounts, -line.left)
    if (!chosen) return []
    const named = whose
      .toUpperCase()
      .split(/\W+/)
      .some((word) => word.length > 3 && text.includes(word))
    const parts = chosen.map((at) => ({ payable: ids[at]!, centavos: amounts[at]! }))
    return {
      key: `several:${parts.map(({ payable }) => payable).join('-')}`,
      kind: 'several' as const,
      title: `${parts.length} contas de ${whose}`,
      detail: 'somam exatamente o valor',
      day: null,
      amount: -line.left,
      evidence: [
        { what: 'sum:equal', words: 'a soma é igual, e só esta soma', bits: 4 },
        ...(named ? [{ what: 'name:some', words: 'nome no texto', bits: 3 }] : []),
      ],
      score: named ? 7 : 4,
      parts,
    }
  })
}
