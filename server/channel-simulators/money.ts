import { z } from 'zod'
import { amazonApp, amazonReports } from './amazon-reports.ts'
import { mercadoPago, mercadoPagoToken } from './mercado-pago.ts'
import { pagarme, pagarmeKey } from './pagarme.ts'
import type { MoneyChannel, Sale } from './sale.ts'
import { serve } from './serve.ts'
import type { Asked, Said, Trouble } from './serve.ts'
import { openShop } from './shop.ts'
import { shopeePartner } from './shopee.ts'
import { shopeePayment } from './shopee-payment.ts'

/** What opens each channel of the simulator; a source of reports is saved with it. */
export const moneyKeys = {
  mercado_pago: { settings: {}, secrets: { access_token: mercadoPagoToken } },
  shopee: {
    settings: { partner_id: shopeePartner.partner_id, shop_id: shopeePartner.shop_id },
    secrets: { partner_key: shopeePartner.partner_key, refresh_token: 'refresh-0' },
  },
  amazon: { settings: { client_id: amazonApp.client_id }, secrets: { client_secret: amazonApp.client_secret, refresh_token: amazonApp.refresh_token } },
  pagarme: { settings: {}, secrets: { secret_key: pagarmeKey } },
}

const channel = z.enum(['mercado_pago', 'shopee', 'amazon', 'pagarme'])
const said = z.object({ status: z.int().min(200).max(599), body: z.unknown().optional(), headers: z.record(z.string(), z.string()).exactOptional() })
const trouble: z.ZodType<Trouble> = z.union([
  z.strictObject({ instead: said }),
  z.strictObject({ lost: z.enum(['dropped', 'silence']) }),
  z.strictObject({ after: said }),
  z.strictObject({ cut: z.int().min(0) }),
])
const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}, 'not a regular expression')
const order = z.object({ order: z.string(), amount: z.int(), approvedAt: z.iso.datetime(), delivered: z.iso.date().nullable() }).loose()
/** What may be asked of the simulator while it runs. */
const command = z.strictObject({
  tell: z.object({ channel, sales: z.array(order as unknown as z.ZodType<Sale>) }).optional(),
  mood: z.object({ channel, late: z.boolean().optional(), twice: z.boolean().optional(), without: z.array(z.string()).optional() }).optional(),
  settle: z.object({ from: z.string(), until: z.string() }).optional(),
  withdraw: z.object({ channel: z.enum(['mercado_pago', 'shopee']), amount: z.int() }).optional(),
  disturb: z
    .object({
      trouble,
      method: z.string().exactOptional(),
      path: pattern.optional(),
      times: z.int().exactOptional(),
      after: z.int().exactOptional(),
    })
    .optional(),
})

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

/**
 * The report and payout APIs of four channels on one address of this machine, for their paths differ. `tell` what was sold, and their reports say it; `mood` makes them
 * late, doubled or full of holes, `disturb` breaks single calls (401, 429, 5xx, silence, a download that breaks off). The same by `POST /_control` with
 * { tell: { channel, sales } }, { mood: { channel, late, twice, without } }, { settle: { from, until } }, { withdraw: { channel, amount } } or
 * { disturb: { trouble, method, path, times, after } } (`path` as the source of a regular expression). `now` is the time there.
 */
export async function startMoneySimulator({ now = Date.now, port = 0 }: { now?: () => number; port?: number } = {}) {
  const shops = { mercado_pago: openShop(now), shopee: openShop(now), amazon: openShop(now), pagarme: openShop(now) }
  let url = ''
  const channels = {
    mercado_pago: mercadoPago(shops.mercado_pago),
    shopee: shopeePayment(shops.shopee),
    amazon: amazonReports(shops.amazon, () => url),
    pagarme: pagarme(shops.pagarme),
  }
  const tell = (channel: MoneyChannel, sales: Sale[]) => shops[channel].tell(sales)

  function control({ method, body }: Asked): Said {
    if (method !== 'POST') return { status: 200, body: Object.fromEntries(Object.entries(shops).map(([name, shop]) => [name, { sales: shop.sales().length }])) }
    const read = command.safeParse(jsonOf(body))
    if (!read.success) return { status: 400, body: { message: z.prettifyError(read.error) } }
    const asked = read.data
    if (asked.tell) tell(asked.tell.channel, asked.tell.sales)
    if (asked.mood) {
      const { channel, without, ...rest } = asked.mood
      Object.assign(shops[channel].mood, rest, without ? { without: new Set(without) } : {})
    }
    if (asked.settle) channels.amazon.settle(asked.settle)
    if (asked.withdraw) channels[asked.withdraw.channel].withdraw(asked.withdraw.amount)
    if (asked.disturb) {
      const { trouble, path, ...which } = asked.disturb
      simulator.disturb(trouble, { ...which, ...(path ? { path: new RegExp(path) } : {}) })
    }
    return { status: 200, body: { done: true } }
  }

  const simulator = await serve((asked) => {
    if (asked.path === '/_control') return control(asked)
    if (asked.path.startsWith('/v1/account/')) return channels.mercado_pago.answer(asked)
    if (asked.path.startsWith('/api/v2/')) return channels.shopee.answer(asked)
    if (asked.path.startsWith('/core/v5/')) return channels.pagarme.answer(asked)
    return channels.amazon.answer(asked)
  }, port)
  url = simulator.url
  const moods = { mercado_pago: shops.mercado_pago.mood, shopee: shops.shopee.mood, amazon: shops.amazon.mood, pagarme: shops.pagarme.mood }
  return { ...simulator, ...channels, tell, mood: moods }
}
