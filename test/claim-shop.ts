import { sql } from 'kysely'
import { beforeAll, expect } from 'vitest'
import { balances } from '../server/money/index.ts'
import { receiveOrders } from '../server/orders/index.ts'
import { followOrders, saveFeePolicy } from '../server/receivables/index.ts'
import { findClaims, takeInSettlement } from '../server/reconciliation/index.ts'
import type { SettlementLine } from '../server/reconciliation/index.ts'
import type { TestDatabase } from './database.ts'
import { orderOf, seedProduct, seedShop } from './seed.ts'
import type { Product } from './seed.ts'
import { settlementOf } from './settlement-lines.ts'

// a sale of R$ 200,00: commission 16 %, fixed fee R$ 5,00, freight R$ 20,00: R$ 143,00
const approved = '2026-06-01T15:00:00Z'
export const nominal = 14_300
/** The line that pays such a sale rightly. */
export const good = { gross: 20_000, fees: { commission: -3_200, fixed: -500, shipping: -2_000 }, net: nominal }
export type Said = Partial<Pick<SettlementLine, 'externalOrder' | 'paymentRef' | 'kind' | 'word' | 'gross' | 'net' | 'fees' | 'paidOn' | 'approvedAt' | 'sku'>>

/** A shop with one channel account, whose sales are all alike. Call at the top of a test file. */
export function claimShop(db: TestDatabase) {
  let account = 0
  let product: Product
  beforeAll(async () => {
    await db.command(async (tx, actor) => {
      await seedShop(tx)
      product = await seedProduct(tx, actor, { stock: 1000 })
      account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
      await saveFeePolicy(tx, {
        account,
        valid_from: '2020-01-01',
        release_after: 'approval',
        release_days: 9,
        bands: [{ from_price: 0, commission_rate: '0.16', fixed_fee: 500 }],
      })
    })
  })

  /** An order that was delivered, with its receivable; due on 10/06/2026. */
  async function sell(key: string) {
    await db.command(async (tx, actor) => {
      const order = orderOf([{ sku: product.sku, unit_price: 20_000 }], {
        external_id: key,
        placed_at: approved,
        approved_at: approved,
        charges: [{ kind: 'freight_seller', amount: 2_000 }],
      } as never)
      const { receipts } = await receiveOrders(tx, { orders: [order] }, actor)
      expect(receipts[0]!.faults ?? []).toEqual([])
      await followOrders(tx, actor)
      await sql`update receivable_terms set delivered = true where receivable_id in (select id from receivable where external_order = ${key})`.execute(tx)
    })
  }

  let files = 0
  async function take(said: Said[]) {
    const number = ++files
    // the same words in another file are another line
    const lines = said.map((one, index) => ({ word: 'payment', gross: 0, net: 0, paidOn: '2026-06-10', raw: `${number} ${index}`, ...one }))
    const taken = await db.command((tx) => takeInSettlement(tx, settlementOf(account, `arquivo ${number}.csv`, lines), db.actor))
    await find()
    return taken
  }
  const ledger = async () => Object.fromEntries((await db.command((tx) => balances(tx))).map(({ code, balance }) => [code.split(':')[0]!, balance]))
  const find = () => db.command((tx) => findClaims(tx, { account }, db.actor))
  return { account: () => account, sell, take, ledger, find }
}
