import { interstateRate } from '../fiscal/index.ts'
import type { ItemTaxRule, StateCode } from '../fiscal/index.ts'
import type { NotaFault } from './contract.ts'
import type { LawOfTheDay } from './rates.ts'
import type { CompanyFacts, Goods } from './to-invoice.ts'

/** Codes whose own ICMS has a rate; a rule that leaves it out takes the state's. */
const taxedCodes = new Set(['00', '10', '20', '51', '70', '90'])

interface Sale {
  company: CompanyFacts
  /** UF of the recipient. */
  to: string
  /** A sale to somebody who pays no ICMS on his own (CPF, or CNPJ without registration). */
  consumer: boolean
  law: LawOfTheDay
}

/** Fills what a stored rule leaves to the day and the two states: the rates of ICMS, the difference of rates (EC 87/2015), IBS and CBS. */
export function resolveRule(stored: ItemTaxRule, goods: Goods, item: number, { company, to, consumer, law }: Sale): { rule: ItemTaxRule; faults: NotaFault[] } {
  const faults: NotaFault[] = []
  const from = (company.address.state ?? '') as StateCode
  const across = () => interstateRate(from, to as StateCode, goods.origin ?? 0)
  const interstate = from !== to
  const stateOf = (uf: string) => {
    const state = law.states[uf]
    if (!state)
      faults.push({
        field: 'alíquota do estado',
        item,
        code: 'no_state_rate',
        message: `Falta a alíquota interna de ${uf}: cadastre em Fiscal, Alíquotas`,
        href: '/fiscal/aliquotas',
      })
    else if (!state.confirmed)
      faults.push({
        field: 'alíquota do estado',
        item,
        code: 'unconfirmed_state_rate',
        message: `A alíquota interna de ${uf} é uma sugestão ainda não confirmada: confirme em Fiscal, Alíquotas`,
        href: '/fiscal/aliquotas',
      })
    return state
  }

  let rule = stored
  if (taxedCodes.has(rule.icms.code) && rule.icms.rate === null)
    rule = { ...rule, icms: { ...rule.icms, rate: interstate ? across() : (stateOf(from)?.internal_rate ?? '0') } }
  if (rule.difal === null && company.crt === 3 && interstate && consumer && rule.cfop.startsWith('6') && taxedCodes.has(rule.icms.code)) {
    const state = stateOf(to)
    if (state)
      rule = {
        ...rule,
        difal: {
          internal: state.internal_rate,
          interstate: across(),
          fcp: state.fcp_rate === '0' ? null : state.fcp_rate,
          base: state.difal_base,
        },
      }
  }
  return { rule: { ...rule, ibsCbs: law.duty[String(company.crt)] ? ibsCbsOf(rule, goods, item, law, faults) : null }, faults }
}

/** The operation's class goes before the product's; goods without a class are taxed in full (000001). */
function ibsCbsOf(rule: ItemTaxRule, goods: Goods, item: number, law: LawOfTheDay, faults: NotaFault[]): ItemTaxRule['ibsCbs'] {
  if (rule.ibsCbs) return rule.ibsCbs
  const code = goods.class_trib ?? '000001'
  const known = law.classes[code]
  if (!known) {
    faults.push({
      field: 'cClassTrib',
      item,
      code: 'unknown_class_trib',
      message: `O cClassTrib ${code} de ${goods.sku} não está na tabela: importe a tabela ou corrija o produto`,
      href: productHref(goods),
    })
    return null
  }
  const reduced = known.ibs !== '0' || known.cbs !== '0'
  return { cst: known.cst, cClassTrib: code, donation: false, reduction: reduced ? { ibs: known.ibs, cbs: known.cbs } : null, deferral: null, regular: null }
}

export const productHref = (goods: Goods) => `/fiscal/produtos?text=${encodeURIComponent(goods.sku)}`
