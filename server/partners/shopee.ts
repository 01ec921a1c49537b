import { createHmac } from 'node:crypto'
import { call, form } from '../platform/call.ts'
import type { NoReply, Reply } from '../platform/call.ts'
import { renewed } from './oauth.ts'
import { accepted, at, common, list, refused, saysOf, text, uncertain, unread } from './port.ts'
import type { Answer, Desk, Finding, Port } from './port.ts'

/*
 * Shopee Open Platform v2: upload_invoice_doc takes the XML of an order (file_type 4, at most 1 MB) before ship_order. Errors come
 * with HTTP 200 and `error` filled. What they hold is read in get_order_detail, `invoice_data.access_key`: get_buyer_invoice_info
 * is not for Brazil. Each call is signed over partner id, path, time, token and shop.
 */

const who = 'A Shopee'
const megabyte = 1024 * 1024

export const shopee: Port = {
  async consult(desk, parcel): Promise<Finding> {
    if (!parcel.order) return noOrder
    const reply = await ask(desk, 'GET', '/api/v2/order/get_order_detail', { order_sn_list: parcel.order.externalId, response_optional_fields: 'invoice_data' })
    const trouble = unread(reply, who) ?? troubleOf(reply as Reply)
    if (trouble) return trouble.state === 'refused' && trouble.code === 'error_param' ? { state: 'absent' } : trouble
    const order = list(at((reply as Reply).json, 'response', 'order_list')).find((row) => at(row, 'order_sn') === parcel.order?.externalId)
    if (!order) return refused('unknown_order', `A Shopee não conhece o pedido ${parcel.order.externalId} nesta loja. Confira o Shop ID do parceiro`)
    const key = at(order, 'invoice_data', 'access_key')
    if (key === parcel.nota.key) return accepted('A Shopee tem a nota deste pedido')
    // another file may be sent over it; the last one counts
    return { state: 'absent' }
  },

  async send(desk, parcel): Promise<Answer> {
    if (!parcel.order) return noOrder
    if (parcel.xml.length > megabyte) return refused('too_large', 'O XML passa de 1 MB, o limite da Shopee')
    if (parcel.shipment && parcel.shipment.number > 1)
      return refused(
        'one_per_order',
        `A Shopee guarda uma nota por pedido, e o pedido foi dividido em ${parcel.shipment.of} envios. Envie esta no painel da Shopee`,
      )
    const { body, headers } = form(
      { order_sn: parcel.order.externalId, file_type: '4' },
      { name: 'file', filename: `${parcel.nota.key}.xml`, type: 'application/xml', bytes: parcel.xml },
      `retaguarda${parcel.nota.key}`,
    )
    const reply = await ask(desk, 'POST', '/api/v2/order/upload_invoice_doc', {}, body, headers)
    return common(reply, who) ?? troubleOf(reply as Reply) ?? accepted('Nota aceita pela Shopee')
  },

  async test(desk) {
    const reply = await ask(desk, 'GET', '/api/v2/shop/get_shop_info', {})
    const trouble = unread(reply, who) ?? troubleOf(reply as Reply)
    if (trouble) return { passed: false, words: trouble.words }
    const name = at((reply as Reply).json, 'shop_name')
    return { passed: true, words: `Acesso confirmado${typeof name === 'string' ? ` para ${name}` : ''}` }
  },

  async renew(desk) {
    const path = '/api/v2/auth/access_token/get'
    const time = seconds()
    const reply = await call({
      method: 'POST',
      url: `${text(desk.settings['base'])}${path}?${new URLSearchParams({ partner_id: partnerOf(desk), timestamp: time, sign: signature(desk, path, time) })}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: desk.secrets['refresh_token'], partner_id: Number(partnerOf(desk)), shop_id: Number(desk.settings['shop_id']) }),
    })
    return reply.status === 0 && 'sent' in reply ? { words: `A autorização não respondeu: ${reply.reason}` } : renewed(reply as Reply)
  },
}

const noOrder = refused('no_order', 'A nota não é de um pedido da Shopee')
const seconds = () => String(Math.floor(Date.now() / 1000))
const partnerOf = ({ settings }: Desk) => String(settings['partner_id'])

/** HMAC-SHA256 with the partner key over the parts joined without anything between. */
function signature(desk: Desk, path: string, time: string, ...rest: string[]) {
  return createHmac('sha256', desk.secrets['partner_key'] ?? '')
    .update([partnerOf(desk), path, time, ...rest].join(''))
    .digest('hex')
}

function ask(
  desk: Desk,
  method: 'GET' | 'POST',
  path: string,
  query: Record<string, string>,
  body?: Buffer,
  headers: Record<string, string> = {},
): Promise<Reply | NoReply> {
  const time = seconds()
  const token = desk.secrets['access_token'] ?? ''
  const shop = String(desk.settings['shop_id'])
  const search = new URLSearchParams({
    ...query,
    partner_id: partnerOf(desk),
    timestamp: time,
    access_token: token,
    shop_id: shop,
    sign: signature(desk, path, time, token, shop),
  })
  return call({ method, url: `${text(desk.settings['base'])}${path}?${search}`, headers, ...(body ? { body } : {}) })
}

/** Shopee's errors come in the body, some with a blank at the end and one misspelt in the service itself. */
function troubleOf(reply: Reply): Answer | null {
  const error = String(at(reply.json, 'error') ?? '').trim()
  const message = String(at(reply.json, 'message') ?? '').trim()
  if (reply.status === 200 && reply.json !== null && error === '') return null
  if (/acc?e*ss_token|error_auth|error_permission|invalid_partner|error_sign/i.test(error))
    return {
      state: 'wait',
      code: 'unauthorised',
      words: `A Shopee não aceitou o acesso: ${message || error}. Autorize a loja de novo em Configurações, Parceiros`,
      everybody: true,
    }
  if (/limit|too_many/i.test(error)) return { state: 'wait', code: 'too_many', words: 'A Shopee pediu para ir mais devagar', everybody: true, seconds: 60 }
  if (/^error_(server|network|database|inner|system)/.test(error) || /try again later/i.test(message))
    return uncertain(error, `A Shopee teve um erro (${message || error}); vamos ler lá se a nota chegou`)
  if (!error) return uncertain('unreadable', `A Shopee respondeu ${reply.status}: ${saysOf(reply)}`)
  if (/file error/i.test(message)) return refused(error, 'A Shopee não leu o arquivo da nota. Confira se o XML é de uma nota autorizada em produção')
  return refused(error, `A Shopee recusou a nota: ${message || error}`)
}
