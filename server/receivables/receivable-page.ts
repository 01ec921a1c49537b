import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import { unitOf } from './agenda.ts'
import type { readReceivable, ReceivableRow } from './contract.ts'
import { parts } from './expected.ts'
import { releaseWords } from './policy-list.ts'
import { receivableNow } from './receivable-state.ts'

type Page = AnswerOf<typeof readReceivable>

/** One receivable with all its dates, its calculation and where its money came from. @throws 404 no_such_receivable */
export async function receivablePage(tx: Tx, { receivable: id }: { receivable: number }): Promise<Page> {
  const { rows } = await sql<
    ReceivableRow & Pick<Page, 'payment_ref' | 'delivered' | 'taken_back' | 'calculation' | 'method'> & { unit_id: number | null; policy_id: number | null }
  >`
    select id, account_id as account, channel, order_id as order, external_order, payment_ref, payment, instalment,
      (select count(*) from receivable others where others.order_id = receivable_now.order_id and others.payment = receivable_now.payment) as instalments,
      approved_on, predicted_on, firm_on, announced_on, actual_on, due_on, state, gross, nominal, allocated, open, owed_back, taken_back, delivered, unit_id, policy_id,
      (select method from order_payment where order_payment.order_id = receivable_now.order_id and position = payment) as method,
      coalesce((select jsonb_build_object(${sql.join(parts.flatMap((name) => [sql.lit(name), sql.ref(name)]))}) from receivable_terms where receivable_id = id), '{}') as calculation
    from ${receivableNow} where id = ${id}`.execute(tx)
  const row = rows[0]
  if (!row) throw notFound('no_such_receivable')
  const { unit_id, policy_id, ...shown } = row
  const { rows: changes } = await sql<Page['changes'][number]>`
    select version, kind, nominal, at from receivable_change where receivable_id = ${id} order by version`.execute(tx)
  const { rows: announcements } = await sql<Page['announcements'][number]>`
    select announced_on, source_file.name as file, line.row, source_file.at from receivable_announcement
    left join settlement_line line on line.id = settlement_line_id left join source_file on source_file.id = line.file_id
    where receivable_id = ${id} order by settlement_line_id`.execute(tx)
  const { rows: allocations } = await sql<Page['allocations'][number]>`
    select allocation.kind, rule, allocation.day, centavos, difference, settlement_line_id as line, source_file.name as file, line.row, line.payout_id as payout, contract_id as contract, person.name as by, undone_at
    from (
      select * from allocation where receivable_id = ${id} and undone_at is null and kind = 'settlement'
      union all select * from allocation where receivable_id = ${id} and (undone_at is not null or kind <> 'settlement')
    ) allocation left join settlement_line line on line.id = settlement_line_id left join source_file on source_file.id = line.file_id left join person on person.id = allocation.actor_id
    order by allocation.at, settlement_line_id`.execute(tx)
  const { rows: moves } = await sql<Page['moves'][number]>`
    select move.id, move.day, move.kind, source.name as from, target.name as to, centavos
    from money_move move join ledger_account source on source.id = from_account join ledger_account target on target.id = to_account where receivable_id = ${id} order by move.id`.execute(
    tx,
  )
  const { rows: siblings } = await sql<Page['siblings'][number]>`
    select id, payment, instalment, due_on, nominal, state from ${receivableNow} where order_id = ${row.order}::bigint and id <> ${id} order by payment, instalment`.execute(
    tx,
  )
  const { rows: policy } = await sql<{
    id: number
    valid_from: string
    release_after: 'approval' | 'delivery'
    release_days: number
    instalment_days: number | null
  }>`
    select id, valid_from, release_after, release_days, instalment_days from fee_policy where id = ${policy_id}`.execute(tx)
  const charged = await chargedBy(tx, allocations)
  return {
    ...shown,
    charged,
    policy: policy[0] ? { id: policy[0].id, valid_from: policy[0].valid_from, release: releaseWords(policy[0]) } : null,
    unit: unit_id === null ? null : await unitOf(tx, unit_id),
    changes,
    announcements,
    allocations,
    moves,
    siblings,
  }
}

/** What the lines that settled it really charged, by the same names; what is given back is negative. */
async function chargedBy(tx: Tx, allocations: Page['allocations']): Promise<Page['charged']> {
  const lines = allocations.flatMap(({ line, undone_at }) => (line === null || undone_at ? [] : [line]))
  if (!lines.length) return null
  const { rows } = await sql<Record<string, number>>`
    select sum(gross)::bigint as gross, -sum(commission)::bigint as commission, -sum(fixed_fee)::bigint as fixed_fee, -sum(payment_fee)::bigint as payment_fee, -sum(freight)::bigint as freight,
      -sum(coupon)::bigint as coupon, -sum(tax)::bigint as tax_withheld, -sum(other_fee)::bigint as other_fee, sum(net)::bigint as net
    from settlement_line where id = any(${lines}::bigint[])`.execute(tx)
  return rows[0] ?? null
}
