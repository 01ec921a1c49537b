import { call } from '../platform/call.ts'
import type { Reply, Request } from '../platform/call.ts'
import { bearer, renewByForm } from './oauth.ts'
import { accepted, at, common, idOf, list, refused, saysOf, text, uncertain, unread } from './port.ts'
import type { Answer, Desk, Finding, Parcel, Port } from './port.ts'

/*
 * Magalu Open API: POST /seller/v1/deliveries/{id}/invoices answers awaiting_validation; the list of the same path then says
 * validating, approved or invalid; an invalid one is mended by POST …/invoices/{key}. (developers.magalu.com, add_invoice,
 * get_invoice, update_invalid_invoice)
 */

const who = 'O Magalu'

export const magalu: Port = {
  async consult(desk, parcel): Promise<Finding> {
    const path = pathOf(parcel)
    if (typeof path !== 'string') return path
    const reply = await ask(desk, { method: 'GET', url: path })
    const trouble = unread(reply, who)
    if (trouble) return trouble
    const { status, json } = reply as Reply
    if (status === 404) return refused('unknown_delivery', 'O Magalu não conhece esta entrega. Receba o pedido de novo do canal')
    if (status !== 200) return uncertain('unreadable', `${who} respondeu à consulta com ${status}: ${saysOf(reply as Reply)}`)
    const held = list(at(json, 'results')).find((row) => at(row, 'key') === parcel.nota.key)
    if (!held) return { state: 'absent' }
    const standing = at(held, 'status')
    if (standing === 'approved') return accepted('O Magalu validou a nota')
    if (standing === 'invalid') {
      const why = [at(held, 'message'), at(held, 'reason')].find((value) => typeof value === 'string')
      const words = `O Magalu achou a nota inválida${why ? `: ${String(why)}` : ''}. Confira CNPJ, valores e destinatário com os do pedido; ao tentar de novo, ela é reenviada como correção`
      return { ...refused('invalid', words), mend: true } as Finding
    }
    return validating
  },

  async send(desk, parcel, found): Promise<Answer> {
    const path = pathOf(parcel)
    if (typeof path !== 'string') return path
    // what the consult refused as invalid, a person has looked at and sends again
    const mends = at(found, 'code') === 'invalid'
    const xml = parcel.xml.toString('utf8')
    const issued_at = parcel.nota.issuedAt
    const reply = await ask(desk, {
      method: 'POST',
      url: mends ? `${path}/${parcel.nota.key}` : path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...(mends
          ? {}
          : {
              key: parcel.nota.key,
              amount: (parcel.nota.total ?? 0) / 100,
              issuer: parcel.company.cnpj,
              channel: { id: desk.settings['channel_id'], extras: {} },
            }),
        issued_at,
        xml,
      }),
    })
    const trouble = common(reply, who)
    if (trouble) return trouble
    const done = reply as Reply
    // validated later: reading tells how it ended
    if (done.status < 300) return validating
    if (done.status === 409) return uncertain('duplicate', 'O Magalu diz que já tem esta nota; vamos ler lá', 1)
    return refused(`http_${done.status}`, `O Magalu recusou a nota: ${saysOf(done)}`)
  },

  async test(desk) {
    const reply = await ask(desk, { method: 'GET', url: '/seller/v1/deliveries?_limit=1' })
    const trouble = unread(reply, who)
    if (trouble) return { passed: false, words: trouble.words }
    return (reply as Reply).status === 200 ? { passed: true, words: 'Acesso confirmado' } : { passed: false, words: saysOf(reply as Reply) }
  },

  renew: (desk) => renewByForm(`${text(desk.settings['auth_base'])}/oauth/token`, desk),
}

const validating = uncertain('validating', 'O Magalu está validando a nota', 60)

const ask = (desk: Desk, { url, headers, ...rest }: Request) =>
  call({ ...rest, url: text(desk.settings['base']) + url, headers: { ...bearer(desk), 'x-channel-id': String(desk.settings['channel_id']), ...headers } })

/** The delivery as Magalu names it: `deliveries[n].id` of the order, or `id` where the order came as one delivery. */
function pathOf({ order, shipment }: Parcel): string | Answer {
  const deliveries = list(at(order?.raw, 'deliveries'))
  const id = deliveries.length
    ? idOf(at(deliveries[(shipment?.number ?? 1) - 1] ?? deliveries[0], 'id'))
    : (idOf(at(order?.raw, 'delivery', 'id')) ?? idOf(at(order?.raw, 'delivery_id')))
  return id
    ? `/seller/v1/deliveries/${encodeURIComponent(id)}/invoices`
    : refused('no_delivery_id', 'O pedido não traz o número da entrega do Magalu (deliveries[].id). Receba o pedido de novo do canal e tente outra vez')
}
