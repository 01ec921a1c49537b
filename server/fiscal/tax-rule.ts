/** The tax rule of one item, already chosen by (operation, states, regime, product group), and the rates that the law dates. */
import type { Centavos, IcmsCode, NotaItem, Nota, Rate } from './nota.ts'

/** Taxes of one item as rates; `assess` turns them into amounts. Null is "does not apply". */
export type ItemTaxRule = {
  cfop: string
  cBenef: string | null
  icms: {
    code: IcmsCode
    /** Percent of the own ICMS; codes 00, 10, 20, 51, 70, 90 and 900. */
    rate: Rate | null
    /** Percent taken off the base (20, 51, 70, 90, 900). */
    baseReduction: Rate | null
    /** Percent of the ICMS that is deferred (51, 90). */
    deferral: Rate | null
    fcp: Rate | null
    st: { mode: 0 | 1 | 2 | 3 | 4 | 5 | 6; mva: Rate | null; baseReduction: Rate | null; rate: Rate; fcp: Rate | null } | null
    /** Substitution paid by the supplier, per unit of the item and in reais (codes 60 and 500); null leaves the amounts out, as most states accept. */
    retained: { unitBase: string; rate: Rate; unitSubstitute: string | null; unitValue: string } | null
    /** Reason (motDesICMS) and rate of relieved ICMS; `inside` grosses the base up; `deducted` takes it off the total. */
    relief: { reason: string; rate: Rate; inside: boolean; deducted: boolean } | null
    /** pCredSN of the month (101, 201, 900). */
    credit: Rate | null
  }
  /**
   * Sale to a consumer of another state who is no contributor, by a company that pays it (not Simples: STF, Tema 1093).
   * `base` 'single': the value of the operation. 'double': interstate ICMS off, then grossed up by the internal rate and FCP.
   */
  difal: { internal: Rate; interstate: '4' | '7' | '12'; fcp: Rate | null; base: 'single' | 'double' } | null
  ipi: { cst: string; framework: string; rate: Rate } | null
  pis: { cst: string; rate: Rate }
  cofins: { cst: string; rate: Rate }
  /** Own ICMS leaves the base of PIS and COFINS (STF, Tema 69); `difal` takes the destination's ICMS off too. */
  contributionsWithout: { icms: boolean; difal: boolean }
  /** Null while the company's regime does not write the group. */
  ibsCbs: {
    cst: string
    cClassTrib: string
    donation: boolean
    /** Percent taken off the rates (CST 200, 515). */
    reduction: { ibs: Rate; cbs: Rate } | null
    /** Percent deferred (CST 510, 515). */
    deferral: { ibs: Rate; cbs: Rate } | null
    /** CST 550: how it would be taxed without the suspension. */
    regular: { cst: string; cClassTrib: string; reduction: { ibs: Rate; cbs: Rate } | null } | null
  } | null
  /** Approximate taxes for the consumer, percent of the item (Lei 12.741); null writes none. */
  approximate: Rate | null
}

/** Rates of IBS and CBS in force from a day on (YYYY-MM-DD, both ends included). A null rate is unknown: nothing is issued with it. */
export type IbsCbsRates = {
  from: string
  until: string | null
  ibsState: Rate | null
  ibsMunicipal: Rate | null
  cbs: Rate | null
  /** Whether they go on top of the nota's total; not in the test year 2026. */
  onTop: boolean
}

/** An item before its taxes; freight, insurance, discount and other are its own part and the order's are shared by `assess`. */
export type ItemDraft = Omit<NotaItem, 'cfop' | 'cBenef' | 'gross' | 'freight' | 'insurance' | 'discount' | 'other' | 'taxes' | 'total'> & {
  /** Null is quantity x unitPrice, rounded. */
  gross: Centavos | null
  freight: Centavos
  insurance: Centavos
  discount: Centavos
  other: Centavos
  returnedIpi: { rate: Rate; value: Centavos } | null
  rule: ItemTaxRule
}

/** A nota before its taxes; `charges` belong to the whole order and are shared over the items without losing a centavo. */
export type NotaDraft = Omit<Nota, 'items' | 'totals'> & {
  items: ItemDraft[]
  charges: { freight: Centavos; insurance: Centavos; discount: Centavos; other: Centavos }
}
