import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { receiveOrders } from '../orders/index.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { minute } from './calendar.ts'
import type { Catalogue } from './catalogue.ts'
import type { Market } from './sales.ts'
import type { Work } from './shift-work.ts'

/** The orders that came since the last truck and wait for the floor: received by the use case itself. */
export async function receiveMorning(tx: Tx, work: Work, market: Market, catalogue: Catalogue, actor: Actor, short: ReadonlySet<string>, now: number): Promise<void> {
  const orders: OrderAsSent[] = Array.from({ length: 120 }, (_, index) => market.next(now - (15 + (119 - index) * 6) * minute).sent)
  const { receipts } = await receiveOrders(tx, { orders }, actor)
  const refused = receipts.find(({ result }) => result !== 'created')
  if (refused) throw new Error(`the demo's own order was ${refused.result}: ${JSON.stringify(refused.faults)}`)
  void work
  void catalogue
  void short
}
