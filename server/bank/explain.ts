import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { beyondDue, dueOn } from '../payables/index.ts'
import { book } from './book.ts'
import type { Found } from './book.ts'
import type { explainLineEndpoint, Target } from './contract.ts'
import { learn } from './experience.ts'
import { lockBank, nextRun } from './lock.ts'
import { kept } from './match.ts'
import { payablePairs } from './payable-pairs.ts'
import { payoutPairs, payouts } from './payouts.ts'
import { ledgerOf } from './rules.ts'
import { transferPairs } from './transfers.ts'

interface Line {
  id: number
  bank_account_id: number
  day: string
  amount: number
  remaining: number
}

/**
 * A person says what a line is, whole or in parts. Where the amounts differ, he says by how much, as he was shown it. What was chosen, and what stood beside it and was not, teach the weights.
 * @throws 404 no_such_line, 409 one_target | line_explained | wrong_direction | amount_differs | same_account | no_such_target | no_such_ledger
 */
export async function explainLine(
  tx: Tx,
  { line: id, parts }: InputOf<typeof explainLineEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof explainLineEndpoint>> {
  await lockBank(tx)
  const { rows } = await sql<Line>`
    select line.id, line.bank_account_id, line.day, amount, whole - explained as remaining
    from bank_line line join bank_line_balance on bank_line_id = line.id where line.id = ${id}`.execute(tx)
  const line = rows[0]
  if (!line) throw notFound('no_such_line')
  if (!line.remaining) throw conflict('line_explained')
  const found: Found[] = []
  for (const part of parts) found.push(await foundOf(tx, line, part))
  await teach(tx, line, found)
  const run = await nextRun(tx)
  await book(tx, run, found, actor)
  // of a transfer the other line may be the one that goes out, and then the match is its
  const left = await sql<{
    left: number
  }>`select (sign(amount) * (whole - explained))::bigint as left from bank_line_balance join bank_line on bank_line.id = bank_line_id where bank_line_id = ${id}`.execute(
    tx,
  )
  return { run, left: left.rows[0]!.left }
}

async function foundOf(tx: Tx, line: Line, part: Target): Promise<Found> {
  const targets = [part.payout, part.payable, part.other, part.contract, part.ledger].filter((target) => target !== undefined)
  if (targets.length !== 1) throw conflict('one_target')
  const centavos = part.centavos ?? line.remaining
  const about = { line: line.id, centavos, foundBy: 'person' } as const
  if (part.ledger !== undefined) return { ...about, kind: 'ledger', ledger: await ledgerOf(tx, part.ledger) }
  if (part.payable !== undefined) {
    if (line.amount > 0) throw conflict('wrong_direction', { what: 'entrada' })
    await sameOrSaid(tx, { ...part, payable: part.payable, centavos, day: line.day })
    return { ...about, kind: 'payable', payable: part.payable }
  }
  if (part.payout !== undefined) {
    if (line.amount < 0) throw conflict('wrong_direction', { what: 'saída' })
    const { rows } = await sql<{ amount: number }>`select amount from ${payouts(sql`${line.day}::date - 400`)} payout where id = ${part.payout}`.execute(tx)
    const fee = Math.max(0, -(part.difference ?? 0))
    same(rows[0]?.amount, centavos + fee)
    const pair = (await payoutPairs(tx, { line: line.id, short: fee > 0 })).find(({ payout }) => payout === part.payout)
    return { ...about, kind: 'payout', settlementLine: part.payout, fee, ...(pair ? { score: pair.score, evidence: pair.evidence } : {}) }
  }
  if (part.contract !== undefined) {
    if (line.amount < 0) throw conflict('wrong_direction', { what: 'saída' })
    const { rows } = await sql<{ received: number }>`
      select received from anticipation_contract where id = ${part.contract} and bank_account_id = ${line.bank_account_id} and state <> 'cancelled'`.execute(tx)
    same(rows[0]?.received, centavos)
    return { ...about, kind: 'anticipation', contract: part.contract }
  }
  return transferOf(tx, line, part.other!, centavos)
}

async function transferOf(tx: Tx, line: Line, other: number, centavos: number): Promise<Found> {
  const { rows } = await sql<Line>`
    select line.id, line.bank_account_id, line.day, amount, whole - explained as remaining
    from bank_line line join bank_line_balance on bank_line_id = line.id where line.id = ${other}`.execute(tx)
  const end = rows[0]
  if (!end || !end.remaining) throw conflict('no_such_target')
  if (end.bank_account_id === line.bank_account_id) throw conflict('same_account')
  if (Math.sign(end.amount) === Math.sign(line.amount)) throw conflict('wrong_direction', { what: 'linha do mesmo sinal' })
  same(end.remaining, centavos)
  const leaving = line.amount < 0
  const pair = (await transferPairs(tx, { line: line.id })).find((one) => one.line === other || one.other === other)
  return {
    line: leaving ? line.id : other,
    other: leaving ? other : line.id,
    centavos,
    kind: 'transfer',
    foundBy: 'person',
    ...(pair ? { score: pair.score, evidence: pair.evidence } : {}),
  }
}

/** What is paid already only gets its proof: who pays refuses another amount. */
async function sameOrSaid(
  tx: Tx,
  { payable, centavos, difference = 0, day }: { payable: number; centavos: number; difference?: number | undefined; day: string },
) {
  const { rows } = await sql<{ amount: number; discount: number; discount_until: string | null; paid: number | null }>`
    select amount, discount, discount_until, paid from payable where id = ${payable}`.execute(tx)
  const found = rows[0]
  const due = found && dueOn(found, day)
  // with an agreed discount the difference may be seen from either price
  if (found && (found.paid !== null || [beyondDue(found, day, centavos), centavos - due!].includes(difference))) return
  same(due, centavos)
}

function same(theirs: number | undefined, ours: number) {
  if (theirs === undefined) throw conflict('no_such_target')
  if (theirs !== ours) throw conflict('amount_differs', { theirs: reais(theirs), ours: reais(ours) })
}
const reais = (centavos: number) => `R$ ${(centavos / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`

/** Keeps the evidence of a payable that was chosen, and counts it and those that were passed over. */
async function teach(tx: Tx, line: Line, found: Found[]) {
  const [only, ...more] = found
  if (more.length || only?.kind !== 'payable') return
  const pairs = await payablePairs(tx, { line: line.id })
  const chosen = pairs.find(({ payable }) => payable === only.payable)
  if (!chosen) return
  Object.assign(only, { score: chosen.score, lead: chosen.lead, evidence: kept(chosen.evidence, chosen.outcomes) })
  await learn(
    tx,
    pairs.map(({ payable, outcomes }) => ({ outcomes, together: payable === only.payable })),
  )
}
