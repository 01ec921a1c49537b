import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import { undone } from '../../test/undone.ts'
import type { Tx } from '../platform/db.ts'
import { receiveOrders } from '../orders/index.ts'
import { followOrders, saveFeePolicy } from './index.ts'

const db = await cloneDatabase()
const count = 50

const counted = async (tx: Tx) =>
  (
    await sql<{
      name: string
      tuples: number
    }>`select relname as name, reltuples::int as tuples from pg_class where relnamespace = current_schema()::regnamespace and relname in ('receivable', 'receivable_balance', 'receivable_terms') order by 1`.execute(
      tx,
    )
  ).rows

test('orders are followed with their tables counted anew, where PostgreSQL counted them after a crash and found nothing', async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    const product = await seedProduct(tx, actor, { stock: 1_000 })
    const { id: account } = await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 7,
      bands: [{ from_price: 0, commission_rate: '0.14', fixed_fee: 0 }],
    })
    await receiveOrders(tx, { orders: Array.from({ length: count }, () => orderOf([{ sku: product.sku, quantity: 1, unit_price: 10_000 }])) }, actor)
  })
  const follow = (tx: Tx) => followOrders(tx, db.actor)
  expect(await undone(db, follow)).toMatchObject({ changed: count })
  await db.command((tx) => sql`analyze`.execute(tx))
  expect((await db.command(counted)).map(({ tuples }) => tuples)).toEqual([0, 0, 0])

  const found = await undone(db, async (tx) => {
    await follow(tx)
    return counted(tx)
  })
  expect(found.map(({ tuples }) => tuples)).toEqual([count, count, count])
})
