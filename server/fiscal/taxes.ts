/** From rates to amounts: what each item of a nota pays, and the totals. Rules and sources: facts 2.9 to 2.11 and 4.2. */
import { percentOf, rateText, scaledRate, shareOut, timesOver, valueOf } from './arithmetic.ts'
import type { Centavos, Contribution, Difal, Fault, IbsCbs, IbsCbsPart, Icms, Ipi, ItemTaxes, Nota, NotaItem, NotaTotals, Portion, Rate } from './nota.ts'
import type { IbsCbsRates, ItemDraft, ItemTaxRule, NotaDraft } from './tax-rule.ts'

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

/**
 * Shares the order's charges over the items, taxes each item and sums. `day` (YYYY-MM-DD, default the day of issue) chooses the rates of IBS and CBS: a
 * return takes those of the day of the sale. Answers with faults, and no nota, when a rate is unknown or a rule lacks a number; never throws for data.
 */
export function assess(draft: NotaDraft, rates: IbsCbsRates[], day: string = draft.issuedAt.slice(0, 10)): { nota: Nota } | { faults: Fault[] } {
  const { charges, items: drafts, ...head } = draft
  const dated = ratesOn(rates, day)
  const faults = drafts.flatMap((item, index) => ruleFaults(item, index + 1, dated, day))
  for (const [name, charge] of Object.entries(charges))
    if (!Number.isSafeInteger(charge) || charge < 0)
      faults.push({
        field: `charges.${name}`,
        item: null,
        code: 'bad_amount',
        message: 'O valor rateado do pedido deve ser um número de centavos, zero ou mais',
      })
  if (faults.length > 0) return { faults }

  const gross = drafts.map((item) => item.gross ?? valueOf(item.quantity, item.unitPrice))
  const freight = shareOut(charges.freight, gross)
  const insurance = shareOut(charges.insurance, gross)
  const other = shareOut(charges.other, gross)
  // a discount goes where there is something left to discount
  const discount = shareOut(
    charges.discount,
    drafts.map((item, index) => Math.max(0, gross[index]! - item.discount)),
  )
  const items = drafts.map((item, index) =>
    taxed(
      item,
      {
        gross: gross[index]!,
        freight: item.freight + freight[index]!,
        insurance: item.insurance + insurance[index]!,
        discount: item.discount + discount[index]!,
        other: item.other + other[index]!,
      },
      draft,
      dated,
    ),
  )
  return { nota: { ...head, items, totals: totalsOf(items, dated?.onTop ?? false) } }
}

/** The rates of IBS and CBS of a day (YYYY-MM-DD), or null when the table does not reach it. */
export const ratesOn = (rates: IbsCbsRates[], day: string): IbsCbsRates | null =>
  rates.find((row) => row.from <= day && (row.until === null || day <= row.until)) ?? null

type Amounts = Pick<NotaItem, 'gross' | 'freight' | 'insurance' | 'discount' | 'other'>

function taxed(draft: ItemDraft, amounts: Amounts, nota: NotaDraft, rates: IbsCbsRates | null): NotaItem {
  const { rule, returnedIpi, ...facts } = draft
  const value = amounts.gross + amounts.freight + amounts.insurance + amounts.other - amounts.discount
  const ipi = ipiOf(rule, value)
  // IPI is part of the base of ICMS when the buyer will not resell or manufacture (CF, art. 155, § 2º, XI)
  const operation = value + (nota.finalConsumer ? (ipi?.value ?? 0) : 0)
  const icms = icmsOf(rule, operation, value + (ipi?.value ?? 0), draft.quantity)
  const difal = difalOf(rule, operation, nota)
  const withoutIcms =
    value -
    (rule.contributionsWithout.icms ? (icms.own?.value ?? 0) : 0) -
    (rule.contributionsWithout.difal ? (difal?.value ?? 0) + (difal?.fcp?.value ?? 0) : 0)
  const pis = contributionOf(rule.pis, withoutIcms)
  const cofins = contributionOf(rule.cofins, withoutIcms)
  const ibsCbsBase = value - pis.value - cofins.value - (icms.own?.value ?? 0) - (icms.own?.fcp?.value ?? 0) - (difal?.value ?? 0) - (difal?.fcp?.value ?? 0)
  const ibsCbs = ibsCbsOf(rule, Math.max(0, ibsCbsBase), rates)
  const taxes: ItemTaxes = {
    approximate: rule.approximate === null ? null : percentOf(value, rule.approximate),
    icms,
    ipi,
    pis,
    cofins,
    difal,
    ibsCbs,
    returnedIpi,
  }
  const item: NotaItem = { ...facts, ...amounts, cfop: rule.cfop, cBenef: rule.cBenef, taxes, total: 0 }
  item.total = itemTotal(item, rates?.onTop ?? false)
  return item
}

function ipiOf(rule: ItemTaxRule, value: Centavos): Ipi | null {
  if (!rule.ipi) return null
  const { cst, framework, rate } = rule.ipi
  return ipiTaxed.has(cst) ? { cst, framework, base: value, rate, value: percentOf(value, rate) } : { cst, framework, base: 0, rate: '0', value: 0 }
}
/** CSTs of IPI with base and amount; the others are not taxed. */
export const ipiTaxed = new Set(['00', '49', '50', '99'])

function icmsOf(rule: ItemTaxRule, operation: Centavos, stOperation: Centavos, quantity: string): Icms {
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
function difalOf(rule: ItemTaxRule, operation: Centavos, nota: NotaDraft): Difal | null {
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

function contributionOf({ cst, rate }: { cst: string; rate: Rate }, base: Centavos): Contribution {
  const pays = scaledRate(rate) > 0 && !contributionFree.has(cst)
  return pays ? { cst, base: Math.max(0, base), rate, value: percentOf(Math.max(0, base), rate) } : { cst, base: 0, rate: '0', value: 0 }
}
/** CSTs of PIS and COFINS that carry only themselves. */
export const contributionFree = new Set(['04', '05', '06', '07', '08', '09'])

function ibsCbsOf({ ibsCbs: rule }: ItemTaxRule, base: Centavos, rates: IbsCbsRates | null): IbsCbs | null {
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

/** What an item adds to the nota: vNF is the sum of these. */
export function itemTotal(item: Pick<NotaItem, 'gross' | 'freight' | 'insurance' | 'discount' | 'other' | 'inTotal' | 'taxes'>, onTop: boolean): Centavos {
  const { icms, ipi, returnedIpi, ibsCbs } = item.taxes
  const amounts = onTop ? ibsCbs?.amounts : null
  return (
    (item.inTotal ? item.gross : 0) +
    item.freight +
    item.insurance +
    item.other -
    item.discount -
    (icms.relief?.deducted ? icms.relief.value : 0) +
    (icms.st?.value ?? 0) +
    (icms.st?.fcp?.value ?? 0) +
    (ipi?.value ?? 0) +
    (returnedIpi?.value ?? 0) +
    (amounts ? amounts.ibs + amounts.cbs.value : 0)
  )
}

/** The totals that these items give; `faultsOf` compares a nota's with them. */
export function totalsOf(items: NotaItem[], onTop: boolean): NotaTotals {
  const sum = (of: (item: NotaItem) => Centavos | null | undefined) => items.reduce((all, item) => all + (of(item) ?? 0), 0)
  const total = sum((item) => itemTotal(item, false))
  const withAmounts = items.some((item) => item.taxes.ibsCbs?.amounts)
  const reversed = items.some((item) => item.taxes.ibsCbs?.reversal)
  const part = (of: 'state' | 'municipal' | 'cbs') => ({
    deferred: sum((item) => item.taxes.ibsCbs?.amounts?.[of].deferral?.value),
    value: sum((item) => item.taxes.ibsCbs?.amounts?.[of].value),
  })
  return {
    icmsBase: sum((item) => item.taxes.icms.own?.base),
    icms: sum((item) => item.taxes.icms.own?.value),
    icmsRelief: sum((item) => item.taxes.icms.relief?.value),
    fcpDestination: sum((item) => item.taxes.difal?.fcp?.value),
    icmsDestination: sum((item) => item.taxes.difal?.value),
    icmsOrigin: sum((item) => item.taxes.difal?.originShare),
    fcp: sum((item) => item.taxes.icms.own?.fcp?.value),
    stBase: sum((item) => item.taxes.icms.st?.base),
    st: sum((item) => item.taxes.icms.st?.value),
    fcpSt: sum((item) => item.taxes.icms.st?.fcp?.value),
    fcpStRetained: sum((item) => item.taxes.icms.retained?.fcp?.value),
    products: sum((item) => (item.inTotal ? item.gross : 0)),
    freight: sum((item) => item.freight),
    insurance: sum((item) => item.insurance),
    discount: sum((item) => item.discount),
    ipi: sum((item) => item.taxes.ipi?.value),
    ipiReturned: sum((item) => item.taxes.returnedIpi?.value),
    pis: sum((item) => item.taxes.pis.value),
    cofins: sum((item) => item.taxes.cofins.value),
    other: sum((item) => item.other),
    total,
    approximate: items.some((item) => item.taxes.approximate !== null) ? sum((item) => item.taxes.approximate) : null,
    // with CSTs that carry no amounts the total is refused (1118)
    ibsCbs:
      withAmounts || reversed
        ? {
            base: sum((item) => item.taxes.ibsCbs?.amounts?.base),
            state: part('state'),
            municipal: part('municipal'),
            ibs: sum((item) => item.taxes.ibsCbs?.amounts?.ibs),
            cbs: part('cbs'),
            reversal: reversed ? { ibs: sum((item) => item.taxes.ibsCbs?.reversal?.ibs), cbs: sum((item) => item.taxes.ibsCbs?.reversal?.cbs) } : null,
          }
        : null,
    totalWithIbsCbs: sum((item) => itemTotal(item, onTop)),
  }
}

/** What a rule lacks for its codes, and rates that nobody knows yet. */
function ruleFaults({ rule, ...item }: ItemDraft, number: number, rates: IbsCbsRates | null, day: string): Fault[] {
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
