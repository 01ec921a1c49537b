import { createHmac } from 'node:crypto'
import { readForm, readNfe, serve, tokens } from './serve.ts'
import type { Said } from './serve.ts'

export const shopeePartner = { partner_id: '2001887', partner_key: 'shpk-chave-de-teste', shop_id: '600123' }
const failed = (error: string, message: string): Said => ({ status: 200, body: { request_id: 'r', error, message } })

/** Upload of the invoice document as Shopee documents it: signed calls, errors under HTTP 200. */
export async function simulateShopee() {
  const grants = tokens()
  const orders = new Map<string, { access_key: string | null }>()
  const simulator = await serve((asked) => {
    const { query } = asked
    const time = query.get('timestamp') ?? ''
    const open = asked.path === '/api/v2/auth/access_token/get'
    const token = query.get('access_token') ?? ''
    const base = [shopeePartner.partner_id, asked.path, time, ...(open ? [] : [token, shopeePartner.shop_id])].join('')
    if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return failed('error_param', 'Invalid timestamp.')
    if (query.get('sign') !== createHmac('sha256', shopeePartner.partner_key).update(base).digest('hex'))
      return { ...failed('error_sign', 'Wrong sign.'), status: 403 }
    if (open) return grants.trade((JSON.parse(asked.body.toString()) as { refresh_token: string }).refresh_token)
    // misspelt by the service itself
    if (!grants.valid(token)) return { ...failed('invalid_acceess_token', 'Invalid access_token.'), status: 403 }
    if (asked.path === '/api/v2/shop/get_shop_info') return { status: 200, body: { error: '', message: '', shop_name: 'Loja Teste' } }
    if (asked.path === '/api/v2/order/get_order_detail') {
      const order_sn = query.get('order_sn_list') ?? ''
      const order = orders.get(order_sn)
      const row = { order_sn, order_status: 'READY_TO_SHIP', invoice_data: order?.access_key ? { number: '1', access_key: order.access_key } : null }
      return { status: 200, body: { error: '', message: '', response: { order_list: order ? [row] : [] } } }
    }
    if (asked.path !== '/api/v2/order/upload_invoice_doc') return failed('error_not_found', 'Wrong path.')
    const { fields, file } = readForm(asked)
    const order = orders.get(fields['order_sn'] ?? '')
    if (!order) return failed('error_param', 'The information you queried is not found.')
    if (fields['file_type'] !== '4' || !file || file.bytes.length > 1024 * 1024) return failed('order.upload_invoice_error', 'File error.')
    const nota = readNfe(file.bytes.toString())
    if (!nota || nota.trial) return failed('order.upload_invoice_error', 'File error.')
    order.access_key = nota.key
    return { status: 200, body: { request_id: 'r', error: '', message: '' } }
  })
  return { ...simulator, grants, orders, expect: (order: string) => void orders.set(order, { access_key: null }) }
}
