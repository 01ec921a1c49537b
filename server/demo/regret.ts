import { world } from '../stock/index.ts'
import { day, midnight, minute } from './calendar.ts'
import { step } from './parcel.ts'
import type { Parcel } from './parcel.ts'
import type { Chance } from './random.ts'
import type { Story } from './story.ts'

/** Days from today on which the files of the channels end, oldest first. */
export const fileEnds = Array.from({ length: 13 }, (_, week) => (week - 13) * 7 + 6)

/**
 * Within seven days of the delivery a buyer may regret (CDC, art. 49). On Shopee the money has not been released then; Mercado Livre has paid already, and takes it
 * back in a later report. Only goods whose freight the buyer paid: a channel keeps the freight of the others.
 */
export function mayRegret(story: Story, luck: Chance, parcel: Parcel, door: number, now: number): void {
  const { account, total } = parcel.sale
  if (!luck.once(0.02) || (account.code !== 'shopee' && (account.code !== 'mercado-livre' || total >= 7900))) return
  const delivered = Math.round((midnight(door) - midnight(now)) / day)
  const reported = account.code === 'shopee' ? undefined : fileEnds.find((end) => end >= delivered + 3)
  const regrets = Math.max(delivered + (account.code === 'shopee' ? 4 : 5), reported === undefined ? -90 : reported + 1)
  const at = midnight(now, regrets) + luck.between(9 * 60, 18 * 60) * minute
  if (regrets > -2) return
  step(story, parcel, 'turn_back', at, 'Transportadora', 'returning', { reason: 'Arrependimento do comprador' })
  const home = at + 5 * day
  if (home > now) return
  step(story, parcel, 'receive_return', home, 'Recebimento 1', 'returned')
  for (const { product, quantity } of parcel.parts)
    story.moves.push({
      product: product.id,
      from: world.customer,
      to: world.quarantine,
      quantity,
      reason: 'return',
      at: home,
      who: 'Recebimento 1',
      ref: ['shipment', parcel.shipment],
    })
}
