import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { answered, tolerance } from './claim-kinds.ts'
import type { Fresh } from './match.ts'

/** Whose lines: the new file's, or without one the open ones, of these perhaps only those without any key. */
interface Candidates {
  account: number
  fresh: Fresh | null
  keyless: boolean
}

/** Worth all cores, and no copy of its lines. */
export const isLarge = (fresh: Fresh | null) => fresh !== null && fresh.fresh >= 50_000

const says = 'external_order, payment_ref, instalment, net, approved_on, paid_on'
const open = (
  account: number,
) => `select line_id as line, ${says}, reason not in ('unknown_batch', 'batch_differs') as loose, reason = 'undone' as held, false as fresh
  from open_line where account_id = ${Number(account)} and net > 0`

/**
 * Makes `candidate`, lines of money for a sale: those of the new file and the open ones that say the same key, or none; without a new file every open line, for receivables
 * that came later. A small file is looked at many times and copied beside, a large one is read where it is.
 */
async function makeCandidates(tx: Tx, { account, fresh, keyless }: Candidates): Promise<'table' | 'view'> {
  // of a payment that was shared out over its batch, the shares
  const money = fresh?.shared
    ? `(kind = 'share' or (kind = 'payment' and not exists (select from shared_line where line_id = settlement_line.id)))`
    : `kind = 'payment'`
  const own = `select id as line, ${says}, batch is null as loose, false as held, true as fresh from settlement_line
    where id > ${Number(fresh?.after)} and file_id = ${Number(fresh?.file)} and ${money} and net > 0 and paid_on is not null`
  const large = isLarge(fresh)
  const all = !fresh
    ? `${open(account)} ${keyless ? 'and external_order is null and payment_ref is null' : ''}`
    : large
      ? `${own} union all ${open(account)}`
      : `with own as materialized (${own}), named as materialized (
           select external_order, payment_ref from own where external_order is not null or payment_ref is not null
           -- a line of the file knows the payment, an open one only the order; or the other way round
           union all
           select receivable.external_order, null from own join receivable on account_id = ${Number(account)} and receivable.payment_ref = own.payment_ref where own.external_order is null
           union all
           select null, receivable.payment_ref from own join receivable on account_id = ${Number(account)} and receivable.external_order = own.external_order
           where receivable.payment_ref is not null and exists (select 1 from open_line where account_id = ${Number(account)} and external_order is null and payment_ref is not null)
         )
         select * from own union all
         ${open(account)} and ((external_order is null and payment_ref is null) or external_order in (select external_order from named where external_order is not null)
           or payment_ref in (select payment_ref from named where payment_ref is not null))`
  const kind = large ? 'view' : 'table'
  await sql.raw(`create temporary ${kind} candidate as ${all}`).execute(tx)
  return kind
}

/** What stands in `pair` for these candidates; the columns that are looked at most stand first. */
const pairs = (account: number, which = sql`true`) => sql`
  select several, keyless, held, fresh, line, net, owed and net = nominal as exact, owed and allocated = 0 and (net = nominal or abs(net - nominal) <= nominal * ${tolerance(account)}) as near,
         case when owed then id end as receivable, nominal, paid_on, approved_on, case when actual_on is not null then id end as settled
  from (
    select line, held, fresh, net, paid_on, candidate.approved_on, false as keyless, receivable.id, payment > 1 as several
    from candidate left join receivable on account_id = ${account} and receivable.external_order = candidate.external_order and receivable.instalment = candidate.instalment
      and (receivable.payment_ref is null or candidate.payment_ref is null or receivable.payment_ref = candidate.payment_ref)
    where candidate.external_order is not null and ${which}
    union all
    -- card lines know the payment and not the order
    select line, held, fresh, net, paid_on, candidate.approved_on, candidate.payment_ref is null and loose, receivable.id, receivable.id is not null
    from candidate left join receivable on account_id = ${account} and receivable.payment_ref = candidate.payment_ref and receivable.instalment = candidate.instalment
    where candidate.external_order is null and ${which}
  ) by_key left join (select *, actual_on is null and nominal > 0 as owed from receivable_balance) balance on receivable_id = id`

/**
 * Makes `pair`. `takeBack` takes settlements back that the pairs put in doubt, and says which lines are open again: these, and who shares a receivable with them, are paired anew.
 * @returns how many were taken back
 */
export async function pairByKey(tx: Tx, candidates: Candidates, takeBack: () => Promise<number[]>): Promise<number> {
  const { account, fresh } = candidates
  const kind = await makeCandidates(tx, candidates)
  await sql`create temporary table pair on commit drop as ${pairs(account)}`.execute(tx)
  await sql`analyze pair (line, receivable, settled, held, near)`.execute(tx)
  const opened = fresh ? await takeBack() : []
  if (opened.length) {
    const { rows } = await sql<{ line: number }>`
      delete from pair where line in (select line from pair join receivable_balance on receivable_id = settled and actual_on is null) returning line`.execute(
      tx,
    )
    if (kind === 'table') await sql`insert into candidate ${sql.raw(open(account))} and line_id = any(${opened}::bigint[])`.execute(tx)
    await sql`insert into pair ${pairs(account, sql`line = any(${[...new Set([...opened, ...rows.map(({ line }) => line)])]}::bigint[])`)}`.execute(tx)
  }
  await sql.raw(`drop ${kind} candidate`).execute(tx)
  return opened.length
}

/**
 * Takes out of `pair` what is in doubt: makes `crowded`, `doubted` and `left_over`. It is clear that a line and a receivable belong together when the amount is the very same,
 * once on each side; or when it is nearly the same and nobody else is there. A line whose claim was answered is left to persons.
 */
export async function takeOutDoubted(tx: Tx, account: number): Promise<void> {
  await sql`
    create temporary table crowded on commit drop as
    -- a million of them are sorted in half the time that a table of hashes takes
    select receivable, null::bigint as line, count(*) filter (where exact) as exact from (select receivable, exact from pair where receivable is not null order by receivable) paired
    group by receivable having count(*) > 1
    union all
    -- only where an order has several payments, or the key is not the order's, can a line have two receivables
    select null, line, count(*) filter (where exact) from pair where line in (select line from pair where several) group by line having count(*) > 1`.execute(
    tx,
  )
  // each list of these is short, and looked up in memory
  const crowdedBy = (column: 'receivable' | 'line', also = sql`true`) =>
    sql`${sql.ref(column)} in (select ${sql.ref(column)} from crowded where ${sql.ref(column)} is not null and ${also})`
  await sql`create temporary table doubted (like pair) on commit drop`.execute(tx)
  await sql`
    with gone as (
      delete from pair where held or near is not true
        or ${crowdedBy('receivable', sql`exact <> 1`)} or ${crowdedBy('line', sql`exact <> 1`)}
        or (not exact and (${crowdedBy('receivable')} or ${crowdedBy('line')}))
        or line in (select settlement_line_id from claim where account_id = ${account} and settlement_line_id is not null and ${answered})
      returning *
    ) insert into doubted select * from gone`.execute(tx)
  await sql`analyze doubted (line, receivable)`.execute(tx)
  // one with several pairs may be clear by another of them
  await sql`
    create temporary table left_over on commit drop as
    select distinct line, held, fresh, net, paid_on, approved_on, keyless from doubted where not (${crowdedBy('line')} and line in (select line from pair))`.execute(
    tx,
  )
}

/**
 * Adds to `pair` lines without any key beside the receivables that nobody paid and no line names: one that does, even for another amount or held for a person, is the first to ask.
 * Only for lines that tell when the sale was approved; one that does not still stands in the way. What is clear so is no longer left over. Beside a new file (`beside`) only
 * the amounts that it touches are looked at: of the others nothing changed.
 * @returns how many balances were raised
 */
export async function clearByAmount(tx: Tx, account: number, beside: boolean): Promise<number> {
  const touched = sql`(fresh or net in (select nominal from pair union all select nominal from doubted union all select net from left_over where fresh))`
  await sql`
    create temporary table alike on commit drop as
    select line, held, net, paid_on, left_over.approved_on, receivable.id as receivable, nominal, external_order, payment_ref, instalment
    from left_over join receivable_balance on nominal = net and actual_on is null and allocated = 0
    join receivable on receivable.id = receivable_id and account_id = ${account} and due_on between paid_on - 3 and paid_on + 3
      and (left_over.approved_on is null or receivable.approved_on between left_over.approved_on - 1 and left_over.approved_on + 1)
    where keyless and ${beside ? touched : sql`true`}`.execute(tx)
  await sql`analyze alike`.execute(tx)
  const { rows } = await sql<{ raised: number }>`
    with added as (
      insert into pair (line, receivable, net, nominal, paid_on, exact, keyless)
      select line, receivable, net, nominal, paid_on, true, true
      from (
        select *, count(*) over (partition by line) as of_line, count(*) over (partition by receivable) as of_receivable from alike
        -- what is clear by its key is paid by now
        where receivable not in (select receivable from alike join doubted using (receivable))
          -- beside a small file only a part of the open lines are in the pairs
          and receivable not in (
            select receivable from alike join open_line open on open.account_id = ${account} and open.external_order = alike.external_order and open.instalment = alike.instalment
              and (alike.payment_ref is null or open.payment_ref is null or open.payment_ref = alike.payment_ref)
            union all
            select receivable from alike join open_line open on open.account_id = ${account} and open.external_order is null and open.payment_ref is not null and open.payment_ref = alike.payment_ref and open.instalment = alike.instalment
          )
      ) counted
      where of_line = 1 and of_receivable = 1 and not held and approved_on is not null
      returning *
    ), cleared as (
      delete from left_over using added where left_over.line = added.line
    ), raised as (
      ${raise(sql`added`)} returning 1
    ) select count(*) as raised from raised`.execute(tx)
  return one(rows).raised
}

/**
 * What the receivables hold of what is clear in `pair`. The conditions and the CHECK stand behind the search.
 * @returns how many were raised
 */
export async function raiseBalances(tx: Tx): Promise<number> {
  const { numAffectedRows } = await raise(sql`pair`).execute(tx)
  return Number(numAffectedRows)
}

const raise = (clear: RawBuilder<unknown>) => sql`
  update receivable_balance balance set allocated = allocated + least(net, clear.nominal), actual_on = clear.paid_on
  from ${clear} clear where balance.receivable_id = clear.receivable and actual_on is null and allocated + least(net, clear.nominal) <= balance.nominal`
