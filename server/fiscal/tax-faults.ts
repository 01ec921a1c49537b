/** What is wrong with the taxes of an item. */
import { percentOf, scaledRate } from './arithmetic.ts'
import { reais, whole } from './checks.ts'
import type { Add } from './checks.ts'
import { ibsCbsCsts, ipiTaxed } from './item-taxes.ts'
import type { Nota, NotaItem, StateCode } from './nota.ts'
import { icmsParts } from './tax-xml.ts'

const partNames = {
  own: 'o ICMS próprio',
  st: 'a substituição tributária',
  retained: 'o ICMS-ST retido antes',
  effective: 'o ICMS efetivo',
  relief: 'o ICMS desonerado',
  credit: 'o crédito do Simples',
}

export function icmsFaults(nota: Nota, { taxes: { icms }, origin }: NotaItem, add: Add) {
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

export function difalFaults(nota: Nota, { taxes: { difal, icms }, origin }: NotaItem, add: Add) {
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

export function contributionFaults({ taxes: { pis, cofins, ipi, approximate, returnedIpi } }: NotaItem, add: Add) {
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

export function ibsCbsFaults({ taxes: { ibsCbs } }: NotaItem, add: Add) {
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
