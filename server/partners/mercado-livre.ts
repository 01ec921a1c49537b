import { call, form } from '../platform/call.ts'
import type { Reply, Request } from '../platform/call.ts'
import { bearer, renewByForm } from './oauth.ts'
import { accepted, at, common, idOf, list, refused, saysOf, skipped, text, uncertain, unread } from './port.ts'
import type { Answer, Desk, Finding, Parcel, Port } from './port.ts'

/*
 * Mercado Livre: POST /shipments/{id}/invoice_data/?siteId=MLB with the nfeProc takes the shipment out of invoice_pending and
 * frees its label; GET on the same path tells the fiscal_key it holds. One nota for each of their shipments. Flex and ME1 get
 * the file attached to the pack, where only the buyer sees it. (developers.mercadolivre.com.br, importar-nota-fiscal 08/06/2026,
 * anexar-nota-fiscal 07/04/2026)
 */

const who = 'O Mercado Livre'
const megabyte = 1024 * 1024

export const mercadoLivre: Port = {
  async consult(desk, parcel): Promise<Finding> {
    const where = placeOf(parcel)
    if ('state' in where) return where
    const reply = await ask(desk, { method: 'GET', url: where.path })
    const trouble = unread(reply, who)
    if (trouble) return trouble
    const { status, json } = reply as Reply
    if (where.attached) {
      const held = list(at(json, 'fiscal_documents')).some((document) => at(document, 'filename') === `${parcel.nota.key}.xml`)
      return held ? accepted('A nota está anexada ao pacote') : { state: 'absent' }
    }
    if (status === 404) return { state: 'absent' }
    const key = at(json, 'fiscal_key')
    if (status !== 200 || typeof key !== 'string') return uncertain('unreadable', `${who} respondeu à consulta com ${status}: ${saysOf(reply as Reply)}`)
    const invoice = idOf(at(json, 'id'))
    if (key === parcel.nota.key) return accepted('O Mercado Livre tem a nota deste envio', invoice ?? undefined)
    if (parcel.cancelledKeys.includes(key) && invoice) return { state: 'absent', found: { replaces: invoice } }
    return refused('other_nota', `O envio já tem outra nota no Mercado Livre (${key}). Cancele-a lá, ou confira se este pedido foi faturado por outro sistema`)
  },

  async send(desk, parcel, found): Promise<Answer> {
    const where = placeOf(parcel)
    if ('state' in where) return where
    if (parcel.xml.length > megabyte) return refused('too_large', 'O XML passa de 1 MB, o limite do Mercado Livre')
    const replaces = idOf(at(found, 'replaces'))
    const reply = await ask(
      desk,
      where.attached
        ? {
            method: 'POST',
            url: where.path,
            ...form(
              {},
              { name: 'fiscal_document', filename: `${parcel.nota.key}.xml`, type: 'application/xml', bytes: parcel.xml },
              `retaguarda${parcel.nota.key}`,
            ),
          }
        : {
            method: replaces ? 'PUT' : 'POST',
            url: replaces ? `/shipment_invoice/${replaces}/?siteId=MLB` : where.path,
            headers: { 'content-type': 'application/xml' },
            body: parcel.xml,
          },
    )
    const trouble = common(reply, who)
    if (trouble) return trouble
    const done = reply as Reply
    if (done.status < 300)
      return accepted(where.attached ? 'Nota anexada ao pacote' : 'Nota aceita; a etiqueta foi liberada', idOf(at(done.json, 'id')) ?? undefined)
    return answerOf(done)
  },

  async test(desk) {
    const reply = await ask(desk, { method: 'GET', url: '/users/me' })
    const trouble = unread(reply, who)
    if (trouble) return { passed: false, words: trouble.words }
    const nickname = at((reply as Reply).json, 'nickname')
    return (reply as Reply).status === 200
      ? { passed: true, words: `Acesso confirmado${typeof nickname === 'string' ? ` para ${nickname}` : ''}` }
      : { passed: false, words: saysOf(reply as Reply) }
  },

  renew: (desk) => renewByForm(`${text(desk.settings['base'])}/oauth/token`, desk),
}

const ask = (desk: Desk, { url, headers, ...rest }: Request) =>
  call({ ...rest, url: text(desk.settings['base']) + url, headers: { ...bearer(desk), ...headers } })

/** Where this nota goes, from the order as Mercado Livre wrote it: `shipping.id` and `shipping.logistic_type`, `pack_id`. */
function placeOf({ order, shipment, nota }: Parcel): { path: string; attached: boolean } | Answer {
  const raw = order?.raw
  const logistic = at(raw, 'shipping', 'logistic_type') ?? at(raw, 'shipping', 'logistic', 'type')
  const mode = at(raw, 'shipping', 'mode') ?? at(raw, 'shipping', 'logistic', 'mode')
  if (logistic === 'fulfillment') return skipped('full', 'É um envio Full: quem emite a nota é o Mercado Livre')
  const pack = idOf(at(raw, 'pack_id')) ?? order?.externalId ?? null
  // their own paths take a pack or, where there is none, the order
  if ((logistic === 'self_service' || mode === 'me1') && pack) return { path: `/packs/${encodeURIComponent(pack)}/fiscal_documents`, attached: true }
  const id = idOf(at(raw, 'shipping', 'id')) ?? idOf(at(raw, 'shipping_id'))
  if (!id)
    return refused('no_shipment_id', 'O pedido não traz o número do envio do Mercado Livre (shipping.id). Receba o pedido de novo do canal e tente outra vez')
  if (shipment && shipment.number > 1)
    return refused(
      'one_per_shipment',
      `O Mercado Livre aceita uma só nota por envio, e o pedido foi dividido em ${shipment.of}. Junte os envios em uma nota, ou anexe a nota ${nota.number ?? ''} no painel`,
    )
  return { path: `/shipments/${encodeURIComponent(id)}/invoice_data/?siteId=MLB`, attached: false }
}

/** Their code → what to do about it. Codes as their documentation lists them. */
const cures: Record<string, string> = {
  invalid_nfe_cstat: 'O XML não é de uma nota autorizada em produção. Notas de homologação não são aceitas',
  wrong_invoice_date: 'A data da nota não combina com a da venda',
  wrong_sender_zipcode: 'O CEP do emitente é outro no Mercado Livre. Confira o endereço da empresa nos dois lados',
  wrong_receiver_zipcode: 'O CEP do destinatário não é o da venda. Corrija o endereço do pedido e emita outra nota',
  wrong_receiver_cnpj: 'O CNPJ do destinatário não é o da venda',
  wrong_receiver_cpf: 'O CPF do destinatário não é o da venda',
  wrong_receiver_state_tax: 'A inscrição estadual do destinatário não é a da venda',
  invalid_user: 'A conta autorizada não é a que vendeu. Autorize a conta certa em Configurações, Parceiros',
  seller_not_allowed_to_import_nfe: 'A conta não pode importar notas: ou é de pessoa física ou não contribuinte (DC-e), ou usa o emissor do Mercado Livre',
  invalid_state_tax_id: 'A inscrição estadual do emitente não vale no Mercado Livre. Confira os dados fiscais da conta',
  invalid_operation_for_site_id: 'O envio não é do Brasil',
  sender_ie_not_found: 'A conta do Mercado Livre não tem inscrição estadual cadastrada',
  invalid_sender_ie_for_state: 'A inscrição estadual do emitente não é do estado de onde o envio sai',
  invalid_sender_ie: 'A inscrição estadual do emitente não é a da conta no Mercado Livre',
  invalid_sender_cnpj: 'O CNPJ do emitente não é o da conta no Mercado Livre',
  different_state_nfe_shipment_origin: 'A nota é de um estado e o envio sai de outro',
  nfe_order_value_divergence: 'O valor da nota não combina com o da venda. Confira frete, descontos e juros do parcelamento',
  wrong_invoice_type: 'A nota não é de venda',
  batch_nfe_not_supported: 'O arquivo tem mais de uma nota',
  nfe_layout_not_supported: 'O Mercado Livre não aceita este layout de nota',
}

function answerOf(reply: Reply): Answer {
  const code = codeOf(reply)
  // it may be ours that they hold: reading tells which
  if (code === 'duplicated_fiscal_key' || code === 'shipment_invoice_already_saved')
    return uncertain(code, 'O Mercado Livre diz que já tem esta nota; vamos ler lá', 1)
  if (code === 'shipment_already_being_processed') return uncertain(code, 'O Mercado Livre ainda processa a nota deste envio', 15)
  if (code === 'unexpected_error_post_biller') return uncertain(code, 'O Mercado Livre teve um erro; vamos ler lá se a nota chegou', 30)
  if (code && cures[code]) return refused(code, cures[code])
  return refused(code ?? `http_${reply.status}`, `O Mercado Livre recusou a nota: ${saysOf(reply)}`)
}

/** The code stands in `error`, `code` or in the first `cause`, depending on the service behind. */
function codeOf({ json }: Reply): string | null {
  const candidates = [
    at(json, 'error'),
    at(json, 'code'),
    at(json, 'error_code'),
    at(json, 'cause', 0, 'code'),
    at(json, 'errors', 0, 'code'),
    at(json, 'message'),
  ]
  return (candidates.find((value) => typeof value === 'string' && /^[a-z_]{5,60}$/.test(value)) as string | undefined) ?? null
}
