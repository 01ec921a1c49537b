import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from './hold.ts'
import { conflict } from '../platform/problem.ts'
import { oweAnew } from './follow.ts'

/** Receivables, or parts of them in centavos, of one channel account that a contract takes over. */
export interface Cession {
  contract: number
  account: number
  /** YYYY-MM-DD. */
  day: string
  parts: { receivable: number; centavos: number }[]
}

/**
 * Hands parts of receivables over to a contract, all of them or none. What is handed over is no longer owed to us: no line settles it as a sale. One statement raises
 * what the receivable has given away and only where it fits; the CHECK on the balance stands behind it.
 * @throws 409 receivable_not_free (facts `receivables`: those that are paid, handed over, or less than asked for)
 */
export async function cede(tx: Tx, { contract, account, day, parts }: Cession, actor: Actor): Promise<void> {
  await holdReceivables(tx, account)
  const wanted = [...Map.groupBy(parts, ({ receivable }) => receivable)].map(([receivable, own]) => ({
    receivable,
    centavos: own.reduce((sum, { centavos }) => sum + centavos, 0),
  }))
  const { rows } = await sql<{ receivable: number }>`
    with wanted as materialized (
      select receivable, centavos from ${table(wanted, 'part(receivable bigint, centavos bigint)')} where centavos > 0
    ), raised as (
      update receivable_balance balance set allocated = allocated + centavos
      from wanted join receivable on receivable.id = wanted.receivable left join receivable_terms terms on terms.receivable_id = receivable.id
      where balance.receivable_id = wanted.receivable and receivable.account_id = ${account} and actual_on is null and allocated + centavos <= nominal - coalesce(owed_back, 0)
      returning balance.receivable_id as receivable, centavos
    )
    insert into allocation (receivable_id, contract_id, centavos, day, kind, rule, actor_id)
    select receivable, ${contract}, centavos, ${day}, 'cession', 'person', ${actor.person}::bigint from raised
    returning receivable_id as receivable`.execute(tx)
  if (rows.length === wanted.length) return
  const taken = new Set(rows.map(({ receivable }) => receivable))
  throw conflict('receivable_not_free', { receivables: wanted.flatMap(({ receivable }) => (taken.has(receivable) ? [] : [receivable])) })
}

/** Gives everything back that a contract took over: it is owed to us again, as far as the order still owes it. Again changes nothing. @returns how many receivables came back */
export async function uncede(tx: Tx, { contract, account }: { contract: number; account: number }, actor: Actor): Promise<{ returned: number }> {
  await holdReceivables(tx, account)
  const { rows } = await sql<{ receivable: number }>`
    with undone as (
      update allocation set undone_at = now() from receivable
      where receivable.id = receivable_id and account_id = ${account} and contract_id = ${contract} and kind = 'cession' and undone_at is null
      returning receivable_id, centavos
    )
    update receivable_balance balance set allocated = allocated - given.centavos
    from (select receivable_id, sum(centavos)::bigint as centavos from undone group by receivable_id) given
    where balance.receivable_id = given.receivable_id returning balance.receivable_id as receivable`.execute(tx)
  await oweAnew(
    tx,
    rows.map(({ receivable }) => receivable),
    actor,
  )
  return { returned: rows.length }
}
