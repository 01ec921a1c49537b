import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { claimShop, good, nominal } from '../../test/claim-shop.ts'
import { cloneDatabase } from '../../test/database.ts'
import { refreshReceivables } from '../receivables/index.ts'
import { jobs } from './jobs.ts'
import { settleLine } from './settle-line.ts'

const db = await cloneDatabase()
const { account, sell, take } = claimShop(db)
const half = { gross: 10_000, fees: { commission: -1_600, fixed: -500, shipping: -2_000 }, net: 5_900 }

/** What the order owes now, and what its lines are. */
const outcome = async (key: string) => {
  const { rows } = await db.pool.query(
    `select nominal, allocated, (select array_agg(reason) from m_teste.open_line where external_order = $1 or payment_ref = $1) as open
     from m_teste.receivable join m_teste.receivable_balance on receivable_id = id where external_order = $1`,
    [key],
  )
  return { nominal: Number(rows[0]?.nominal), allocated: Number(rows[0]?.allocated), open: rows[0]?.open ?? [] }
}
/** Of an order of R$ 200,00 half of the goods is taken off. */
const halve = (key: string) =>
  db.command(async (tx, actor) => {
    const { rows } = await sql<{ id: number }>`
      update order_line set unit_price = unit_price / 2 where order_id = (select id from sales_order where external_id = ${key}) returning order_id as id`.execute(
      tx,
    )
    await refreshReceivables(tx, [rows[0]!.id], actor)
  })
/** The jobs that wait, done as the worker does them. @returns how many accounts are looked at */
async function work() {
  const { rows } = await db.pool.query(`
    with taken as (delete from graphile_worker._private_jobs where task_id = (select id from graphile_worker._private_tasks where identifier = 'match_again') returning payload)
    select payload from taken`)
  for (const { payload } of rows) await run('match_again', payload)
  return rows.length
}
const run = (job: 'match_again' | 'find_claims', payload: object) =>
  (jobs[job] as unknown as (job: object) => Promise<void>)({ app: { pool: db.pool }, merchant: db.actor.merchant, payload })

test('a line that came before the order lost half of its goods settles what is left, as one that came after', async () => {
  await sell('antes-1')
  await take([{ externalOrder: 'antes-1', ...half }])
  expect(await outcome('antes-1')).toEqual({ nominal, allocated: 0, open: ['divergent'] })
  await halve('antes-1')
  expect(await work()).toBe(1)
  await sell('depois-1')
  await halve('depois-1')
  await take([{ externalOrder: 'depois-1', ...half }])
  expect(await outcome('antes-1')).toEqual({ nominal: 5_900, allocated: 5_900, open: [] })
  expect(await outcome('depois-1')).toEqual(await outcome('antes-1'))
})

test('a line that came before its order waits for it, and other orders wake nobody', async () => {
  await take([{ externalOrder: 'cedo-1', ...good }])
  await sell('outra-1')
  expect(await work()).toBe(0)
  await sell('cedo-1')
  expect(await work()).toBe(1)
  expect(await outcome('cedo-1')).toEqual({ nominal, allocated: nominal, open: [] })
})

test('a line without a key between two equal sales settles the one that is left when a person settled the other: beside the next file', async () => {
  const { rows } = await db.pool.query(
    `select receivable_id as id from m_teste.receivable join m_teste.receivable_balance on receivable_id = id where external_order = 'outra-1' and allocated = 0`,
  )
  await sell('gemea-1')
  await take([
    { ...good, approvedAt: '2026-06-01T15:00:00Z' },
    { externalOrder: 'de-outro-sistema', gross: 14_000, net: 14_000 },
  ])
  const reasons = async () => (await db.pool.query(`select reason from m_teste.open_line order by line_id`)).rows.map(({ reason }) => reason)
  expect(await reasons()).toEqual(['no_key', 'unknown_order'])
  const { rows: lines } = await db.pool.query(`select line_id as id from m_teste.open_line where reason = 'unknown_order'`)
  await db.command((tx) => settleLine(tx, { line: lines[0].id, receivable: rows[0].id, how: 'full', ask: false }, db.actor))
  await take([{ externalOrder: 'outro-assunto', gross: 999, net: 999 }])
  expect(await reasons()).toEqual(['no_key', 'unknown_order'])
  await run('find_claims', { account: account() })
  expect(await outcome('gemea-1')).toEqual({ nominal, allocated: nominal, open: [] })
  expect(await reasons()).toEqual(['unknown_order'])
})
