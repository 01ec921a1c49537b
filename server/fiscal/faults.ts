/** Everything that SEFAZ would refuse in a nota and that we can see before sending, each with its cure. */
import { isDeepStrictEqual } from 'node:util'
import { isAccessKey, isForbiddenNumericCode } from './access-key.ts'
import { isInstant, reais, whole } from './checks.ts'
import type { Add } from './checks.ts'
import { itemFaults } from './item-faults.ts'
import { ibgeOfState } from './nota.ts'
import type { Fault, Nota, NotaTotals } from './nota.ts'
import { remotePresences } from './nota-xml.ts'
import { documentFault, isCompany, nameFault, partyFaults } from './party-faults.ts'
import { paymentFaults } from './payment-faults.ts'
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
