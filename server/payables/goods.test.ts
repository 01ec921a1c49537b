import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { undone } from '../../test/undone.ts'
import { balances } from '../money/index.ts'
import type { Tx } from '../platform/db.ts'
import { followCosts } from '../pricing/index.ts'
import { moveStock, world } from '../stock/index.ts'
import { addPayable, cancelPayable, changePayable } from './index.ts'

/* A supplier's goods enter the stock once: when they are counted. His bill, before or after, says whom we owe for them. */

const db = await cloneDatabase()
const { actor } = db
let [supplier, product, shelf, receipt] = [0, 0, 0, 0]
beforeAll(async () => {
  await db.command(async (tx) => {
    const { rows } = await sql<{ supplier: number; product: number; shelf: number; receipt: number }>`
      with supplier as (insert into supplier (name, cnpj) values ('Fábrica de Potes', '33444555000181') returning id),
      product as (insert into product (sku, name) values ('POTE', 'Pote') returning id),
      cost as (insert into cost (product_id, supplier_id, since, unit_cost) select product.id, supplier.id, '2020-01-01', 10 from product, supplier),
      shelf as (insert into place (code, kind) values ('A-01', 'pick') returning id),
      receipt as (insert into receipt (supplier_id, reference) select id, 'NF 7' from supplier returning id)
      select supplier.id as supplier, product.id as product, shelf.id as shelf, receipt.id as receipt from supplier, product, shelf, receipt`.execute(tx)
    ;({ supplier, product, shelf, receipt } = rows[0]!)
  })
})

const count = async (tx: Tx, quantity: number) => {
  await moveStock(tx, [{ product, from: world.supplier, to: shelf, quantity, reason: 'receive', key: 'count', ref: { kind: 'receipt', id: receipt } }], actor)
  await followCosts(tx, actor)
}
const bill = (stock: boolean, amount: number) => ({
  kind: 'supplier' as const,
  supplier,
  beneficiary: 'Fábrica de Potes',
  document: null,
  description: '',
  number: '7',
  issued_on: null,
  due_on: '2030-01-10',
  amount,
  stock,
  discount: 0,
  method: 'boleto' as const,
  instalments: 1,
})
const type = async (tx: Tx, stock: boolean, amount = 30_00) => (await addPayable(tx, bill(stock, amount), actor)).payable
const books = async (tx: Tx) => Object.fromEntries((await balances(tx)).filter(({ balance }) => balance !== 0).map(({ code, balance }) => [code, balance]))
const worth = async (tx: Tx) => (await sql<{ value: number }>`select coalesce(sum(value), 0)::bigint as value from stock_value`.execute(tx)).rows[0]!.value

test('whether the goods or the bill come first, the stock grows once and nothing else is left than the debt', async () => {
  for (const billFirst of [true, false])
    await undone(db, async (tx) => {
      if (billFirst) await type(tx, true)
      await count(tx, 3)
      if (!billFirst) await type(tx, true)
      expect(await books(tx)).toEqual({ stock: 30_00, [`supplier:${supplier}`]: -30_00 })
      expect(await worth(tx)).toBe(30_00)
    })
})

test('a dearer bill leaves what it is dearer by to be seen, and the stock is worth what its costs say', () =>
  undone(db, async (tx) => {
    await count(tx, 3)
    await type(tx, true, 32_00)
    expect(await books(tx)).toEqual({ stock: 30_00, goods_received: 2_00, [`supplier:${supplier}`]: -32_00 })
  }))

test('counted goods wait for their bill; one for something else is an expense and answers for none of them', () =>
  undone(db, async (tx) => {
    await count(tx, 3)
    expect(await books(tx)).toEqual({ stock: 30_00, goods_received: -30_00 })
    await type(tx, false, 8_00)
    expect(await books(tx)).toEqual({ stock: 30_00, goods_received: -30_00, 'expense:supplies': 8_00, [`supplier:${supplier}`]: -8_00 })
  }))

test('a bill that is corrected or cancelled gives the books back', () =>
  undone(db, async (tx) => {
    await count(tx, 3)
    const before = await books(tx)
    const id = await type(tx, false)
    const { instalments: _, ...typed } = bill(true, 30_00)
    await changePayable(tx, { payable: id, ...typed }, actor)
    expect(await books(tx)).toEqual({ stock: 30_00, [`supplier:${supplier}`]: -30_00 })
    await cancelPayable(tx, { payable: id, reason: 'Lançada duas vezes' }, actor)
    expect(await books(tx)).toEqual(before)
  }))
