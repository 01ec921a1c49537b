/** Each tax of one item. Values are centavos; `operation` is what the item costs with its share of freight and the like. */
import { percentOf, rateText, scaledRate, timesOver, valueOf } from './arithmetic.ts'
import type { Centavos, Contribution, Difal, IbsCbs, IbsCbsPart, Icms, Ipi, Portion, Rate } from './nota.ts'
import type { IbsCbsRates, ItemTaxRule, NotaDraft } from './tax-rule.ts'

/** What each CST of IBS/CBS carries: amounts, with reduced rates, with deferral; 'none' has only CST and cClassTrib. */
export const ibsCbsCsts: Record<string, 'full' | 'reduced' | 'deferred' | 'reduced and deferred' | 'suspended' | 'none'> = {
  '000': 'full',
  '200': 'reduced',
  '400': 'none',
  '410': 'none',
  '510': 'deferred',
  '515': 'reduced and deferred',
  '550': 'suspended',
}

export function ipiOf(rule: ItemTaxRule, value: Centavos): Ipi | null {
  if (!rule.ipi) return null
  const { cst, framework, rate } = rule.ipi
  return ipiTaxed.has(cst) ? { cst, framework, base: value, rate, value: percentOf(value, rate) } : { cst, framework, base: 0, rate: '0', value: 0 }
}
/** CSTs of IPI with base and amount; the others are not taxed. */
export const ipiTaxed = new Set(['00', '49', '50', '99'])

export function icmsOf(rule: ItemTaxRule, operation: Centavos, stOperation: Centavos, quantity: string): Icms {
  const { code, rate, baseReduction, deferral, st, retained, relief, credit } = rule.icms
  const base = baseReduction === null ? operation : operation - percentOf(operation, baseReduction)
  const fcp = rule.icms.fcp === null ? null : portion(base, rule.icms.fcp)
  const full = rate === null ? 0 : percentOf(base, rate)
  const deferred = deferral === null ? 0 : percentOf(full, deferral)
  const own: Icms['own'] =
    rate === null || !ownCodes.has(code)
      ? null
      : {
          mode: 3,
          base,
          reduction: baseReduction,
          rate,
          operation: deferral === null && code !== '51' ? null : full,
          deferral: deferral === null ? (code === '51' ? { rate: '0', value: 0 } : null) : { rate: deferral, value: deferred },
          value: full - deferred,
          fcp,
        }
  return {
    code,
    own,
    // Simples does not collect its own ICMS here, yet what would be due comes off the substitution (LC 123, art. 13, § 1º, XIII)
    st: st && stOf(st, stOperation, full, fcp?.value ?? 0),
    retained: retained && {
      base: valueOf(quantity, retained.unitBase),
      rate: retained.rate,
      substitute: retained.unitSubstitute === null ? null : valueOf(quantity, retained.unitSubstitute),
      value: valueOf(quantity, retained.unitValue),
      fcp: null,
    },
    effective: null,
    relief: relief && { value: reliefOf(relief, operation, own?.value ?? 0), reason: relief.reason, deducted: relief.deducted },
    credit: credit === null ? null : { rate: credit, value: percentOf(operation, credit) },
  }
}
const ownCodes = new Set(['00', '10', '20', '51', '70', '90', '900'])

function stOf(st: NonNullable<ItemTaxRule['icms']['st']>, operation: Centavos, own: Centavos, ownFcp: Centavos): NonNullable<Icms['st']> {
  const withMargin = st.mva === null ? operation : operation + percentOf(operation, st.mva)
  const base = st.baseReduction === null ? withMargin : withMargin - percentOf(withMargin, st.baseReduction)
  return {
    mode: st.mode,
    mva: st.mva,
    reduction: st.baseReduction,
    base,
    rate: st.rate,
    value: Math.max(0, percentOf(base, st.rate) - own),
    fcp: st.fcp === null ? null : { base, rate: st.fcp, value: Math.max(0, percentOf(base, st.fcp) - ownFcp) },
  }
}

function reliefOf(relief: NonNullable<ItemTaxRule['icms']['relief']>, operation: Centavos, due: Centavos): Centavos {
  if (!relief.inside) return Math.max(0, percentOf(operation, relief.rate) - due)
  const rate = scaledRate(relief.rate)
  return Math.max(0, timesOver(operation - due, rate, 1_000_000 - rate))
}

/** One rule serves a pair of states; the DIFAL in it is only for the consumer who is no contributor. */
export function difalOf(rule: ItemTaxRule, operation: Centavos, nota: NotaDraft): Difal | null {
  if (!rule.difal || nota.reach !== 2 || !nota.finalConsumer || nota.recipient.contributor !== 9) return null
  const { internal, interstate, fcp } = rule.difal
  const atOrigin = percentOf(operation, interstate)
  const rest = 1_000_000 - scaledRate(internal) - (fcp === null ? 0 : scaledRate(fcp))
  const base = rule.difal.base === 'single' ? operation : timesOver(operation - atOrigin, 1_000_000, rest)
  const value =
    rule.difal.base === 'single'
      ? timesOver(base, Math.max(0, scaledRate(internal) - scaledRate(interstate)), 1_000_000)
      : Math.max(0, percentOf(base, internal) - atOrigin)
  return { base, internal, interstate, value, originShare: 0, fcp: fcp === null ? null : portion(base, fcp) }
}

export function contributionOf({ cst, rate }: { cst: string; rate: Rate }, base: Centavos): Contribution {
  const pays = scaledRate(rate) > 0 && !contributionFree.has(cst)
  return pays ? { cst, base: Math.max(0, base), rate, value: percentOf(Math.max(0, base), rate) } : { cst, base: 0, rate: '0', value: 0 }
}
/** CSTs of PIS and COFINS that carry only themselves. */
export const contributionFree = new Set(['04', '05', '06', '07', '08', '09'])

export function ibsCbsOf({ ibsCbs: rule }: ItemTaxRule, base: Centavos, rates: IbsCbsRates | null): IbsCbs | null {
  if (!rule) return null
  const { cst, cClassTrib, donation, reduction, deferral, regular } = rule
  const kind = ibsCbsCsts[cst]
  if (!kind || kind === 'none' || !rates) return { cst, cClassTrib, donation, amounts: null, reversal: null }
  const part = (rate: Rate | null, of: 'ibs' | 'cbs') => ibsCbsPart(base, rate ?? '0', reduction?.[of] ?? null, deferral?.[of] ?? null)
  const suspended = (rate: Rate | null): IbsCbsPart => ({ rate: rate ?? '0', deferral: null, reduction: null, value: 0 })
  const [state, municipal, cbs] =
    kind === 'suspended'
      ? [suspended(rates.ibsState), suspended(rates.ibsMunicipal), suspended(rates.cbs)]
      : [part(rates.ibsState, 'ibs'), part(rates.ibsMunicipal, 'ibs'), part(rates.cbs, 'cbs')]
  const asRegular = (rate: Rate | null, off: Rate | null) => {
    const effective = off === null ? (rate ?? '0') : reducedRate(rate ?? '0', off)
    return { rate: effective, value: percentOf(base, effective) }
  }
  return {
    cst,
    cClassTrib,
    donation,
    amounts: {
      base,
      state,
      municipal,
      ibs: state.value + municipal.value,
      cbs,
      regular: regular && {
        cst: regular.cst,
        cClassTrib: regular.cClassTrib,
        state: asRegular(rates.ibsState, regular.reduction?.ibs ?? null),
        municipal: asRegular(rates.ibsMunicipal, regular.reduction?.ibs ?? null),
        cbs: asRegular(rates.cbs, regular.reduction?.cbs ?? null),
      },
    },
    reversal: null,
  }
}

/** One of the three parts: rate less reduction, and of that the share that is deferred. */
export function ibsCbsPart(base: Centavos, rate: Rate, reduction: Rate | null, deferral: Rate | null): IbsCbsPart {
  const effective = reduction === null ? rate : reducedRate(rate, reduction)
  const due = percentOf(base, effective)
  const deferred = deferral === null ? 0 : percentOf(due, deferral)
  return {
    rate,
    deferral: deferral === null ? null : { rate: deferral, value: deferred },
    reduction: reduction === null ? null : { rate: reduction, effective },
    value: due - deferred,
  }
}

/** p x (1 - reduction), in ten-thousandths of a percent, which is all the layout can say. */
const reducedRate = (rate: Rate, reduction: Rate): Rate => rateText(timesOver(scaledRate(rate), 1_000_000 - scaledRate(reduction), 1_000_000))

const portion = (base: Centavos, rate: Rate): Portion => ({ base, rate, value: percentOf(base, rate) })
