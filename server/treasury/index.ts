/** The money ahead: pure sums of anticipations, credit and cash flow, no database. */
import type { Module } from '../platform/http.ts'

export { allocate, freeOf, freeUnits } from './agenda.ts'
export type { Agenda, Overdrawn, Receivable, Unit } from './agenda.ts'
export { anticipate } from './anticipation.ts'
export type { Anticipation, AnticipationTerms, Discount, Discounted, Part } from './anticipation.ts'
export { cashFlow, certainties, mismatchOf } from './cash-flow.ts'
export type { Cash, CashDay, CashFlow, Certainty, Inflow, Low, Mismatch, Outflow } from './cash-flow.ts'
export { cetOf } from './cet.ts'
export type { Cet, Flow, Iof } from './cet.ts'
export { chooseReceivables } from './choose.ts'
export type { Choice, Need } from './choose.ts'
export { breakEvenRate, loanFor, overdraftCost, priceLoan, supplierDiscount } from './credit.ts'
export type { Loan, LoanTerms, SupplierDiscount } from './credit.ts'
export { forecast } from './forecast.ts'
export type { Forecast } from './forecast.ts'
export { financeGap } from './financing.ts'
export type { Financed, Financing, Source } from './financing.ts'
export { withScenario } from './scenario.ts'
export type { Step } from './scenario.ts'

export const module: Module = { routes: [] }
