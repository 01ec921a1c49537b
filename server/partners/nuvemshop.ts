import { call } from '../platform/call.ts'
import type { Reply, Request } from '../platform/call.ts'
import { accepted, at, common, idOf, list, refused, saysOf, text, uncertain, unread } from './port.ts'
import type { Answer, Desk, Finding, Parcel, Port } from './port.ts'

/*
 * Nuvemshop: the metafield `nfe/list` of the order holds [{key, link, fulfillment_order_id}] as text. There is one for each order, so
 * a second nota is added to what is there. (dev.nuvemshop.com.br, ERP guide, invoices; 2 calls a second, 40 at once)
 */

const who = 'A Nuvemshop'
interface Listed {
  key: string
  link: string
  fulfillment_order_id?: string
}

export const nuvemshop: Port = {
  async consult(desk, parcel): Promise<Finding> {
    const owner = ownerOf(parcel)
    if (typeof owner !== 'string') return owner
    const reply = await ask(desk, { method: 'GET', url: `/metafields/orders?${new URLSearchParams({ owner_id: owner, namespace: 'nfe', key: 'list' })}` })
    const trouble = unread(reply, who)
    if (trouble) return trouble
    const { status, json } = reply as Reply
    if (status === 404) return { state: 'absent' }
    if (status !== 200) return uncertain('unreadable', `${who} respondeu à consulta com ${status}: ${saysOf(reply as Reply)}`)
    const field = list(json).find((row) => at(row, 'namespace') === 'nfe' && at(row, 'key') === 'list' && String(at(row, 'owner_id')) === owner)
    const held = listedIn(at(field, 'value'))
    const id = idOf(at(field, 'id'))
    if (held.some(({ key }) => key === parcel.nota.key)) return accepted('A nota está no pedido', id ?? undefined)
    return { state: 'absent', found: id ? { id, held: held.filter(({ key }) => !parcel.cancelledKeys.includes(key)) } : null }
  },

  async send(desk, parcel, found): Promise<Answer> {
    const owner = ownerOf(parcel)
    if (typeof owner !== 'string') return owner
    // what is in the list already is only known by reading it
    const known = found === undefined ? await nuvemshop.consult(desk, parcel) : { state: 'absent' as const, found }
    if (known.state !== 'absent') return known
    const before = known.found as { id: string; held: Listed[] } | null | undefined
    const part = await fulfilmentOf(desk, parcel, owner)
    if (part && typeof part !== 'string') return part
    const mine: Listed = {
      key: parcel.nota.key,
      link: String(desk.settings['link']).replaceAll('{chave}', parcel.nota.key),
      ...(part ? { fulfillment_order_id: part } : {}),
    }
    const value = JSON.stringify([...(before?.held ?? []), mine])
    const reply = await ask(desk, {
      method: before ? 'PUT' : 'POST',
      url: before ? `/metafields/${before.id}` : '/metafields',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        before ? { value } : { namespace: 'nfe', key: 'list', value, description: 'Lista de NFes', owner_resource: 'Order', owner_id: Number(owner) },
      ),
    })
    const trouble = common(reply, who)
    if (trouble) return trouble
    const done = reply as Reply
    if (done.status < 300) return accepted('Nota gravada no pedido', idOf(at(done.json, 'id')) ?? before?.id)
    if (done.status === 404) return refused('unknown_order', `A Nuvemshop não conhece o pedido ${owner} nesta loja`)
    return refused(`http_${done.status}`, `A Nuvemshop recusou a nota: ${saysOf(done)}`)
  },

  async test(desk) {
    const reply = await ask(desk, { method: 'GET', url: '/store?fields=name' })
    const trouble = unread(reply, who)
    if (trouble) return { passed: false, words: trouble.words }
    const name = at((reply as Reply).json, 'name', 'pt') ?? at((reply as Reply).json, 'name')
    return (reply as Reply).status === 200
      ? { passed: true, words: `Acesso confirmado${typeof name === 'string' ? ` à loja ${name}` : ''}` }
      : { passed: false, words: saysOf(reply as Reply) }
  },
}

function ask({ settings, secrets }: Desk, { url, headers, ...rest }: Request) {
  return call({
    ...rest,
    url: `${text(settings['base'])}/${encodeURIComponent(text(settings['store_id']))}${url}`,
    // their header is really called Authentication
    headers: { authentication: `bearer ${secrets['access_token'] ?? ''}`, 'user-agent': `Retaguarda (${String(settings['contact'])})`, ...headers },
  })
}

/** The order's numeric id: `id` of what the shop wrote, or the number under which the order is known here. */
function ownerOf({ order }: Parcel): string | Answer {
  const id = idOf(at(order?.raw, 'id')) ?? order?.externalId ?? ''
  return /^\d{1,15}$/.test(id)
    ? id
    : refused('no_order_id', 'O pedido não traz o número interno da Nuvemshop (id). Receba o pedido de novo do canal e tente outra vez')
}

/** Which part of the order this nota covers; null where the shop has none. */
async function fulfilmentOf(desk: Desk, { order, shipment }: Parcel, owner: string): Promise<string | null | Answer> {
  const place = (shipment?.number ?? 1) - 1
  const written = list(at(order?.raw, 'fulfillments')).length ? list(at(order?.raw, 'fulfillments')) : list(at(order?.raw, 'fulfillment_orders'))
  const its = idOf(at(written[place] ?? written[0], 'id'))
  if (its) return its
  const reply = await ask(desk, { method: 'GET', url: `/orders/${owner}/fulfillment-orders` })
  if ((reply as Reply).status === 404) return null
  const trouble = unread(reply, who)
  // nothing was written yet: all of it is done again later
  if (trouble) return trouble.state === 'uncertain' ? { ...trouble, state: 'wait' } : trouble
  const rows = list((reply as Reply).json)
  return idOf(at(rows[place] ?? rows[0], 'id'))
}

function listedIn(value: unknown): Listed[] {
  try {
    return list(JSON.parse(String(value ?? '[]'))).filter((row): row is Listed => typeof at(row, 'key') === 'string')
  } catch {
    return []
  }
}
