/** From rates to amounts: what each item of a nota pays, and the totals. Rules and sources: facts 2.9 to 2.11 and 4.2. */
import { percentOf, shareOut, valueOf } from './arithmetic.ts'
import { contributionOf, difalOf, ibsCbsOf, icmsOf, ipiOf } from './item-taxes.ts'
import type { Centavos, Fault, ItemTaxes, Nota, NotaItem, NotaTotals } from './nota.ts'
import { ruleFaults } from './rule-faults.ts'
import type { IbsCbsRates, ItemDraft, NotaDraft } from './tax-rule.ts'

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
