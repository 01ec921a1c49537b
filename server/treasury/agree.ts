import { sql } from 'kysely'
import { anticipationMoves, bankLedger, channelLedger, postMoves, reverseMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, table, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import { cede, holdReceivables, uncede } from '../receivables/index.ts'
import { matchLines } from '../reconciliation/index.ts'
import { anticipate } from './anticipation.ts'
import type { agreeEndpoint } from './contract.ts'
import { anticipationTerms, creditLines } from './credit-lines.ts'
import { matchContracts } from './match-contracts.ts'
import { followRecourse } from './recourse.ts'
import { todayOf } from '../platform/today.ts'

const keysOf = (contract: number) => ['nominal', 'received', 'discount'].map((name) => `contract ${contract} ${name}`)

/**
 * Contracts an anticipation today: the receivables go to the creditor and can be received or handed over no second time, what they bring is credited in the wallet
 * or in a bank account, and the discount is the price. A registered unit gives no more than is free in it. Lines that came before the contract was
 * written down find it now.
 * @throws 409 no_such_credit_line | line_of_other_account | line_limit | receivable_not_free | unit_not_free | terms_changed | nothing_left | contract_named
 */
export async function agreeAnticipation(tx: Tx, input: InputOf<typeof agreeEndpoint>, actor: Actor): Promise<{ id: number }> {
  const today = await todayOf(tx)
  const line = (await creditLines(tx, today)).find(({ id, kind, active }) => id === input.line && kind === 'anticipation' && active)
  if (!line) throw conflict('no_such_credit_line')
  if (line.account && line.account.id !== input.account) throw conflict('line_of_other_account', { account: line.account.name })
  await holdReceivables(tx, input.account)
  const channel = await tx.selectFrom('channel_account').select(['id', 'name']).where('id', '=', input.account).executeTakeFirstOrThrow()
  const bank = input.bank === null ? null : await tx.selectFrom('bank_account').select(['id', 'name']).where('id', '=', input.bank).executeTakeFirst()
  if (bank === undefined) throw conflict('no_such_bank_account')
  const parts = await dueParts(tx, input.account, input.parts)
  const sum = anticipate(parts, today, anticipationTerms(line))
  if (sum.received < 1) throw conflict('nothing_left')
  if (sum.received !== input.received) throw conflict('terms_changed', { received: sum.received })
  if (line.most !== null && sum.nominal > line.most) throw conflict('line_limit', { name: line.name, most: line.most })

  const written = await tx
    .insertInto('anticipation_contract')
    .values({
      credit_line_id: line.id,
      account_id: channel.id,
      creditor: input.creditor || channel.name,
      external_id: input.external_id || null,
      bank_account_id: bank?.id ?? null,
      discount: line.discount!,
      monthly_rate: sql`${line.monthly_rate}::numeric / 100`,
      recourse: line.recourse,
      agreed_on: today,
      nominal: sum.nominal,
      received: sum.received,
      iof: sum.iof,
      tariff: sum.tariff,
      cet_monthly: sum.cet?.monthly ?? null,
      cet_yearly: sum.cet?.yearly ?? null,
      created_by: actor.person,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
    .catch((error: unknown) => {
      if (violated(error) === 'anticipation_contract_account_id_external_id_key') throw conflict('contract_named', { external_id: input.external_id })
      throw error
    })
  const { id } = written
  await cede(tx, { contract: id, account: channel.id, day: today, parts: input.parts }, actor)
  await burdenUnits(tx, id, line.recourse ? 'anticipation' : 'cession')
  const into = bank ? bankLedger(bank) : channelLedger('clearing', channel)
  await postMoves(tx, anticipationMoves({ channel, contract: id, into, key: `contract ${id}`, day: today }, sum), actor)
  await matchContracts(tx, { account: channel.id }, actor)
  return { id }
}

/** Due days as they are written now; a receivable of another account, or none, is not free. */
async function dueParts(tx: Tx, account: number, asked: { receivable: number; centavos: number }[]) {
  const { rows } = await sql<{ id: string; due: string; value: number }>`
    select receivable::text as id, due_on as due, centavos as value
    from ${table(asked, 'part(receivable bigint, centavos bigint)')} join receivable on receivable.id = receivable and account_id = ${account} order by due_on, receivable`.execute(
    tx,
  )
  if (rows.length < asked.length) {
    const known = new Set(rows.map(({ id }) => Number(id)))
    throw conflict('receivable_not_free', { receivables: asked.flatMap(({ receivable }) => (known.has(receivable) ? [] : [receivable])) })
  }
  return rows
}

/** What the contract takes of each registered unit, where so much is free: constituted less everything that weighs on it. Units are locked in order. */
async function burdenUnits(tx: Tx, contract: number, kind: 'anticipation' | 'cession'): Promise<void> {
  const { rows: units } = await sql<{ unit: number; taken: number }>`
    select unit_id as unit, sum(centavos)::bigint as taken from allocation join receivable on receivable.id = receivable_id
    where contract_id = ${contract} and kind = 'cession' and undone_at is null and unit_id is not null group by unit_id order by unit_id`.execute(tx)
  if (!units.length) return
  await sql`select id from receivable_unit where id = any(${units.map(({ unit }) => unit)}::bigint[]) order by id for update`.execute(tx)
  const { rows: crowded } = await sql<{ due: string; free: number }>`
    select unit.due_on as due, constituted - committed as free
    from ${table(units, 'wanted(unit bigint, taken bigint)')} join receivable_unit unit on unit.id = wanted.unit
    cross join lateral (
      select coalesce(sum(greatest(0, nominal - coalesce(owed_back, 0))) filter (where actual_on is null), 0)::bigint as constituted
      from receivable join receivable_balance balance on balance.receivable_id = receivable.id left join receivable_terms terms on terms.receivable_id = receivable.id where unit_id = unit.id
    ) whole
    cross join lateral (select coalesce(sum(amount), 0)::bigint as committed from unit_effect where unit_id = unit.id and ended_at is null) weight
    where constituted - committed < taken order by unit.due_on limit 1`.execute(tx)
  if (crowded[0]) throw conflict('unit_not_free', { due: crowded[0].due.split('-').toReversed().join('/'), free: crowded[0].free })
  await sql`
    insert into unit_effect (unit_id, contract_id, kind, amount) select unit, ${contract}, ${kind}, taken from ${table(units, 'wanted(unit bigint, taken bigint)')} order by unit`.execute(
    tx,
  )
}

/**
 * Takes a contract back that no line of the channel has answered: the receivables are owed to us again, the units are free, the moves are reversed, and lines of payment that
 * waited settle their sales. @throws 404 no_such_contract, 409 contract_over | contract_answered
 */
export async function cancelAnticipation(tx: Tx, { contract }: { contract: number }, actor: Actor): Promise<void> {
  const { account } = await lockContract(tx, contract)
  const { rows } = await sql<{ state: string; lines: number }>`
    select state, (select count(*) from contract_line where contract_id = ${contract}) + (select count(*) from bank_match where contract_id = ${contract} and undone_at is null) as lines
    from anticipation_contract where id = ${contract}`.execute(tx)
  const { state, lines } = one(rows)
  if (state === 'cancelled') throw conflict('contract_over')
  if (lines > 0) throw conflict('contract_answered', { lines })
  await sql`update anticipation_contract set state = 'cancelled', cancelled_at = now() where id = ${contract}`.execute(tx)
  await uncede(tx, { contract, account }, actor)
  await sql`update unit_effect set ended_at = now() where contract_id = ${contract} and ended_at is null`.execute(tx)
  const { rows: posted } = await sql<{ key: string }>`select key from money_move where key = any(${keysOf(contract)}::text[])`.execute(tx)
  await reverseMoves(tx, { keys: posted.map(({ key }) => key), day: await todayOf(tx), reason: 'anticipation.cancelled' }, actor)
  await matchLines(tx, { account }, actor)
  await followRecourse(tx, account, actor)
  // what was settled for too little, and what is divergent now, is asked back: the reconciliation knows this job by its name
  await enqueue(tx, 'find_claims', { account }, { key: `claims ${account}` })
}

/** A person says that the money came. @throws 404 no_such_contract, 409 contract_over */
export async function anticipationCredited(tx: Tx, { contract }: { contract: number }): Promise<void> {
  await lockContract(tx, contract)
  const { numAffectedRows } = await sql`update anticipation_contract set state = 'credited' where id = ${contract} and state <> 'cancelled'`.execute(tx)
  if (!numAffectedRows) throw conflict('contract_over')
}

/** The channel account first, as everybody does who touches what it owes; then the contract. */
async function lockContract(tx: Tx, contract: number): Promise<{ account: number }> {
  const { rows } = await sql<{ account: number }>`select account_id as account from anticipation_contract where id = ${contract}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_contract')
  await holdReceivables(tx, rows[0].account)
  await sql`select 1 from anticipation_contract where id = ${contract} for update`.execute(tx)
  return rows[0]
}
