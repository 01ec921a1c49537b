/** What is wrong with the items of a nota and their taxes. */
import { isAccessKey } from './access-key.ts'
import { isDecimal, percentOf, scaledRate, valueOf } from './arithmetic.ts'
import type { Fault, Nota, NotaItem, StateCode } from './nota.ts'
import { icmsParts } from './tax-xml.ts'
import { ibsCbsCsts, ipiTaxed, itemTotal } from './taxes.ts'
import { fiscalText } from './text.ts'

/** Rule VC02-14: since this day each item of a return says which item it returns (NT 2025.002, production of 03/11/2026). */
const itemReferencesSince = '2026-11-03'

/** All faults of one item; `number` counts from 1. */
export function itemFaults(nota: Nota, item: NotaItem, number: number): Fault[] {
  const faults: Fault[] = []
  const add: Add = (field, code, message) =>
    faults.push({ field: `items.${field}`, item: number, code, message: `Item ${number} (${fiscalText(item.code, 60)}): ${message}` })
  productFaults(item, add)
  amountFaults(nota, item, add)
  cfopFaults(nota, item, add)
  icmsFaults(nota, item, add)
  difalFaults(nota, item, add)
  contributionFaults(item, add)
  ibsCbsFaults(item, add)
  if (item.original) {
    if (!isAccessKey(item.original.key)) add('original.key', 'original_key', 'a chave da nota devolvida não é válida; copie os 44 caracteres da nota original')
    if (!whole(item.original.item, 1, 990)) add('original.item', 'original_item', 'informe o número do item na nota original, de 1 a 990')
    if (nota.references.length > 0) add('original', 'two_references', 'a nota cita outra no cabeçalho e no item; deixe a referência só nos itens (VC02-05)')
  } else if (nota.purpose === 4 && nota.issuedAt.slice(0, 10) >= itemReferencesSince)
    add('original', 'original_missing', 'toda devolução cita, item por item, a nota e o item originais; escolha a nota de venda')
  return faults
}

type Add = (field: string, code: string, message: string) => void

function productFaults(item: NotaItem, add: Add) {
  if (fiscalText(item.code, 60) === '') add('code', 'code_missing', 'o produto está sem código; preencha o SKU no cadastro')
  if (fiscalText(item.name, 120) === '') add('name', 'name_missing', 'o produto está sem nome legível; preencha o nome no cadastro')
  for (const gtin of [item.gtin, item.taxed?.gtin ?? null])
    if (gtin !== null && !isGtin(gtin))
      add('gtin', 'gtin', `o GTIN ${gtin} não existe (tamanho ou dígito verificador); corrija o código de barras ou deixe sem GTIN`)
  if (item.ncm === '') add('ncm', 'ncm_missing', 'o produto está sem NCM; preencha os 8 números no cadastro fiscal do produto')
  else if (!/^\d{8}$/.test(item.ncm)) add('ncm', 'ncm', `o NCM "${item.ncm}" não tem 8 números; corrija no cadastro fiscal do produto`)
  if (item.cest !== null && !/^\d{7}$/.test(item.cest)) add('cest', 'cest', `o CEST "${item.cest}" não tem 7 números; corrija ou apague`)
  if (item.cBenef !== null && !/^([!-~]{8}|[!-~]{10}|SEM CBENEF)$/.test(item.cBenef))
    add('cBenef', 'cbenef', `o código de benefício "${item.cBenef}" tem 8 ou 10 caracteres, ou é SEM CBENEF; corrija na regra fiscal`)
  if (item.exTipi !== null && !/^\d{2,3}$/.test(item.exTipi)) add('exTipi', 'ex_tipi', 'a exceção da TIPI tem 2 ou 3 números; corrija ou apague')
  if (!whole(item.origin, 0, 8)) add('origin', 'origin', 'a origem da mercadoria vai de 0 a 8; corrija no cadastro fiscal do produto')
  for (const unit of [item.unit, item.taxed?.unit ?? item.unit]) {
    const length = fiscalText(unit, 60).length
    if (length < 1 || length > 6) add('unit', 'unit', `a unidade "${unit}" precisa de 1 a 6 letras, como UN, PC ou KG`)
  }
  if (item.order !== null && fiscalText(item.order, 100).length > 15)
    add('order', 'order_too_long', 'o número do pedido do cliente passa de 15 caracteres; abrevie ou deixe em branco')
  if (item.orderItem !== null && !whole(item.orderItem, 1, 999_999)) add('orderItem', 'order_item', 'o item do pedido do cliente vai de 1 a 999999')
  for (const lot of item.lots) {
    if (fiscalText(lot.number, 20) === '') add('lots', 'lot', 'o lote está sem número')
    if (!isDecimal(lot.quantity, 3) || Number(lot.quantity) >= 1e8)
      add('lots', 'lot', `a quantidade do lote ${lot.number} não é um número com até 8 casas antes do ponto e 3 depois`)
    if (!isDay(lot.made) || !isDay(lot.expires) || lot.expires < lot.made)
      add('lots', 'lot', `as datas do lote ${lot.number} não conferem; fabricação antes da validade`)
  }
}

function amountFaults(nota: Nota, item: NotaItem, add: Add) {
  const units = [
    { what: 'comercial', quantity: item.quantity, unitPrice: item.unitPrice, code: 'unit_value' },
    ...(item.taxed ? [{ what: 'tributável', ...item.taxed, code: 'taxed_unit_value' }] : []),
  ]
  for (const { what, quantity, unitPrice, code } of units) {
    const value = valueOf(quantity, unitPrice)
    if (Number.isNaN(value)) add('quantity', 'bad_number', `a quantidade ${what} (até 4 casas) ou o preço (até 10 casas) não é um número; corrija no pedido`)
    // 629 and 630: not asked of complements and adjustments, which may have no quantity
    else if ((nota.purpose === 1 || nota.purpose === 4) && Math.abs(value - item.gross) > 1)
      add('gross', code, `quantidade ${what} × preço dá ${reais(value)} e o item diz ${reais(item.gross)}; corrija o preço unitário`)
    else if (nota.purpose === 1 && Number(quantity) === 0) add('quantity', 'no_quantity', 'a quantidade é zero; tire o item da nota')
  }
  for (const name of ['gross', 'freight', 'insurance', 'discount', 'other'] as const)
    if (!whole(item[name], 0, 999_999_999_999_999)) add(name, 'bad_amount', 'os valores do item são centavos, zero ou mais')
  const expected = [itemTotal(item, false), itemTotal(item, true)]
  if (!expected.includes(item.total))
    add('total', 'item_total', `o valor do item é ${reais(item.total)} e a soma dá ${reais(expected[0]!)}; recalcule os impostos`)
  if (item.total < 0) add('discount', 'discount_over_value', 'o desconto passa do valor do item; diminua o desconto')
}

function cfopFaults(nota: Nota, item: NotaItem, add: Add) {
  if (!/^[123567]\d{3}$/.test(item.cfop)) return add('cfop', 'cfop', `o CFOP "${item.cfop}" não existe; corrija na regra fiscal`)
  const first = String(nota.reach + (nota.direction === 0 ? 0 : 4))
  if (item.cfop[0] !== first)
    add(
      'cfop',
      'cfop_direction',
      `o CFOP ${item.cfop} não serve para ${nota.direction === 0 ? 'entrada' : 'saída'} ${['', 'dentro do estado', 'interestadual', 'do exterior'][nota.reach]}: ele começa com ${first}; corrija na regra fiscal`,
    )
}

const partNames = {
  own: 'o ICMS próprio',
  st: 'a substituição tributária',
  retained: 'o ICMS-ST retido antes',
  effective: 'o ICMS efetivo',
  relief: 'o ICMS desonerado',
  credit: 'o crédito do Simples',
}

function icmsFaults(nota: Nota, { taxes: { icms }, origin }: NotaItem, add: Add) {
  const simples = nota.issuer.crt === 1 || nota.issuer.crt === 4
  const parts = icmsParts[icms.code]
  if (!parts) return add('taxes.icms.code', 'icms_code', `o CST/CSOSN "${icms.code}" não é atendido; corrija na regra fiscal`)
  if (simples !== (icms.code.length === 3))
    add(
      'taxes.icms.code',
      'icms_regime',
      simples
        ? `a empresa é do Simples ou MEI e a regra usa o CST ${icms.code}; use um CSOSN (102, 500 …)`
        : `a empresa não é do Simples e a regra usa o CSOSN ${icms.code}; use um CST (00, 20, 60 …)`,
    )
  for (const part of ['own', 'st', 'retained', 'effective', 'relief', 'credit'] as const) {
    if (parts[part] === 'must' && icms[part] === null)
      add(`taxes.icms.${part}`, 'icms_part_missing', `o código ${icms.code} pede ${partNames[part]}; complete a regra fiscal`)
    if (!parts[part] && icms[part] !== null)
      add(`taxes.icms.${part}`, 'icms_part_undue', `o código ${icms.code} não leva ${partNames[part]}; corrija a regra fiscal`)
  }
  const { own, st, retained, effective, relief, credit } = icms
  if (own) {
    checkPortion(add, 'taxes.icms.own', { base: own.base, rate: own.rate, value: own.value + (own.deferral?.value ?? 0) }, 'o ICMS')
    if (!whole(own.mode, 0, 3)) add('taxes.icms.own.mode', 'code', 'a modalidade da base do ICMS vai de 0 a 3')
    if (own.operation !== null && !whole(own.operation, 0, maximum))
      add('taxes.icms.own', 'bad_amount', 'o ICMS da operação não é um valor válido; recalcule os impostos')
    if (own.reduction !== null && !reducible.has(icms.code))
      add('taxes.icms.own.reduction', 'icms_part_undue', `o código ${icms.code} não leva redução de base; use 20 ou tire a redução da regra fiscal`)
    if (own.reduction !== null && Number.isNaN(scaledRate(own.reduction)))
      add('taxes.icms.own.reduction', 'bad_rate', 'a redução da base do ICMS não é um percentual com até 4 casas')
    if (own.deferral && Number.isNaN(scaledRate(own.deferral.rate)))
      add('taxes.icms.own.deferral', 'bad_rate', 'o diferimento do ICMS não é um percentual com até 4 casas')
    if ((icms.code === '20' || icms.code === '70') && own.reduction === null)
      add('taxes.icms.own.reduction', 'icms_reduction_missing', `o CST ${icms.code} pede o percentual de redução da base`)
    if (own.deferral && icms.code !== '51' && icms.code !== '90')
      add('taxes.icms.own.deferral', 'icms_part_undue', `o CST ${icms.code} não leva diferimento; use 51`)
    if (own.fcp) {
      if (icms.code === '900') add('taxes.icms.own.fcp', 'icms_part_undue', 'o CSOSN 900 não leva FCP próprio')
      checkPortion(add, 'taxes.icms.own.fcp', own.fcp, 'o FCP')
    }
    const limit = interstateRate(nota.issuer.address.state, nota.recipient.address.state, origin)
    // 693: entries repeat the rate of the nota that they return, so only what goes out is looked at
    if (nota.reach === 2 && nota.direction === 1 && icms.code !== '900' && scaledRate(own.rate) > scaledRate(limit))
      add(
        'taxes.icms.own.rate',
        'interstate_rate',
        `a alíquota de ICMS de ${own.rate} % passa da interestadual de ${limit} % (${nota.issuer.address.state} para ${nota.recipient.address.state}, origem ${origin}); corrija a regra fiscal`,
      )
  }
  if (st) {
    if (Number.isNaN(scaledRate(st.rate)) || !whole(st.base, 0, maximum) || !whole(st.value, 0, maximum))
      add('taxes.icms.st', 'bad_amount', 'os valores da substituição tributária não são válidos; recalcule')
    if (!whole(st.mode, 0, 6)) add('taxes.icms.st.mode', 'code', 'a modalidade da base da substituição tributária vai de 0 a 6')
    for (const rate of [st.mva, st.reduction])
      if (rate !== null && Number.isNaN(scaledRate(rate)))
        add('taxes.icms.st', 'bad_rate', `a substituição tributária tem o percentual "${rate}"; escreva com ponto e até 4 casas`)
    if (st.fcp && (Number.isNaN(scaledRate(st.fcp.rate)) || !whole(st.fcp.base, 0, maximum) || !whole(st.fcp.value, 0, maximum)))
      add('taxes.icms.st.fcp', 'bad_amount', 'o FCP da substituição tributária não tem valores válidos; recalcule')
    if (st.mode === 4 && st.mva === null) add('taxes.icms.st.mva', 'mva_missing', 'a substituição por margem pede a MVA; complete a regra fiscal')
  }
  if (
    retained &&
    (![retained.base, retained.value, retained.substitute ?? 0].every((value) => whole(value, 0, maximum)) || Number.isNaN(scaledRate(retained.rate)))
  )
    add('taxes.icms.retained', 'bad_amount', 'os valores do ICMS-ST retido antes não são válidos')
  if (retained?.fcp) checkPortion(add, 'taxes.icms.retained.fcp', retained.fcp, 'o FCP retido antes')
  if (effective && effective.reduction !== null && Number.isNaN(scaledRate(effective.reduction)))
    add('taxes.icms.effective', 'bad_rate', 'a redução do ICMS efetivo não é um percentual')
  if (effective) checkPortion(add, 'taxes.icms.effective', effective, 'o ICMS efetivo')
  if (relief && !reliefReasons[icms.code]?.includes(relief.reason))
    add('taxes.icms.relief.reason', 'relief_reason', `o motivo ${relief.reason} não serve para o CST ${icms.code}; use ${reliefReasons[icms.code]?.join(', ')}`)
  if (credit && (Number.isNaN(scaledRate(credit.rate)) || !whole(credit.value, 0, maximum)))
    add('taxes.icms.credit', 'bad_amount', 'o crédito do Simples não é válido; confira o percentual do mês')
}

const reducible = new Set(['20', '51', '70', '90', '900'])
const maximum = 999_999_999_999_999
/** motDesICMS of each CST (XSD). */
const reliefReasons: Record<string, string[]> = {
  '20': ['3', '9', '10', '11', '12'],
  '30': ['6', '7', '9'],
  '40': ['1', '3', '4', '5', '6', '7', '8', '9', '10', '11', '16', '90'],
  '41': ['1', '3', '4', '5', '6', '7', '8', '9', '10', '11', '16', '90'],
  '50': ['1', '3', '4', '5', '6', '7', '8', '9', '10', '11', '16', '90'],
  '70': ['3', '9', '12'],
  '90': ['3', '9', '12'],
}

function checkPortion(add: Add, field: string, { base, rate, value }: { base: number; rate: string; value: number }, what: string) {
  if (Number.isNaN(scaledRate(rate))) add(field, 'bad_rate', `${what} tem a alíquota "${rate}"; escreva o percentual com ponto e até 4 casas`)
  else if (!whole(base, 0, maximum) || !whole(value, 0, maximum)) add(field, 'bad_amount', `${what} não tem valores válidos; recalcule os impostos`)
  else if (Math.abs(percentOf(base, rate) - value) > 1)
    add(field, 'tax_value', `${what} é ${reais(value)} e ${rate} % de ${reais(base)} dá ${reais(percentOf(base, rate))}; recalcule os impostos`)
}

const southAndSoutheast = new Set<StateCode>(['MG', 'PR', 'RJ', 'RS', 'SC', 'SP'])

/** Percent of ICMS between two states (Senate resolutions 22/1989 and 13/2012): 4 for imported goods, 7 from South and Southeast to the others and ES, else 12. */
export function interstateRate(from: StateCode, to: StateCode, origin: number): '4' | '7' | '12' {
  if (origin === 1 || origin === 2 || origin === 3 || origin === 8) return '4'
  return southAndSoutheast.has(from) && !southAndSoutheast.has(to) ? '7' : '12'
}

const taxedIcms = new Set(['00', '10', '20', '51', '70', '90'])

function difalFaults(nota: Nota, { taxes: { difal, icms }, origin }: NotaItem, add: Add) {
  const { crt } = nota.issuer
  const due = nota.reach === 2 && nota.finalConsumer && nota.recipient.contributor === 9
  if (!difal) {
    if (due && crt === 3 && nota.direction === 1 && nota.purpose === 1 && taxedIcms.has(icms.code))
      add('taxes.difal', 'difal_missing', 'a venda interestadual a consumidor sem IE pede o DIFAL; complete a alíquota interna do destino na regra fiscal')
    return
  }
  if (crt === 1 || crt === 4) add('taxes.difal', 'difal_simples', 'empresa do Simples ou MEI não recolhe DIFAL (STF, Tema 1093); tire-o da regra fiscal')
  else if (!due) add('taxes.difal', 'difal_undue', 'o DIFAL só cabe em venda interestadual a consumidor final sem IE; confira a regra fiscal e o destinatário')
  // a return repeats the sale that it undoes
  const expected = interstateRate(nota.issuer.address.state, nota.recipient.address.state, origin)
  if (due && difal.interstate !== expected)
    add(
      'taxes.difal.interstate',
      'difal_interstate',
      `a alíquota interestadual do DIFAL é ${difal.interstate} % e devia ser ${expected} %; corrija a regra fiscal`,
    )
  if (Number.isNaN(scaledRate(difal.internal)))
    add('taxes.difal.internal', 'bad_rate', `o DIFAL tem a alíquota interna "${difal.internal}"; escreva o percentual com ponto e até 4 casas`)
  if (!whole(difal.base, 0, maximum) || !whole(difal.value, 0, maximum) || difal.originShare !== 0)
    add('taxes.difal', 'bad_amount', 'o DIFAL não tem valores válidos; recalcule os impostos')
  if (difal.fcp) checkPortion(add, 'taxes.difal.fcp', difal.fcp, 'o FCP do destino')
}

const contributionCsts = /^(0[1245-9]|49|5[0-6]|6[0-7]|7[0-5]|9[89])$/

function contributionFaults({ taxes: { pis, cofins, ipi, approximate, returnedIpi } }: NotaItem, add: Add) {
  for (const [field, name, tax] of [
    ['pis', 'o PIS', pis],
    ['cofins', 'a COFINS', cofins],
  ] as const) {
    if (!contributionCsts.test(tax.cst))
      add(`taxes.${field}.cst`, 'contribution_cst', `${name} tem o CST "${tax.cst}", que não é atendido; corrija na regra fiscal`)
    checkPortion(add, `taxes.${field}`, tax, name)
  }
  if (ipi) {
    if (!ipiTaxed.has(ipi.cst) && !/^(0[1-5]|5[1-5])$/.test(ipi.cst))
      add('taxes.ipi.cst', 'ipi_cst', `o IPI tem o CST "${ipi.cst}", que não existe; corrija na regra fiscal`)
    if (!/^\d{3}$/.test(ipi.framework)) add('taxes.ipi.framework', 'ipi_framework', 'o enquadramento do IPI tem 3 números; use 999 se não houver outro')
    checkPortion(add, 'taxes.ipi', ipi, 'o IPI')
  }
  if (approximate !== null && !whole(approximate, 0, maximum)) add('taxes.approximate', 'bad_amount', 'o valor aproximado dos tributos não é válido')
  if (returnedIpi && (!/^(0|[1-9]\d?)(\.\d{1,2})?$|^100(\.00?)?$/.test(returnedIpi.rate) || !whole(returnedIpi.value, 0, maximum)))
    add('taxes.returnedIpi', 'bad_amount', 'o IPI devolvido pede o percentual devolvido (até 100, 2 casas) e o valor')
}

function ibsCbsFaults({ taxes: { ibsCbs } }: NotaItem, add: Add) {
  if (!ibsCbs) return
  const { cst, cClassTrib, amounts } = ibsCbs
  const kind = ibsCbsCsts[cst]
  if (!kind) return add('taxes.ibsCbs.cst', 'ibs_cbs_cst', `o CST ${cst} de IBS/CBS não é atendido; use 000, 200, 400, 410, 510, 515 ou 550`)
  if (!/^\d{6}$/.test(cClassTrib) || cClassTrib.slice(0, 3) !== cst)
    add(
      'taxes.ibsCbs.cClassTrib',
      'cclasstrib',
      `a classificação ${cClassTrib} não é do CST ${cst}: ela tem 6 números e começa com ${cst}; corrija no produto ou na regra fiscal`,
    )
  if (kind === 'none' && amounts) add('taxes.ibsCbs', 'ibs_cbs_undue', `o CST ${cst} de IBS/CBS não leva valores`)
  if (kind !== 'none' && !amounts) add('taxes.ibsCbs', 'ibs_cbs_missing', `o CST ${cst} de IBS/CBS pede os valores; recalcule os impostos`)
  if (!amounts) return
  for (const [name, part] of [
    ['IBS estadual', amounts.state],
    ['IBS municipal', amounts.municipal],
    ['CBS', amounts.cbs],
  ] as const) {
    const rate = part.reduction?.effective ?? part.rate
    if (kind.startsWith('reduced') !== (part.reduction !== null))
      add('taxes.ibsCbs', 'ibs_cbs_reduction', `o CST ${cst} ${part.reduction ? 'não leva' : 'pede'} redução de alíquota no ${name}`)
    if (kind.endsWith('deferred') !== (part.deferral !== null))
      add('taxes.ibsCbs', 'ibs_cbs_deferral', `o CST ${cst} ${part.deferral ? 'não leva' : 'pede'} diferimento no ${name}`)
    for (const one of [part.rate, part.reduction?.rate, part.deferral?.rate])
      if (one !== undefined && Number.isNaN(scaledRate(one)))
        add('taxes.ibsCbs', 'bad_rate', `${name} tem o percentual "${one}"; escreva com ponto e até 4 casas`)
    if (kind !== 'suspended') checkPortion(add, 'taxes.ibsCbs', { base: amounts.base, rate, value: part.value + (part.deferral?.value ?? 0) }, name)
  }
  const { regular } = amounts
  if (regular) {
    if (!/^\d{3}$/.test(regular.cst) || !/^\d{6}$/.test(regular.cClassTrib) || !regular.cClassTrib.startsWith(regular.cst))
      add('taxes.ibsCbs.amounts.regular', 'cclasstrib', 'a tributação regular de IBS/CBS pede CST e classificação que combinem')
    for (const part of [regular.state, regular.municipal, regular.cbs])
      checkPortion(add, 'taxes.ibsCbs.amounts.regular', { base: amounts.base, ...part }, 'a tributação regular de IBS/CBS')
  }
  if (amounts.ibs !== amounts.state.value + amounts.municipal.value)
    add('taxes.ibsCbs', 'ibs_sum', 'o IBS não é a soma do estadual com o municipal; recalcule os impostos')
}

/** GTIN-8, 12, 13 or 14 with its check digit (GS1). */
export function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false
  let sum = 0
  for (let index = text.length - 2, weight = 3; index >= 0; index--, weight = 4 - weight) sum += Number(text[index]) * weight
  return (10 - (sum % 10)) % 10 === Number(text.at(-1))
}

export const whole = (value: number, least: number, most: number) => Number.isSafeInteger(value) && value >= least && value <= most

/** A day of the calendar, YYYY-MM-DD. */
export const isDay = (text: string) => /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

export const reais = (centavos: number) => `R$ ${(centavos / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`
