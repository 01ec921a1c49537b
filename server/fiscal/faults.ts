/** Everything that SEFAZ would refuse in a nota and that we can see before sending, each with its cure. */
import { isDeepStrictEqual } from 'node:util'
import { cepFault, parseDocument } from '../customers/index.ts'
import { isAccessKey, isForbiddenNumericCode } from './access-key.ts'
import { isDay, itemFaults, reais, whole } from './item-faults.ts'
import { municipality } from './municipalities.ts'
import { ibgeOfState } from './nota.ts'
import type { Address, Fault, Nota, NotaTotals } from './nota.ts'
import { remotePresences } from './nota-xml.ts'
import { totalsOf } from './taxes.ts'
import { fiscalText } from './text.ts'

/** Rule 228: a nota issued longer ago is refused. */
const oldestDays = 30

/**
 * All faults of a nota, together; empty means that we know of none. Never throws for what the data say. `now` is compared with the day of issue.
 * The recipient's name in homologation is not looked at: `notaXml` writes the law's own there.
 */
export function faultsOf(nota: Nota, now: Date = new Date()): Fault[] {
  const faults: Fault[] = []
  const add: Add = (field, code, message) => faults.push({ field, item: null, code, message })
  headFaults(nota, now, add)
  partyFaults(nota, add)
  if (nota.items.length < 1 || nota.items.length > 990) add('items', 'items', 'a nota tem de 1 a 990 itens; divida o pedido em mais de uma nota')
  for (const [index, item] of nota.items.entries()) faults.push(...itemFaults(nota, item, index + 1))
  if (nota.items.some((item) => item.taxes.ibsCbs) && !nota.items.every((item) => item.taxes.ibsCbs))
    add('items.taxes.ibsCbs', 'ibs_cbs_partly', 'só alguns itens têm IBS/CBS; complete a classificação tributária dos outros')
  totalFaults(nota, add)
  paymentFaults(nota, add)
  restFaults(nota, add)
  return faults.map((fault) => ({ ...fault, message: fault.message.charAt(0).toUpperCase() + fault.message.slice(1) }))
}

type Add = (field: string, code: string, message: string) => void

/** What the types promise, asked again because a nota may come from a table or a sheet. */
function codeFaults(nota: Nota, add: Add) {
  for (const [field, value, allowed] of [
    ['direction', nota.direction, [0, 1]],
    ['purpose', nota.purpose, [1, 2, 3, 4, 5, 6]],
    ['reach', nota.reach, [1, 2, 3]],
    ['presence', nota.presence, [0, 1, 2, 3, 4, 5, 9]],
    ['print', nota.print, [0, 1, 2, 3]],
    ['emission.type', nota.emission.type, [1, 4, 5, 6, 7]],
    ['issuer.crt', nota.issuer.crt, [1, 2, 3, 4]],
    ['recipient.contributor', nota.recipient.contributor, [1, 2, 9]],
    ['transport.freightBy', nota.transport.freightBy, [0, 1, 2, 3, 4, 9]],
  ] as [string, number, number[]][])
    if (!allowed.includes(value)) add(field, 'code', `o código ${value} não existe neste campo; use ${allowed.join(', ')}`)
}

function headFaults(nota: Nota, now: Date, add: Add) {
  codeFaults(nota, add)
  const person = nota.issuer.document.length === 11
  if (!(person ? whole(nota.series, 920, 969) : whole(nota.series, 0, 889)))
    add('series', 'series', person ? 'a série de quem emite com CPF vai de 920 a 969' : 'a série vai de 0 a 889; corrija na numeração da empresa')
  if (!whole(nota.number, 1, 999_999_999)) add('number', 'number', 'o número da nota vai de 1 a 999999999')
  if (!/^\d{8}$/.test(nota.numericCode) || isForbiddenNumericCode(nota.numericCode, nota.number))
    add('numericCode', 'numeric_code', 'o código numérico da chave é proibido (NT 2019.001); sorteie outro')
  if (fiscalText(nota.nature, 60) === '') add('nature', 'nature', 'falta a natureza da operação, como "Venda de mercadoria"')
  if (!isInstant(nota.issuedAt)) add('issuedAt', 'issued_at', 'a data de emissão não é uma data com fuso, como 2026-11-21T10:00:00-03:00')
  else {
    const ahead = Date.parse(nota.issuedAt) - now.getTime()
    if (ahead > 5 * 60_000) add('issuedAt', 'issued_in_future', 'a data de emissão está no futuro; acerte o relógio do servidor ou o fuso da empresa')
    if (-ahead > oldestDays * 86_400_000) add('issuedAt', 'issued_too_long_ago', `a data de emissão tem mais de ${oldestDays} dias; emita com a data de hoje`)
    if (nota.movedAt !== null && isInstant(nota.movedAt) && nota.direction === 1 && Date.parse(nota.movedAt) < Date.parse(nota.issuedAt))
      add('movedAt', 'moved_before_issue', 'a saída é anterior à emissão; corrija a data de saída ou deixe em branco')
  }
  if (nota.movedAt !== null && !isInstant(nota.movedAt)) add('movedAt', 'moved_at', 'a data de saída ou entrada não é uma data com fuso')
  kindFaults(nota, add)
  const { emission } = nota
  if (emission.type !== 1 && 'since' in emission) {
    if (!isInstant(emission.since)) add('emission.since', 'contingency_since', 'a contingência pede a data e a hora em que começou, com fuso')
    if (fiscalText(emission.reason, 256).length < 15)
      add('emission.reason', 'contingency_reason', 'a justificativa da contingência tem de 15 a 256 letras; escreva o motivo')
  }
  if (fiscalText(nota.program, 20) === '') add('program', 'program', 'falta o nome do programa emissor')
  for (const reference of nota.references)
    if (!isAccessKey(reference)) add('references', 'reference', `a chave citada ${reference} não é válida; copie os 44 caracteres`)
  if (nota.references.length > 999) add('references', 'references', 'a nota cita no máximo 999 outras')
}

function kindFaults(nota: Nota, add: Add) {
  if (nota.purpose === 6 ? !/^0[1-8]$/.test(nota.debitKind ?? '') : nota.debitKind !== null)
    add('debitKind', 'debit_kind', 'o tipo de nota de débito (01 a 08) só cabe, e é obrigatório, na nota de débito')
  if (nota.purpose === 5 ? !/^0[1-6]$/.test(nota.creditKind ?? '') : nota.creditKind !== null)
    add('creditKind', 'credit_kind', 'o tipo de nota de crédito (01 a 06) só cabe, e é obrigatório, na nota de crédito')
  if (nota.purpose === 2 && nota.references.length === 0) add('references', 'reference_missing', 'a nota complementar cita a nota original')
  if (nota.purpose === 4 && nota.references.length === 0 && nota.items.every((item) => !item.original))
    add('references', 'reference_missing', 'a devolução cita a nota original')
  const [from, to] = [nota.issuer.address.state, nota.recipient.address.state]
  const stays = nota.presence === 1 || nota.presence === 5 || nota.delivery?.address.state === from
  if (nota.reach === 1 && from !== to && !stays)
    add('reach', 'reach', `o destinatário é de ${to} e a empresa de ${from}: a operação é interestadual; confira a regra fiscal`)
  if (nota.reach === 2 && from === to) add('reach', 'reach', `o destinatário e a empresa são de ${from}: a operação é dentro do estado; confira a regra fiscal`)
  if (nota.reach === 3) add('reach', 'abroad', 'operações com o exterior ainda não são atendidas')
  if (nota.recipient.contributor === 9 && !nota.finalConsumer)
    add('finalConsumer', 'final_consumer', 'quem não é contribuinte de ICMS compra como consumidor final; marque consumidor final ou informe a IE')
  if (nota.intermediary) {
    if (!remotePresences.has(nota.presence))
      add('intermediary', 'intermediary_undue', 'a venda por marketplace é feita pela internet ou a distância; corrija a presença do comprador')
    if (!isCompany(nota.intermediary.cnpj)) add('intermediary.cnpj', 'intermediary_cnpj', 'o CNPJ do marketplace não é válido; corrija no cadastro do canal')
    const { length } = fiscalText(nota.intermediary.sellerId, 100)
    if (length < 2 || length > 60)
      add('intermediary.sellerId', 'intermediary_seller', 'falta o seu identificador no marketplace (2 a 60 letras); preencha no cadastro do canal')
  }
}

function partyFaults({ issuer, recipient, pickup, delivery, mayDownload }: Nota, add: Add) {
  documentFault(issuer.document, 'issuer.document', 'empresa', add)
  nameFault(issuer.name, 'issuer.name', 'da empresa', add)
  if (!/^(\d{2,14}|ISENTO)$/.test(issuer.ie))
    add('issuer.ie', 'issuer_ie', 'a inscrição estadual da empresa tem de 2 a 14 números; preencha no cadastro da empresa')
  if (issuer.stIe !== null && !/^\d{2,14}$/.test(issuer.stIe)) add('issuer.stIe', 'issuer_st_ie', 'a inscrição de substituto tributário tem de 2 a 14 números')
  if (issuer.cnae !== null && !/^\d{7}$/.test(issuer.cnae)) add('issuer.cnae', 'issuer_cnae', 'o CNAE tem 7 números')
  if (issuer.im !== null && fiscalText(issuer.im, 15) === '') add('issuer.im', 'issuer_im', 'a inscrição municipal da empresa está vazia; preencha ou apague')
  addressFaults(issuer.address, 'issuer.address', 'da empresa', add)
  documentFault(recipient.document, 'recipient.document', 'destinatário', add)
  nameFault(recipient.name, 'recipient.name', 'do destinatário', add)
  if (recipient.contributor === 1 && !/^\d{2,14}$/.test(recipient.ie ?? ''))
    add('recipient.ie', 'recipient_ie', 'o destinatário é contribuinte: informe a inscrição estadual (2 a 14 números) ou marque não contribuinte')
  if (recipient.contributor === 2 && recipient.ie !== null)
    add('recipient.ie', 'recipient_ie_undue', 'destinatário isento não tem inscrição estadual; apague-a ou marque contribuinte')
  if (recipient.contributor === 9 && recipient.ie !== null && !/^\d{2,14}$/.test(recipient.ie))
    add('recipient.ie', 'recipient_ie', 'a inscrição estadual do destinatário tem de 2 a 14 números; corrija ou apague')
  if (recipient.suframa !== null && !/^\d{8,9}$/.test(recipient.suframa)) add('recipient.suframa', 'suframa', 'a inscrição na SUFRAMA tem 8 ou 9 números')
  if (recipient.email !== null && fiscalText(recipient.email, 200).length > 60)
    add('recipient.email', 'email', 'o e-mail do destinatário passa de 60 letras; apague-o ou use outro')
  addressFaults(recipient.address, 'recipient.address', 'do destinatário', add)
  for (const [field, what, place] of [
    ['pickup', 'da retirada', pickup],
    ['delivery', 'da entrega', delivery],
  ] as const) {
    if (!place) continue
    documentFault(place.document, `${field}.document`, what, add)
    if (place.name !== null) nameFault(place.name, `${field}.name`, what, add)
    if (place.ie !== null && !/^(\d{2,14}|ISENTO)$/.test(place.ie)) add(`${field}.ie`, 'place_ie', `a inscrição estadual ${what} tem de 2 a 14 números`)
    addressFaults(place.address, `${field}.address`, what, add)
  }
  if (mayDownload.length > 10) add('mayDownload', 'may_download', 'a nota autoriza no máximo 10 pessoas a baixar o XML')
  for (const document of mayDownload) documentFault(document, 'mayDownload', 'autorizado a baixar o XML', add)
}

function documentFault(document: string, field: string, whose: string, add: Add) {
  const parsed = parseDocument(document)
  if ('fault' in parsed) add(field, 'document', `${parsed.fault} (${whose})`)
  else if (parsed.document !== document) add(field, 'document', `o documento deve ir sem máscara e em maiúsculas (${whose})`)
}

const isCompany = (document: string) => {
  const parsed = parseDocument(document)
  return 'kind' in parsed && parsed.kind === 'company' && parsed.document === document
}

function nameFault(name: string, field: string, whose: string, add: Add) {
  if (fiscalText(name, 60).length < 2) add(field, 'name', `o nome ${whose} está vazio ou não tem letras que a nota aceite; preencha de novo`)
}

function addressFaults(address: Address, field: string, whose: string, add: Add) {
  const { street, number, complement, district, municipality: city, state, cep, phone } = address
  for (const [name, text, least, what, cure] of [
    ['street', street, 2, 'a rua', 'preencha'],
    ['number', number, 1, 'o número', 'use S/N se não houver'],
    ['complement', complement ?? 'x', 0, 'o complemento', 'abrevie'],
    ['district', district, 2, 'o bairro', 'preencha; use Centro se não souber'],
    ['municipality.name', city.name, 2, 'a cidade', 'preencha'],
  ] as const) {
    const { length } = fiscalText(text, 10_000)
    if (length < least) add(`${field}.${name}`, 'address_missing', `falta ${what} ${whose}; ${cure}`)
    // an address that is cut may lead to another door
    if (length > 60) add(`${field}.${name}`, 'address_too_long', `${what} ${whose} tem ${length} letras e a nota aceita 60; abrevie`)
  }
  const known = municipality(city.code)
  if (!known)
    add(`${field}.municipality.code`, 'municipality', `o município ${whose} não tem um código IBGE que exista ("${city.code}"); escolha a cidade na lista`)
  else if (!city.code.startsWith(ibgeOfState[state] ?? '?'))
    add(`${field}.state`, 'municipality_state', `${known.name} ${whose} é de ${known.uf}, e o endereço diz ${state}; corrija a cidade ou o estado`)
  const wrongCep = cepFault(cep, state)
  if (wrongCep) add(`${field}.cep`, 'cep', `${wrongCep} (endereço ${whose})`)
  else if (!/^\d{8}$/.test(cep)) add(`${field}.cep`, 'cep', `o CEP ${whose} deve ir com 8 números, sem traço`)
  if (phone !== null && !/^\d{6,14}$/.test(phone)) add(`${field}.phone`, 'phone', `o telefone ${whose} tem de 6 a 14 números, sem sinais; corrija ou apague`)
}

const totalNames: Partial<Record<keyof NotaTotals, string>> = {
  products: 'dos produtos',
  freight: 'do frete',
  discount: 'do desconto',
  icms: 'do ICMS',
  icmsDestination: 'do DIFAL',
  total: 'da nota',
  totalWithIbsCbs: 'com IBS e CBS',
}

function totalFaults({ items, totals }: Nota, add: Add) {
  const expected = totalsOf(items, false)
  for (const name of Object.keys(expected) as (keyof NotaTotals)[]) {
    const [is, should] = [totals[name], name === 'totalWithIbsCbs' ? items.reduce((sum, item) => sum + item.total, 0) : expected[name]]
    if (isDeepStrictEqual(is, should)) continue
    const amounts = typeof is === 'number' && typeof should === 'number' ? `: é ${reais(is)} e a soma dos itens dá ${reais(should)}` : ' não é a soma dos itens'
    add(`totals.${name}`, 'total_sum', `o total ${totalNames[name] ?? `(${name})`}${amounts}; recalcule os impostos`)
  }
}

function paymentFaults({ payments, change, totals, purpose, billing, issuedAt }: Nota, add: Add) {
  if (payments.length < 1 || payments.length > 100) add('payments', 'payments', 'a nota tem de 1 a 100 pagamentos; use "sem pagamento" se nada é pago')
  const unpaid = payments.some((payment) => payment.kind === '90')
  for (const payment of payments) {
    if (!/^\d{2}$/.test(payment.kind)) add('payments.kind', 'payment_kind', `o meio de pagamento "${payment.kind}" tem 2 números`)
    if (!whole(payment.amount, 0, Number.MAX_SAFE_INTEGER)) add('payments.amount', 'bad_amount', 'o valor do pagamento são centavos, zero ou mais')
    if (payment.kind === '99' && fiscalText(payment.description ?? '', 60).length < 2)
      add('payments.description', 'payment_description', 'o pagamento "outros" pede uma descrição')
    if (payment.description !== null && fiscalText(payment.description, 60).length < 2)
      add('payments.description', 'payment_description', 'a descrição do pagamento tem ao menos 2 letras')
    if (payment.timing !== null && ![0, 1].includes(payment.timing)) add('payments.timing', 'code', 'o pagamento é à vista (0) ou a prazo (1)')
    if (payment.paidOn !== null && !isDay(payment.paidOn)) add('payments.paidOn', 'paid_on', 'a data do pagamento não existe')
    for (const cnpj of [payment.card?.institution, payment.card?.receiver])
      if (cnpj && !isCompany(cnpj)) add('payments.card', 'card_cnpj', 'o CNPJ da instituição de pagamento não é válido; corrija ou apague')
    if (payment.card?.brand && !/^\d{2}$/.test(payment.card.brand)) add('payments.card.brand', 'card_brand', 'a bandeira do cartão tem 2 números')
  }
  if (unpaid && (payments.length > 1 || payments[0]?.amount !== 0)) add('payments', 'unpaid', '"sem pagamento" vai sozinho e com valor zero')
  // 871: what is given back or adjusted is not paid in the nota
  if ((purpose === 3 || purpose === 4) && !unpaid) add('payments', 'payment_undue', 'ajuste e devolução não têm pagamento; use "sem pagamento" (90)')
  const paid = payments.reduce((sum, payment) => sum + payment.amount, 0)
  if (!unpaid && paid - change !== totals.total)
    add(
      'payments',
      'payment_sum',
      `os pagamentos somam ${reais(paid)}${change ? ` com troco de ${reais(change)}` : ''} e a nota vale ${reais(totals.total)}; corrija o pagamento do pedido`,
    )
  if (!whole(change, 0, paid)) add('change', 'change', 'o troco não passa do valor pago')
  if (!billing) return
  const { original, discount, net, instalments } = billing
  if (fiscalText(billing.number, 60) === '') add('billing.number', 'billing', 'a fatura está sem número')
  if (original - discount !== net) add('billing', 'billing_net', 'o líquido da fatura é o valor original menos o desconto')
  const sum = instalments.reduce((all, instalment) => all + instalment.amount, 0)
  if (instalments.length > 0 && sum !== net)
    add('billing.instalments', 'billing_sum', `as parcelas somam ${reais(sum)} e a fatura é de ${reais(net)}; corrija as parcelas`)
  if (instalments.length > 120) add('billing.instalments', 'billing', 'a fatura tem no máximo 120 parcelas')
  let before = issuedAt.slice(0, 10)
  for (const { number, due, amount } of instalments) {
    if (!isDay(due) || due < before)
      add('billing.instalments', 'billing_due', `o vencimento da parcela ${number} não existe ou vem antes da emissão ou da parcela anterior`)
    if (fiscalText(number, 60) === '') add('billing.instalments', 'billing', 'há uma parcela sem número; use 001, 002 …')
    if (!whole(amount, 1, Number.MAX_SAFE_INTEGER)) add('billing.instalments', 'billing', `a parcela ${number} não tem valor`)
    before = due
  }
}

function restFaults({ transport, additional, technicalResponsible: technical }: Nota, add: Add) {
  const { carrier, vehicle, volumes } = transport
  if (carrier) {
    if (carrier.document !== null) documentFault(carrier.document, 'transport.carrier.document', 'transportadora', add)
    nameFault(carrier.name, 'transport.carrier.name', 'da transportadora', add)
    if (carrier.ie !== null && !/^(\d{2,14}|ISENTO)$/.test(carrier.ie))
      add('transport.carrier.ie', 'carrier_ie', 'a inscrição estadual da transportadora tem de 2 a 14 números; corrija ou apague')
    if (carrier.state !== null && !(carrier.state in ibgeOfState))
      add('transport.carrier.state', 'carrier_state', `o estado "${carrier.state}" da transportadora não existe`)
    if (carrier.ie !== null && carrier.state === null) add('transport.carrier.state', 'carrier_state', 'a transportadora com inscrição estadual pede o estado')
  }
  if (vehicle?.state && !(vehicle.state in ibgeOfState)) add('transport.vehicle.state', 'vehicle_state', `o estado "${vehicle.state}" do veículo não existe`)
  if (vehicle && !/^([A-Z]{2,3}\d{4}|[A-Z]{3,4}\d{3}|[A-Z0-9]{7})$/.test(vehicle.plate))
    add('transport.vehicle.plate', 'plate', `a placa "${vehicle.plate}" não é válida; escreva sem traço, em maiúsculas`)
  for (const volume of volumes)
    if (
      !whole(volume.quantity, 0, 999_999_999_999_999) ||
      !whole(volume.netGrams ?? 0, 0, 999_999_999_999) ||
      !whole(volume.grossGrams ?? 0, 0, 999_999_999_999)
    )
      add('transport.volumes', 'volume', 'a quantidade e os pesos (em gramas) dos volumes são números inteiros, zero ou mais')
  if (additional.fields.length > 10) add('additional.fields', 'fields', 'a nota tem no máximo 10 campos de observação')
  for (const { name, text } of additional.fields)
    if (fiscalText(name, 20) === '' || fiscalText(text, 60) === '') add('additional.fields', 'fields', 'o campo de observação pede nome e texto')
  if (!technical) return
  if (!isCompany(technical.cnpj))
    add('technicalResponsible.cnpj', 'technical_cnpj', 'o CNPJ do responsável técnico não é válido; corrija nas configurações fiscais')
  if (fiscalText(technical.contact, 60).length < 2) add('technicalResponsible.contact', 'technical_contact', 'falta o contato do responsável técnico')
  const { length } = fiscalText(technical.email, 100)
  if (length < 6 || length > 60) add('technicalResponsible.email', 'technical_email', 'o e-mail do responsável técnico tem de 6 a 60 letras')
  if (!/^\d{6,14}$/.test(technical.phone)) add('technicalResponsible.phone', 'technical_phone', 'o telefone do responsável técnico tem de 6 a 14 números')
  if (technical.csrt && !/^\d{2}$/.test(technical.csrt.id)) add('technicalResponsible.csrt.id', 'csrt', 'o identificador do CSRT tem 2 números')
}

const isInstant = (text: string) =>
  /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-](0\d|1[0-4]):00$/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text))
