import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { askTestNota, probeAuthoriser } from './acts.ts'
import { certificateList, fiscalWarnings, uploadCertificate } from './certificates.ts'
import { addCompany, companyList, municipalityList, saveCompany } from './companies.ts'
import * as contract from './contract.ts'
import { productFiscal, productFiscalList, saveProductFiscal } from './product-fiscal.ts'
import { productSheet } from './product-sheet.ts'
import { stateRateSheet } from './rate-sheets.ts'
import {
  classTribList,
  confirmStateRates,
  dropStateRate,
  reform,
  saveReformDuty,
  saveReformRate,
  saveStateRate,
  stateRateList,
  suggestStateRates,
} from './rates.ts'
import { readiness } from './readiness.ts'
import { ruleSheet } from './rule-sheet.ts'
import { addSeries, changeSeries } from './series.ts'
import { addStarterRules } from './starter-rules.ts'
import { confirmRules, endRule, ruleList, saveRule, tryRule } from './tax-rules.ts'

export const routes: Route[] = [
  query(contract.companiesEndpoint, companyList),
  command(contract.addCompanyEndpoint, addCompany),
  command(contract.saveCompanyEndpoint, saveCompany),
  query(contract.municipalitiesEndpoint, municipalityList),
  command(contract.addSeriesEndpoint, addSeries),
  command(contract.changeSeriesEndpoint, changeSeries),
  query(contract.certificatesEndpoint, certificateList),
  raw(contract.uploadCertificateEndpoint, uploadCertificate),
  query(contract.fiscalWarningsEndpoint, fiscalWarnings),
  query(contract.productsFiscalEndpoint, productFiscalList),
  raw(contract.productsFiscalSheet, productSheet),
  query(contract.productFiscalEndpoint, productFiscal),
  command(contract.saveProductFiscalEndpoint, saveProductFiscal),
  query(contract.rulesEndpoint, ruleList),
  command(contract.saveRuleEndpoint, saveRule),
  command(contract.confirmRulesEndpoint, confirmRules),
  command(contract.endRuleEndpoint, endRule),
  command(contract.starterRulesEndpoint, addStarterRules),
  query(contract.tryRuleEndpoint, tryRule),
  raw(contract.rulesSheet, ruleSheet),
  query(contract.stateRatesEndpoint, stateRateList),
  command(contract.saveStateRateEndpoint, saveStateRate),
  command(contract.suggestStateRatesEndpoint, suggestStateRates),
  command(contract.confirmStateRatesEndpoint, confirmStateRates),
  command(contract.dropStateRateEndpoint, dropStateRate),
  raw(contract.stateRatesSheet, stateRateSheet),
  query(contract.reformEndpoint, reform),
  command(contract.saveReformRateEndpoint, saveReformRate),
  command(contract.saveReformDutyEndpoint, saveReformDuty),
  query(contract.classTribEndpoint, classTribList),
  query(contract.readinessEndpoint, readiness),
  command(contract.probeEndpoint, probeAuthoriser),
  command(contract.testNotaEndpoint, askTestNota),
]
