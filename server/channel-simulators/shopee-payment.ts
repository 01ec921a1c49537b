import { createHmac } from 'node:crypto'
import { saoPaulo } from './sale.ts'
import { tokens } from './serve.ts'
import type { Asked, Said } from './serve.ts'
import type { Shop } from './shop.ts'
import { shopeeDetail, shopeeReleases } from './shopee-escrow.ts'
import { shopeePartner } from './shopee.ts'

const failed = (error: string, message: string, status = 200): Said => ({ status, body: { request_id: 'r', error, message } })
const said = (response: unknown): Said => ({ status: 200, body: { request_id: 'r', error: '', message: '', response } })

interface Transaction {
  status: 'COMPLETED'
  transaction_type: string
  amount: number
  current_balance: number
  create_time: number
  order_sn: string
  withdrawal_id?: number
  money_flow: 'MONEY_IN' | 'MONEY_OUT'
}

/**
 * v2.payment of Shopee as documented (open.shopee.com, module 97; samples in shared/channels/shopee): get_escrow_list by release time, get_escrow_detail by order,
 * get_wallet_transaction_list within 15 days. Signed over partner, path, time, token and shop; a call older than five minutes is refused.
 */
export function shopeePayment(shop: Shop) {
  const grants = tokens()
  const withdrawals: { id: number; at: number; amount: number }[] = []
  const releases = (from: number, until: number) =>
    shop.mood.late
      ? []
      : shopeeReleases(shop.sales(), { from: new Date(from * 1000).toISOString(), until: new Date(Math.min(until * 1000, shop.now())).toISOString() }).filter(
          ({ escrow_release_time }) => !shop.mood.without.has(saoPaulo(new Date(escrow_release_time * 1000).toISOString())),
        )

  function wallet(): Transaction[] {
    const moves = [
      ...releases(0, shop.now() / 1000).map(({ order_sn, payout_amount, escrow_release_time }) => ({
        at: escrow_release_time,
        centavos: Math.round(payout_amount * 100),
        order_sn,
        id: null,
      })),
      ...withdrawals.map(({ id, at, amount }) => ({ at, centavos: -amount, order_sn: '', id })),
    ].toSorted((left, right) => left.at - right.at)
    let balance = 0
    return moves.map(({ at, centavos, order_sn, id }) => {
      balance += centavos
      return {
        status: 'COMPLETED',
        transaction_type: id !== null ? 'WITHDRAWAL_CREATED' : centavos < 0 ? 'ESCROW_VERIFIED_MINUS' : 'ESCROW_VERIFIED_ADD',
        amount: centavos / 100,
        current_balance: balance / 100,
        create_time: at,
        order_sn,
        ...(id === null ? {} : { withdrawal_id: id }),
        money_flow: centavos < 0 ? 'MONEY_OUT' : 'MONEY_IN',
      }
    })
  }

  return {
    grants,
    withdraw: (amount: number, at = shop.now()) => {
      const withdrawal = { id: 70_001 + withdrawals.length, at: Math.floor(at / 1000), amount }
      withdrawals.push(withdrawal)
      return withdrawal
    },
    answer({ path, query, body }: Asked): Said {
      const time = query.get('timestamp') ?? ''
      const token = query.get('access_token') ?? ''
      const open = path === '/api/v2/auth/access_token/get'
      const base = [shopeePartner.partner_id, path, time, ...(open ? [] : [token, shopeePartner.shop_id])].join('')
      if (!(Math.abs(shop.now() / 1000 - Number(time)) <= 300)) return failed('error_param', 'Invalid timestamp.', 403)
      if (
        query.get('partner_id') !== shopeePartner.partner_id ||
        query.get('sign') !== createHmac('sha256', shopeePartner.partner_key).update(base).digest('hex')
      )
        return failed('error_sign', 'Wrong sign.', 403)
      if (open) return grants.trade((JSON.parse(body.toString()) as { refresh_token: string }).refresh_token)
      // misspelt by the service itself
      if (!grants.valid(token)) return failed('invalid_acceess_token', 'Invalid access_token.', 403)
      const [page, size] = [Number(query.get('page_no') ?? 1), Number(query.get('page_size') ?? 40)]
      const [listing, detail] = ['/api/v2/payment/get_escrow_list', '/api/v2/payment/get_escrow_detail']
      if (path === detail) {
        const sale = shop.sales().find(({ order }) => order === query.get('order_sn'))
        return sale
          ? said(shopeeDetail(sale))
          : failed('order_not_found', 'Order SN provided is invalid or does not belong to you. Please enter a valid Order SN.')
      }
      if (!(size >= 1 && size <= 100)) return failed('error_param', 'Invalid page_size parameter. Please provide a valid value between 1 and 100.')
      if (path === listing) {
        const [from, until] = [Number(query.get('release_time_from')), Number(query.get('release_time_to'))]
        if (!from || !until || from > until) return failed('error_param', 'release_time_from and/or release_time_to parameter is missing or invalid.')
        const all = releases(from, until).flatMap((row) => (shop.mood.twice ? [row, row] : [row]))
        return said({ more: page * size < all.length, escrow_list: all.slice((page - 1) * size, page * size) })
      }
      if (path !== '/api/v2/payment/get_wallet_transaction_list') return failed('error_not_found', 'Wrong path.')
      const [from, until] = [Number(query.get('create_time_from')), Number(query.get('create_time_to'))]
      if (from > until) return failed('time_invalid', 'The param error: create_time_from bigger than create_time_to.')
      if (until - from > 15 * 86_400) return failed('time_period_too_large', 'The param error: time period too large.')
      const all = wallet().filter(({ create_time }) => create_time >= from && create_time <= until)
      // pages of this one are counted from 0
      return said({ more: (page + 1) * size < all.length, transaction_list: all.slice(page * size, (page + 1) * size) })
    },
  }
}
