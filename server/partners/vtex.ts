import { call } from '../platform/call.ts'
import type { Reply, Request } from '../platform/call.ts'
import { accepted, at, common, idOf, list, refused, saysOf, text, uncertain, unread } from './port.ts'
import type { Answer, Desk, Finding, Parcel, Port } from './port.ts'

/*
 * VTEX OMS: POST /api/oms/pvt/orders/{id}/invoice with the XML embedded. A number sent twice makes a second receipt, so the
 * order's packages are read before any repetition. Tracking is added later to the same invoice number.
 */

const who = 'A VTEX'

export const vtex: Port = {
  async consult(desk, parcel): Promise<Finding> {
    if (!parcel.order) return noOrder
    const reply = await ask(desk, { method: 'GET', url: pathOf(parcel) })
    const trouble = unread(reply, who)
    if (trouble) return trouble
    const { status, json } = reply as Reply
    if (status === 404) return refused('unknown_order', `A VTEX não conhece o pedido ${parcel.order.externalId} nesta conta`)
    if (status !== 200) return uncertain('unreadable', `${who} respondeu à consulta com ${status}: ${saysOf(reply as Reply)}`)
    const packages = list(at(json, 'packageAttachment', 'packages'))
    if (packages.some((box) => at(box, 'invoiceKey') === parcel.nota.key)) return accepted('A VTEX tem a nota deste pedido')
    if (packages.some((box) => at(box, 'invoiceNumber') === numberOf(parcel)))
      return refused('number_taken', `O pedido já tem na VTEX uma nota de número ${numberOf(parcel)} com outra chave`)
    return { state: 'absent' }
  },

  async send(desk, parcel): Promise<Answer> {
    if (!parcel.order) return noOrder
    const items = itemsOf(parcel)
    if (!items.length) return refused('no_items', 'Não há itens deste envio para informar à VTEX')
    const reply = await ask(desk, {
      method: 'POST',
      url: `${pathOf(parcel)}/invoice`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'Output',
        issuanceDate: parcel.nota.issuedAt,
        invoiceNumber: numberOf(parcel),
        invoiceValue: String(parcel.nota.total ?? 0),
        invoiceKey: parcel.nota.key,
        invoiceUrl: String(desk.settings['link']).replaceAll('{chave}', parcel.nota.key),
        embeddedInvoice: parcel.xml.toString('utf8'),
        items,
      }),
    })
    const trouble = common(reply, who)
    if (trouble) return trouble
    const done = reply as Reply
    if (done.status < 300) return accepted('Nota registrada no pedido', idOf(at(done.json, 'receipt')) ?? undefined)
    return refused(idOf(at(done.json, 'error', 'code')) ?? `http_${done.status}`, `A VTEX recusou a nota: ${saysOf(done)}`)
  },

  async test(desk) {
    const reply = await ask(desk, { method: 'GET', url: '/api/oms/pvt/orders?per_page=1' })
    const trouble = unread(reply, who)
    if (trouble) return { passed: false, words: trouble.words }
    return (reply as Reply).status === 200
      ? { passed: true, words: `Acesso confirmado à conta ${String(desk.settings['account_name'])}` }
      : { passed: false, words: saysOf(reply as Reply) }
  },
}

const noOrder = refused('no_order', 'A nota não é de um pedido da VTEX')
const numberOf = ({ nota }: Parcel) => String(nota.number ?? nota.key.slice(25, 34))
const pathOf = ({ order }: Parcel) => `/api/oms/pvt/orders/${encodeURIComponent(order?.externalId ?? '')}`

function ask({ settings, secrets }: Desk, { url, headers, ...rest }: Request) {
  const base = text(settings['base']) || `https://${encodeURIComponent(text(settings['account_name']))}.vtexcommercestable.com.br`
  return call({
    ...rest,
    url: base + url,
    headers: { 'x-vtex-api-appkey': String(settings['app_key']), 'x-vtex-api-apptoken': secrets['app_token'] ?? '', ...headers },
  })
}

/** Items by VTEX's own id (`items[].id`), with the quantities of this shipment; prices in centavos as VTEX wrote them. */
function itemsOf({ order, shipment }: Parcel) {
  const theirs = list(at(order?.raw, 'items'))
  if (theirs.length && (shipment?.of ?? 1) === 1)
    return theirs.map((item) => ({
      id: idOf(at(item, 'id')) ?? '',
      price: Number(at(item, 'sellingPrice') ?? at(item, 'price') ?? 0),
      quantity: Number(at(item, 'quantity') ?? 1),
    }))
  return (order?.lines ?? []).map((line) => {
    const its = theirs.find((item) =>
      [at(item, 'uniqueId'), at(item, 'id'), at(item, 'refId')].some((value) => value !== undefined && (value === line.externalId || value === line.sku)),
    )
    return { id: idOf(at(its, 'id')) ?? line.sku, price: Number(at(its, 'sellingPrice') ?? at(its, 'price') ?? line.unitPrice), quantity: line.quantity }
  })
}
