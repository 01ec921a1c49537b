import type { ImportKind } from '../channels/index.ts'
import type { Module } from '../platform/http.ts'
import { jobs } from './acts.ts'
import { refusals } from './contract.ts'
import { productFiscalKind } from './product-sheet.ts'
import { classTribKind, stateRatesKind } from './rate-sheets.ts'
import { routes } from './routes.ts'
import { taxRulesKind } from './rule-sheet.ts'

export { acts, probeAuthoriser } from './acts.ts'
export type { Acts } from './acts.ts'
export { fiscalWarnings, keepCertificate } from './certificates.ts'
export { addCompany, saveCompany } from './companies.ts'
export { saveManyProductFiscal } from './product-fiscal.ts'
export type { ProductFiscalInput } from './product-fiscal.ts'
export { confirmStateRates, saveClassTrib, suggestStateRates } from './rates.ts'
export { readiness } from './readiness.ts'
export { precedence, ruleFor } from './rule-for.ts'
export type { ChosenRule, RuleBuyer, RuleOperation, RuleQuestion } from './rule-for.ts'
export { addSeries } from './series.ts'
export { addStarterRules } from './starter-rules.ts'
export { confirmRules, saveRule } from './tax-rules.ts'

/** Fiscal sheets, for the import of channels/. */
export const fiscalKinds: Record<'product_fiscal' | 'tax_rules' | 'state_rates' | 'class_trib', ImportKind> = {
  product_fiscal: productFiscalKind,
  tax_rules: taxRulesKind,
  state_rates: stateRatesKind,
  class_trib: classTribKind,
}
export const module: Module = { routes, refusals, jobs }
