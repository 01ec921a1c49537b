import { scaledRate, valueOf } from './arithmetic.ts'
import { ibsCbsCsts } from './item-taxes.ts'
import type { Fault, Rate } from './nota.ts'
import type { IbsCbsRates, ItemDraft, ItemTaxRule } from './tax-rule.ts'

/** What a rule lacks for its codes, and rates that nobody knows yet. */
export function ruleFaults({ rule, ...item }: ItemDraft, number: number, rates: IbsCbsRates | null, day: string): Fault[] {
  const faults: Fault[] = []
  const add = (field: string, code: string, message: string) =>
    faults.push({ field: `items.${field}`, item: number, code, message: `Item ${number}: ${message}` })
  if (item.gross === null ? Number.isNaN(valueOf(item.quantity, item.unitPrice)) : !Number.isSafeInteger(item.gross) || item.gross < 0)
    add('unitPrice', 'bad_amount', 'a quantidade (até 4 casas) ou o preço (até 10 casas) não é um número; corrija no pedido')
  for (const name of ['freight', 'insurance', 'discount', 'other'] as const)
    if (!Number.isSafeInteger(item[name]) || item[name] < 0) add(name, 'bad_amount', 'frete, seguro, desconto e outras despesas são centavos, zero ou mais')
  const bad = ratesIn(rule).filter(([, rate]) => Number.isNaN(scaledRate(rate)))
  for (const [name, rate] of bad)
    add(`rule.${name}`, 'bad_rate', `a regra fiscal tem a alíquota "${rate}"; escreva o percentual com ponto e até 4 casas, como 12.00`)
  const { icms, ibsCbs, difal } = rule
  if (['00', '10', '20', '70'].includes(icms.code) && icms.rate === null)
    add('rule.icms.rate', 'icms_rate_missing', `a regra fiscal usa o CST ${icms.code} sem a alíquota de ICMS; complete a regra`)
  if (['20', '70'].includes(icms.code) && icms.baseReduction === null)
    add('rule.icms.baseReduction', 'icms_reduction_missing', `a regra fiscal usa o CST ${icms.code} sem a redução de base; complete a regra`)
  if (['10', '30', '70', '201', '202', '203'].includes(icms.code) && icms.st === null)
    add('rule.icms.st', 'st_missing', `a regra fiscal usa o código ${icms.code} sem os dados da substituição tributária; complete a regra`)
  if (['101', '201'].includes(icms.code) && icms.credit === null)
    add('rule.icms.credit', 'simples_credit_missing', `a regra fiscal usa o CSOSN ${icms.code} sem o percentual de crédito do mês; informe-o na empresa`)
  if (difal && scaledRate(difal.internal) + scaledRate(difal.fcp ?? '0') >= 1_000_000)
    add('rule.difal.internal', 'bad_rate', 'a alíquota interna do DIFAL com o FCP passa de 100 %')
  if (ibsCbs) {
    const kind = ibsCbsCsts[ibsCbs.cst]
    if (!kind) add('rule.ibsCbs.cst', 'ibs_cbs_cst_unknown', `o CST ${ibsCbs.cst} de IBS/CBS não é atendido; use 000, 200, 400, 410, 510, 515 ou 550`)
    else if (kind !== 'none' && (!rates || rates.ibsState === null || rates.ibsMunicipal === null || rates.cbs === null))
      add(
        'rule.ibsCbs',
        'ibs_cbs_rates_unknown',
        `não há alíquotas de IBS e CBS conhecidas para ${day.split('-').toReversed().join('/')}; cadastre-as em Fiscal › Alíquotas de IBS e CBS`,
      )
    if (kind?.startsWith('reduced') && !ibsCbs.reduction)
      add('rule.ibsCbs.reduction', 'ibs_cbs_reduction_missing', `o CST ${ibsCbs.cst} de IBS/CBS pede o percentual de redução; complete a regra`)
    if (kind?.endsWith('deferred') && !ibsCbs.deferral)
      add('rule.ibsCbs.deferral', 'ibs_cbs_deferral_missing', `o CST ${ibsCbs.cst} de IBS/CBS pede o percentual de diferimento; complete a regra`)
    if (kind === 'suspended' && !ibsCbs.regular)
      add('rule.ibsCbs.regular', 'ibs_cbs_regular_missing', `o CST ${ibsCbs.cst} de IBS/CBS pede a tributação regular; complete a regra`)
  }
  return faults
}

function ratesIn(rule: ItemTaxRule): [string, Rate][] {
  const { icms, difal, ipi, pis, cofins, ibsCbs } = rule
  const all: [string, Rate | null | undefined][] = [
    ['icms.rate', icms.rate],
    ['icms.baseReduction', icms.baseReduction],
    ['icms.deferral', icms.deferral],
    ['icms.fcp', icms.fcp],
    ['icms.st.mva', icms.st?.mva],
    ['icms.st.baseReduction', icms.st?.baseReduction],
    ['icms.st.rate', icms.st?.rate],
    ['icms.st.fcp', icms.st?.fcp],
    ['icms.retained.rate', icms.retained?.rate],
    ['icms.relief.rate', icms.relief?.rate],
    ['icms.credit', icms.credit],
    ['difal.internal', difal?.internal],
    ['difal.interstate', difal?.interstate],
    ['difal.fcp', difal?.fcp],
    ['ipi.rate', ipi?.rate],
    ['pis.rate', pis.rate],
    ['cofins.rate', cofins.rate],
    ['ibsCbs.reduction', ibsCbs?.reduction?.ibs],
    ['ibsCbs.reduction', ibsCbs?.reduction?.cbs],
    ['ibsCbs.deferral', ibsCbs?.deferral?.ibs],
    ['ibsCbs.deferral', ibsCbs?.deferral?.cbs],
    ['ibsCbs.regular', ibsCbs?.regular?.reduction?.ibs],
    ['ibsCbs.regular', ibsCbs?.regular?.reduction?.cbs],
    ['approximate', rule.approximate],
  ]
  return all.filter((entry): entry is [string, Rate] => typeof entry[1] === 'string')
}
