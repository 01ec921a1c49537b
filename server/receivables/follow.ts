import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { countEmptyAnew } from '../platform/count-empty.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { expectedOf, parts } from './expected.ts'
import { holdReceivables } from './hold.ts'
import type { Expected } from './expected.ts'
import { lowerLosses } from './losses.ts'
import { takeBack } from './take-back.ts'
import { assignUnits } from './units.ts'

/** Events of transactions that took longer than the next ones have lower ids: so many are read again. Reading an order again changes nothing. */
const overlap = 20_000

/**
 * Brings the receivables of orders up to what the orders say now. Reads the journal of the orders from where it stopped, with an overlap, and compares: what an order
 * should owe with what is written. So an event is never lost or counted twice, and a lost minute is made good by the next.
 * `goOn`: it said that there was more a moment ago.
 * @returns how many orders were changed, and whether there is more to read
 */
export async function followOrders(
  tx: Tx,
  actor: Actor,
  { batch = 2_000, goOn = false }: { batch?: number; goOn?: boolean } = {},
): Promise<{ changed: number; more: boolean }> {
  const { rows } = await sql<{ last: number; newest: number }>`
    select event_id as last, coalesce((select max(id) from order_event), 0) as newest from receivable_cursor for update`.execute(tx)
  const { last, newest } = one(rows)
  if (newest === last) return { changed: 0, more: false }
  const until = Math.min(newest, Math.max(last, 0) + batch * 5)
  // one who has just read the overlap and goes on needs it again only where events are still being written
  const from = goOn ? Math.min(last, newest - overlap) : last - overlap
  const { rows: touched } = await sql<{ order: number }>`
    select distinct order_id as order from order_event
    where id > ${from} and id <= ${until} and (commercial is not null or payment is not null or fulfilment in ('delivered', 'cancelled', 'returned') or operation in ('receive', 'cancel_items', 'update'))`.execute(
    tx,
  )
  let changed = 0
  const orders = touched.map(({ order }) => order).toSorted((left, right) => left - right)
  for (let at = 0; at < orders.length; at += 500) changed += await refreshReceivables(tx, orders.slice(at, at + 500), actor)
  await sql`update receivable_cursor set event_id = ${until}`.execute(tx)
  return { changed, more: until < newest }
}

interface Known extends Record<(typeof parts)[number], number> {
  id: number
  order: number
  payment: number
  instalment: number
  nominal: number
  allocated: number
  gross: number
  owed_back: number
  taken_back: number
  /** Of `allocated`, what was given up. */
  lost: number
  delivered: boolean
  version: number
  policy: number | null
  payment_ref: string | null
  predicted_on: string
  firm_on: string | null
  /** Of its last change by the order, but the delivery. */
  last: string | null
}

/** The same for these orders (500 at most are wise). @returns how many orders changed */
export async function refreshReceivables(tx: Tx, orders: number[], actor: Actor): Promise<number> {
  const expected = await expectedOf(tx, orders)
  if (!expected.length) return 0
  for (const account of [...new Set(expected.map((row) => row.account))].toSorted((left, right) => left - right)) await holdReceivables(tx, account)
  const { rows: known } = await sql<Known>`
    select receivable.id, order_id as order, payment, instalment, nominal, allocated, owed_back, taken_back, delivered,
      coalesce((select sum(centavos) from allocation where allocation.receivable_id = receivable.id and kind = 'loss' and undone_at is null), 0)::bigint as lost, version, policy_id as policy, payment_ref, predicted_on, firm_on, gross,
      (select kind from receivable_change change where change.receivable_id = receivable.id and kind not in ('delivered', 'taken_back', 'given_back') order by change.version desc limit 1) as last, ${sql.raw(parts.join(', '))}
    from receivable join receivable_balance balance on balance.receivable_id = receivable.id join receivable_terms terms on terms.receivable_id = receivable.id
    where order_id = any(${orders}::bigint[])`.execute(tx)
  const keyOf = ({ order, payment, instalment }: { order: number; payment: number; instalment: number }) => `${order} ${payment} ${instalment}`
  const byKey = new Map(known.map((row) => [keyOf(row), row]))
  const fresh = expected.filter((row) => !byKey.has(keyOf(row)) && row.over === null)
  const ids = await insertNew(tx, fresh)
  const writes: Change[] = []
  const moves: MoneyMove[] = []
  const rows = [...expected, ...gone(known, expected, keyOf)]
  await forgetLosses(
    tx,
    rows.flatMap((row) => ({ net: netOf(row), now: byKey.get(keyOf(row)) })),
    actor,
  )
  for (const row of rows) {
    const id = ids.get(keyOf(row))
    const now = byKey.get(keyOf(row)) ?? (id === undefined ? null : blank(id, row))
    if (now) moves.push(...changesOf(row, now, id !== undefined, writes))
  }
  await writeChanges(tx, writes)
  if (ids.size) await countEmptyAnew(tx, ['receivable', 'receivable_balance', 'receivable_terms', 'receivable_unit'])
  await assignUnits(
    tx,
    writes.map(({ id }) => id),
  )
  await postMoves(tx, moves, actor, { late: 'open_day' })
  await takeBack(
    tx,
    writes.filter(({ owed_back }) => owed_back > 0).map(({ id }) => id),
  )
  await wakeLines(
    tx,
    writes.map(({ id }) => id),
  )
  return new Set(writes.map(({ order }) => order)).size
}

/** Open lines that name what changed, or tell no name and the very amount, are looked at again: what came first must not decide. The reconciliation knows this job by its name. */
async function wakeLines(tx: Tx, receivables: number[]) {
  if (!receivables.length) return
  const { rows } = await sql<{ account: number }>`
    with changed as materialized (
      select account_id, external_order, payment_ref, nominal from receivable join receivable_balance on receivable_id = id where id = any(${receivables}::bigint[])
    ), line as not materialized (
      select account_id, external_order, payment_ref, net from open_line where reason not in ('undone', 'negative')
    )
    -- one after the other, so that each is found by its hash: a shop may have half a million of them from before its orders
    select changed.account_id as account from changed join line using (account_id, external_order)
    union
    select changed.account_id from changed join line using (account_id, payment_ref) where line.external_order is null
    union
    select changed.account_id from changed join line on line.account_id = changed.account_id and net = nominal where line.external_order is null and line.payment_ref is null`.execute(
    tx,
  )
  for (const { account } of rows) await enqueue(tx, 'match_again', { account }, { key: `match ${account}` })
}

const netOf = (row: Expected) => Math.max(0, row.gross - parts.reduce((sum, name) => sum + row[name], 0))

/** What was given up was not paid out: of a sale that is undone now, less or nothing was lost. */
async function forgetLosses(tx: Tx, rows: { net: number; now: Known | undefined }[], actor: Actor) {
  const losses = rows.flatMap(({ net, now }) => {
    if (!now?.lost) return []
    const left = Math.max(0, Math.min(now.lost, net + now.taken_back - (now.allocated - now.lost)))
    return left < now.lost ? [{ now, receivable: now.id, left }] : []
  })
  await lowerLosses(tx, losses, 'withdrawn', actor)
  for (const { now, left } of losses) {
    now.allocated -= now.lost - left
    now.lost = left
  }
}

/**
 * Reads the orders of those of these receivables again that were kept up by what was allocated to them (they owe back what was paid): after that was taken back, they owe
 * what their orders say. For those who hold the accounts' locks.
 */
export async function oweAnew(tx: Tx, receivables: number[], actor: Actor): Promise<void> {
  const { rows } = await sql<{ order: number }>`
    select distinct order_id as order from receivable join receivable_terms on receivable_id = receivable.id
    where receivable.id = any(${receivables}::bigint[]) and owed_back > 0 and order_id is not null order by 1`.execute(tx)
  const orders = rows.map(({ order }) => order)
  for (let at = 0; at < orders.length; at += 500) await refreshReceivables(tx, orders.slice(at, at + 500), actor)
}

/** Payments that the order no longer has (paid again in another way): nothing is owed for them. */
function gone(known: Known[], expected: Expected[], keyOf: (row: Expected | Known) => string): Expected[] {
  const wanted = new Set(expected.map(keyOf))
  const nothing = Object.fromEntries(['gross', ...parts].map((name) => [name, 0])) as Record<(typeof parts)[number] | 'gross', number>
  return known.flatMap((row) => {
    const order = wanted.has(keyOf(row)) ? undefined : expected.find((other) => other.order === row.order)
    return order
      ? [
          {
            ...order,
            ...nothing,
            payment: row.payment,
            instalment: row.instalment,
            payment_ref: row.payment_ref,
            firm_on: row.firm_on,
            over: 'cancelled' as const,
          },
        ]
      : []
  })
}

interface Change extends Record<(typeof parts)[number], number> {
  id: number
  order: number
  version: number
  kind: string
  nominal: number
  gross: number
  owed_back: number
  delivered: boolean
  policy: number
  payment_ref: string | null
  predicted_on: string
  firm_on: string | null
}

/** What is new about one receivable: rows to write and moves to post. A fact that is written already gives nothing. */
function changesOf(row: Expected, now: Known, fresh: boolean, writes: Change[]): MoneyMove[] {
  const net = netOf(row)
  const amounts = Object.fromEntries((['gross', ...parts] as const).map((name) => [name, row[name] - now[name]])) as Record<
    (typeof parts)[number] | 'gross',
    number
  >
  const differs = Object.values(amounts).some((amount) => amount !== 0)
  const moves: MoneyMove[] = []
  let { version, delivered } = now
  const about = (day: string) => ({
    channel: { id: row.account, name: row.channel },
    key: `receivable ${now.id} ${version}`,
    day,
    order: row.order,
    receivable: now.id,
  })
  // what was paid out stays settled: the channel takes it back by a line of its own
  const owed = { nominal: Math.max(net + now.taken_back, now.allocated), owed_back: Math.max(0, now.allocated - now.taken_back - net) }
  const write = (kind: string) => writes.push({ ...row, ...owed, id: now.id, version, kind, delivered })
  const deliver = (gross: number) => {
    if (delivered || row.delivered_on === null) return
    version++
    delivered = true
    moves.push(...movesOf('delivered', about(row.delivered_on), { gross }))
    write('delivered')
  }
  // of what reached the buyer and was undone later, the sale comes first, however late both are heard of
  if (differs && row.delivered_on !== null && !fresh && row.delivered_on <= row.changed_on && amounts.gross < 0) deliver(now.gross)
  if (fresh) {
    moves.push(...movesOf('approved', about(row.approved_on), amounts))
    write('approved')
  } else if (differs) {
    version++
    const back = Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, -amount]))
    const less = amounts.gross < 0 || row.over !== null
    // ours again: what undid the sale is undone where it was posted
    const again = less || amounts.gross === 0 ? null : now.last === 'chargeback' ? 'chargeback_reversal' : now.last === 'returned' ? 'refund_reversal' : null
    const kind = again ?? (row.over === 'chargeback' ? 'chargeback' : !less ? 'changed' : delivered ? 'returned' : 'cancelled')
    if (kind === 'changed') {
      // other fees are a fact of the day on which somebody agreed to them, not of the order's
      const on = row.policy === now.policy ? row.changed_on : row.today
      moves.push(...movesOf('approved', about(on), amounts))
      if (delivered) moves.push(...movesOf('delivered', { ...about(on), key: `${about('').key} earned` }, { gross: amounts.gross }))
    } else if (kind === 'chargeback_reversal') moves.push(...movesOf(kind, about(row.changed_on), amounts))
    else moves.push(...movesOf(kind === 'refund_reversal' ? 'returned' : kind, about(row.changed_on), back))
    write(kind)
  }
  deliver(row.gross)
  const named = row.payment_ref !== null && row.payment_ref !== now.payment_ref
  // what was settled and is no longer held it up until now
  const told = owed.nominal !== now.nominal || owed.owed_back !== now.owed_back
  if (!moves.length && (told || named || row.firm_on !== now.firm_on || row.predicted_on !== now.predicted_on || row.policy !== now.policy)) write('')
  return moves
}

const blank = (id: number, row: Expected): Known => ({
  ...(Object.fromEntries(parts.map((name) => [name, 0])) as Record<(typeof parts)[number], number>),
  id,
  order: row.order,
  payment: row.payment,
  instalment: row.instalment,
  nominal: 0,
  allocated: 0,
  gross: 0,
  owed_back: 0,
  taken_back: 0,
  lost: 0,
  delivered: false,
  version: 1,
  policy: row.policy,
  payment_ref: row.payment_ref,
  predicted_on: row.predicted_on,
  firm_on: row.firm_on,
  last: null,
})

async function insertNew(tx: Tx, rows: Expected[]): Promise<Map<string, number>> {
  if (!rows.length) return new Map()
  const { rows: written } = await sql<{ id: number; key: string }>`
    with fresh as (
      insert into receivable (account_id, order_id, external_order, payment_ref, payment, instalment, approved_on, predicted_on, firm_on)
      select account, "order", external_order, payment_ref, payment, instalment, approved_on, predicted_on, firm_on
      from ${table(rows, 'fresh(account bigint, "order" bigint, external_order text, payment_ref text, payment int, instalment int, approved_on date, predicted_on date, firm_on date)')}
      order by "order", payment, instalment
      returning id, order_id, payment, instalment
    ), balances as (
      insert into receivable_balance (receivable_id, nominal) select id, 0 from fresh
    ), terms as (
      insert into receivable_terms (receivable_id, policy_id, gross)
      select fresh.id, policy, 0 from fresh join ${table(rows, 'given("order" bigint, payment int, instalment int, policy bigint)')}
        on given."order" = fresh.order_id and given.payment = fresh.payment and given.instalment = fresh.instalment
    )
    select id, concat_ws(' ', order_id, payment, instalment) as key from fresh`.execute(tx)
  return new Map(written.map(({ id, key }) => [key, id]))
}

/** The last change of each receivable is what it is now; all are kept. */
async function writeChanges(tx: Tx, changes: Change[]): Promise<void> {
  if (!changes.length) return
  const last = [...new Map(changes.map((change) => [change.id, change])).values()]
  const shape = `(id bigint, version int, nominal bigint, owed_back bigint, delivered boolean, policy bigint, payment_ref text, predicted_on date, firm_on date, gross bigint, ${parts.map((name) => `${name} bigint`).join(', ')})`
  await sql`
    with change as materialized (
      select * from ${table(last, `change${shape}`)}
    ), balances as (
      update receivable_balance set nominal = change.nominal from change where receivable_id = change.id and receivable_balance.nominal <> change.nominal
    ), dates as (
      -- a key that the channel's lines taught stays until the order tells its own
      update receivable set firm_on = change.firm_on, predicted_on = change.predicted_on, payment_ref = coalesce(change.payment_ref, receivable.payment_ref)
      from change where receivable.id = change.id
        and (receivable.firm_on is distinct from change.firm_on or receivable.predicted_on <> change.predicted_on or receivable.payment_ref is distinct from coalesce(change.payment_ref, receivable.payment_ref))
    )
    update receivable_terms set version = change.version, policy_id = change.policy, owed_back = change.owed_back, delivered = change.delivered, gross = change.gross, ${sql.raw(parts.map((name) => `${name} = change.${name}`).join(', '))}
    from change where receivable_id = change.id`.execute(tx)
  await sql`
    insert into receivable_change (receivable_id, version, kind, nominal)
    select id, version, kind, nominal from ${table(
      changes.filter(({ kind }) => kind !== ''),
      'change(id bigint, version int, kind text, nominal bigint)',
    )}`.execute(tx)
}
