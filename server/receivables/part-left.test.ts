import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { orderOf, seedProduct, seedShop } from '../../test/seed.ts'
import type { Product } from '../../test/seed.ts'
import { cancelItems, receiveOrders } from '../orders/index.ts'
import { expectedOf } from './expected.ts'
import { saveFeePolicy } from './policies.ts'

const db = await cloneDatabase()
let product: Product
beforeAll(async () => {
  await db.command(async (tx, actor) => {
    await seedShop(tx)
    product = await seedProduct(tx, actor, { stock: 100 })
    const { id: account } = await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 2,
      bands: [{ from_price: 0, commission_rate: '0.1', fixed_fee: 0 }],
    })
  })
})

test('of items that are taken off their part of the coupon goes too, and the freight of the parcel stays', async () => {
  const order = orderOf([{ sku: product.sku, quantity: 2, unit_price: 5_000 }], {
    charges: [
      { kind: 'coupon_seller', amount: 2_000 },
      { kind: 'freight_seller', amount: 1_500 },
      { kind: 'freight_buyer', amount: 900 },
    ],
  } as never)
  const { receipts } = await db.command((tx, actor) => receiveOrders(tx, { orders: [order] }, actor))
  const id = receipts[0]!.order!
  const [before] = await db.command((tx) => expectedOf(tx, [id]))
  expect(before).toMatchObject({ gross: 10_900, commission: 1_000, coupon: 2_000, freight: 1_500 })
  await db.command(async (tx, actor) => {
    const line = await tx.selectFrom('order_line').select('id').where('order_id', '=', id).executeTakeFirstOrThrow()
    await cancelItems(tx, { order: id, lines: [{ line: line.id, quantity: 1 }], reason: 'falta' }, actor)
  })
  const [after] = await db.command((tx) => expectedOf(tx, [id]))
  expect(after).toMatchObject({ gross: 5_900, commission: 500, coupon: 1_000, freight: 1_500, over: null })
})
