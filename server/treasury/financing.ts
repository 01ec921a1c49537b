/** A gap in the cash ahead, and what closing it costs at each source of money. */
import type { Centavos, Decimal } from '../platform/arithmetic.ts'
import { addDays } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import type { Agenda } from './agenda.ts'
import type { AnticipationTerms } from './anticipation.ts'
import { cashFlow } from './cash-flow.ts'
import type { Cash, CashFlow, Certainty } from './cash-flow.ts'
import { percentText } from './cet.ts'
import type { Cet, Iof } from './cet.ts'
import { chooseReceivables } from './choose.ts'
import type { Choice } from './choose.ts'
import { loanFor, overdraftCost, supplierDiscount } from './credit.ts'
import type { Loan, LoanTerms } from './credit.ts'
import { withScenario } from './scenario.ts'
import type { Step } from './scenario.ts'

/** `certainty` of the agenda's receivables tells from which bar of the forecast they leave. `supplier`: not paying early, and so losing a discount. */
export type Source =
  | { kind: 'anticipation'; name: string; agenda: Agenda; cut: boolean; terms: AnticipationTerms; certainty: (receivable: string) => Certainty }
  | { kind: 'loan'; name: string; terms: LoanTerms }
  | { kind: 'overdraft'; name: string; monthlyRate: Decimal; iof: Iof | null; limit: Centavos }
  | { kind: 'supplier'; name: string; value: Centavos; discount: Decimal; days: number }

/**
 * `brings` at the start of the gap, `cost` over the whole contract (of an overdraft: over the forecast). `missing` is what of the need it does not cover;
 * `lowest` the least balance of the forecast with it (null for a supplier's discount, whose payment is in the forecast at its due date already).
 */
export type Financed = {
  kind: Source['kind']
  name: string
  brings: Centavos
  cost: Centavos
  cet: Cet | null
  missing: Centavos
  lowest: Centavos | null
  choice?: Choice
  loan?: Loan
}
export type Financing = { need: Centavos; on: Day; by: Day; sources: Financed[] }

/**
 * What closing the gap costs at each source: those that cover it first, by their CET. The need is the whole gap, from the first day below zero to the
 * last; receivables due before that are in the forecast already, and taking them away would only move the hole, so they are not anticipated. Null when there is no gap.
 */
export function financeGap(cash: Cash, sources: Source[]): Financing | null {
  const flow = cashFlow(cash)
  if (flow.gapFrom === null || flow.gapUntil === null) return null
  const need = { need: flow.gap, on: flow.gapFrom, by: flow.gapUntil }
  const rank = ({ missing, cet }: Financed) => [missing > 0 ? 1 : 0, cet === null ? Number.POSITIVE_INFINITY : Number(cet.monthly)] as const
  const financed = sources.map((source) => finance(cash, flow, need, source))
  return {
    ...need,
    sources: financed.toSorted((one, other) => rank(one)[0] - rank(other)[0] || compare(rank(one)[1], rank(other)[1])),
  }
}

const compare = (one: number, other: number) => (one === other ? 0 : one < other ? -1 : 1)

function finance(cash: Cash, flow: CashFlow, { need, on, by }: Omit<Financing, 'sources'>, source: Source): Financed {
  const lowestWith = (step: Step) => cashFlow(withScenario(cash, [step])).lowest.balance
  const { kind, name } = source
  if (source.kind === 'anticipation') {
    const choice = chooseReceivables(source.agenda, { need, on, by, cut: source.cut }, source.terms)
    const parts = choice.parts.map(({ id, due, value }) => ({ due, value, certainty: source.certainty(id) }))
    const lowest = lowestWith({ kind: 'anticipate', on, received: choice.received, parts })
    return { kind, name, brings: choice.received, cost: choice.nominal - choice.received, cet: choice.cet, missing: choice.missing, lowest, choice }
  }
  if (source.kind === 'loan') {
    const loan = loanFor(need, source.terms)
    const payments = loan.payments.map((centavos, at) => ({ day: addDays(on, 30 * (at + 1)), centavos }))
    const lowest = lowestWith({ kind: 'borrow', on, received: loan.received, payments })
    return { kind, name, brings: loan.received, cost: loan.interest + loan.iof + loan.tariff, cet: loan.cet, missing: 0, lowest, loan }
  }
  if (source.kind === 'supplier') {
    const { saved, pays, cet } = supplierDiscount(source.value, source.discount, source.days)
    return { kind, name, brings: pays, cost: saved, cet, missing: Math.max(0, need - pays), lowest: null }
  }
  const balances = flow.days.map(({ balance }) => Math.max(balance, -source.limit))
  const { interest, iof } = overdraftCost(balances, source.monthlyRate, source.iof)
  const used = balances.reduce((sum, balance) => sum + Math.max(0, -balance), 0)
  const monthly = used > 0 ? ((interest + iof) * 30) / used : 0
  const cet = used > 0 ? { monthly: percentText(monthly), yearly: percentText((1 + monthly) ** 12 - 1) } : null
  const brings = Math.min(need, source.limit)
  return { kind, name, brings, cost: interest + iof, cet, missing: need - brings, lowest: flow.lowest.balance + brings - interest - iof }
}
