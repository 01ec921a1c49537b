import { sql } from 'kysely'
import { beyondDue, dueOn } from '../payables/index.ts'
import type { Tx } from '../platform/db.ts'
import type { Candidate, LineRow } from './contract.ts'
import { plain } from './open-lines.ts'
import { likeFee, payouts } from './payouts.ts'
import { ledgerList } from './rules.ts'

/**
 * What words, a number or an amount find, for a line that nothing was proposed for. Amounts as people write them: 1.234,56. For a `part` of the line no words find
 * what is near and not more than it, and every account.
 */
export async function soughtFor(tx: Tx, line: LineRow, q: string, part = false): Promise<Candidate[]> {
  const amount = amountOf(q)
  const found = [...(line.left < 0 ? await payables(tx, q, amount, line, part) : await sent(tx, q, amount, line)), ...(await accounts(tx, q))]
  return part ? found : found.slice(0, 9)
}

function amountOf(q: string): number | null {
  const text = q.replaceAll(/[R$\s]/g, '')
  if (!/^\d{1,3}(\.?\d{3})*(,\d{1,2})?$/.test(text)) return null
  return Math.round(Number(text.replaceAll('.', '').replace(',', '.')) * 100)
}

async function payables(tx: Tx, q: string, amount: number | null, line: LineRow, part: boolean): Promise<Candidate[]> {
  const { rows } = await sql<Found>`
    select payable.id, beneficiary, description, number, due_on::text, payable.amount, discount, discount_until::text, paid
    from payable join bank_line line on line.id = ${line.id}
    where payable.bank_line_id is null and (payable.state in ('open', 'approved', 'sent') or (payable.state = 'paid' and payable.bank_account_id = line.bank_account_id and paid = -line.amount))
      and (payable.amount = ${amount}::bigint or number = ${q} or payable.document = ${q.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase()}
        or not exists (select from regexp_split_to_table(${plain(sql`${q}::text`)}, ' ') word where position(word in ${plain(sql`beneficiary || ' ' || description || ' ' || coalesce(number, '')`)}) = 0))
      and (${!part} or ${q} <> '' or payable.amount <= ${-line.left})
    order by case when ${part} then 0 else abs(payable.amount + ${line.left}::bigint) end, abs(due_on - ${line.day}::date), payable.id limit 9`.execute(tx)
  return rows.map(({ id, beneficiary, description, number, due_on, paid, ...terms }) => {
    const owed = paid ?? dueOn(terms, line.day)
    // what really left the account: more is interest, less a discount
    const difference = paid === null ? beyondDue(terms, line.day, -line.left) : 0
    return {
      key: `payable:${id}`,
      kind: 'payable',
      title: beneficiary,
      detail: detailOf(description, number, paid !== null),
      day: due_on,
      amount: owed,
      evidence: differing(-line.left, owed),
      score: 0,
      parts: [{ payable: id, ...(difference ? { difference } : {}) }],
    }
  })
}

/** What a payable is for; its number when the words do not say it. */
export const detailOf = (description: string, number: string | null, paid: boolean) =>
  [description, number && !description.includes(number.split('/')[0]!) && `nº ${number}`, paid && 'já marcada como paga'].filter(Boolean).join(' · ')

interface Found {
  id: number
  beneficiary: string
  description: string
  number: string | null
  due_on: string
  amount: number
  discount: number
  discount_until: string | null
  paid: number | null
}

async function sent(tx: Tx, q: string, amount: number | null, line: LineRow): Promise<Candidate[]> {
  const { rows } = await sql<{ id: number; channel: string; amount: number; day: string; reference: string | null }>`
    select payout.id, channel_account.name as channel, amount, payout.day::text, coalesce(payout_id, payment_ref) as reference
    from ${payouts(sql`${line.day}::date - 120`)} payout join channel_account on channel_account.id = account_id
    where (amount <= ${line.left} or ${likeFee(sql`amount - ${line.left}`, sql`amount`)}) and (amount = ${amount}::bigint or payout_id = ${q} or payment_ref = ${q}
      or not exists (select from regexp_split_to_table(${plain(sql`${q}::text`)}, ' ') word where position(word in ${plain(sql`channel_account.name`)}) = 0))
    order by abs(amount - ${line.left}::bigint), abs(payout.day - ${line.day}::date) limit 9`.execute(tx)
  return rows.map(({ id, channel, amount: sum, day, reference }) => ({
    key: `payout:${id}`,
    kind: 'payout',
    title: `Saque de ${channel}`,
    detail: reference ?? '',
    day,
    amount: sum,
    evidence: differing(line.left, sum),
    score: 0,
    // a credit that is less than what left the wallet lost a fee on its way
    parts: [{ payout: id, centavos: Math.min(sum, line.left), ...(sum > line.left ? { difference: line.left - sum } : {}) }],
  }))
}

async function accounts(tx: Tx, q: string): Promise<Candidate[]> {
  const words = plainOf(q).split(' ')
  return (await ledgerList(tx))
    .filter(({ name }) => words.every((word) => plainOf(name).includes(word)))
    .map(({ code, name }) => ({
      key: `ledger:${code}`,
      kind: 'ledger',
      title: name,
      detail: 'conta do plano',
      day: null,
      amount: null,
      evidence: [],
      score: 0,
      parts: [{ ledger: code }],
    }))
}

const plainOf = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, ' ')
    .trim()

function differing(ours: number, theirs: number) {
  if (ours === theirs) return [{ what: 'amount:equal', words: 'valor igual', bits: 0 }]
  const reais = (Math.abs(ours - theirs) / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })
  return [{ what: 'amount:differs', words: `R$ ${reais} a ${ours > theirs ? 'mais' : 'menos'} na linha`, bits: 0 }]
}
