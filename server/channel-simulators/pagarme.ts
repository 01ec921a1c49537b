import { pagarmePayables } from './pagarme-payables.ts'
import { saoPaulo } from './sale.ts'
import type { Asked, Said } from './serve.ts'
import type { Shop } from './shop.ts'

export const pagarmeKey = 'sk_test_chave_de_teste'

/**
 * GET /core/v5/payables as it is since 2026-08-28 (docs.pagar.me/docs/financeiro): two years of history, pages by cursor only, so that `page` changes nothing. Filters as in
 * the reference (payment_date_since, payment_date_until, status); `paging.forward_cursor` as two public clients of 2026 read it.
 */
export const pagarme = (shop: Shop) => ({
  answer({ path, query, headers }: Asked): Said {
    if (headers['authorization'] !== `Basic ${Buffer.from(`${pagarmeKey}:`).toString('base64')}`)
      return { status: 401, body: { message: 'Authorization has been denied for this request.' } }
    if (path !== '/core/v5/payables') return { status: 404, body: { message: 'Not Found' } }
    const size = Number(query.get('size') ?? 10)
    if (!(size >= 1 && size <= 100)) return { status: 422, body: { message: 'The request is invalid.', errors: { size: ['size must be between 1 and 100'] } } }
    const oldest = saoPaulo(new Date(shop.now() - 730 * 86_400_000).toISOString())
    const [since, until] = [query.get('payment_date_since') ?? oldest, query.get('payment_date_until') ?? '9999-12-31']
    const all = shop.mood.late
      ? []
      : pagarmePayables(shop.sales(), { paidUntil: saoPaulo(new Date(shop.now()).toISOString()) })
          .filter(({ payment_date, status }) => {
            const day = payment_date.slice(0, 10)
            return day >= since && day <= until && day >= oldest && !shop.mood.without.has(day) && (!query.has('status') || query.get('status') === status)
          })
          .flatMap((payable) => (shop.mood.twice ? [payable, payable] : [payable]))
    const from = Number(Buffer.from(query.get('forward_cursor') ?? '', 'base64url').toString() || 0)
    const next = from + size < all.length ? Buffer.from(String(from + size)).toString('base64url') : null
    return { status: 200, body: { data: all.slice(from, from + size), paging: { forward_cursor: next } } }
  },
})
