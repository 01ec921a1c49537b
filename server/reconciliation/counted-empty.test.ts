import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import type { Tx } from '../platform/db.ts'
import { openLines, takeInSettlement } from './index.ts'

const db = await cloneDatabase()
const count = 1_200

/** As many sales as lines that pay half of each: all of them stay open beside what was expected. */
async function load(tx: Tx) {
  const { rows } = await sql<{ id: number }>`insert into channel_account (code, name, kind) values ('loja', 'Loja', 'own_site') returning id`.execute(tx)
  const account = rows[0]!.id
  await sql`
    with sold as (
      insert into receivable (account_id, external_order, approved_on, predicted_on) select ${account}, 'P' || n, '2026-06-01', '2026-06-15' from generate_series(1, ${count}::int) n returning id
    ) insert into receivable_balance (receivable_id, nominal) select id, 1000 from sold`.execute(tx)
  const lines = Array.from({ length: count }, (_, index) => ({ externalOrder: `P${index + 1}`, gross: 500, net: 500, paidOn: '2026-06-15' }))
  const taken = await takeInSettlement(tx, settlementOf(account, 'lines', lines), db.actor)
  return { taken, open: await openLines(tx, { account }) }
}

test('a file after a load that was taken back is no slower than another: PostgreSQL counted its tables while they were empty', async () => {
  await undone(db, load)
  const { rows } = await db.command(async (tx) => {
    await sql`analyze`.execute(tx)
    return sql<{
      tuples: number
      pages: boolean
    }>`select reltuples::int as tuples, relpages > 0 as pages from pg_class where oid = 'receivable'::regclass`.execute(tx)
  })
  expect(rows).toEqual([{ tuples: 0, pages: true }])
  // minutes, where it plans for empty tables
  const { taken, open } = await undone(db, load)
  expect(taken).toMatchObject({ fresh: count, key: 0, open: count })
  expect(open.every(({ reason, expected }) => reason === 'divergent' && expected === 1_000)).toBe(true)
})

test('counting waits for nobody who counts the same table', async () => {
  await undone(db, load)
  await db.command((tx) => sql`analyze`.execute(tx))
  await db.command(async (tx) => {
    await sql`lock table open_line in share update exclusive mode`.execute(tx)
    expect((await undone(db, load)).open).toHaveLength(count)
  })
})
