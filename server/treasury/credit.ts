/** Other money for the same need: a Price loan with its IOF, and the supplier's discount that is lost by paying later. */
import { timesOver } from '../platform/arithmetic.ts'
import type { Centavos, Decimal } from '../platform/arithmetic.ts'
import { hundredMillionths, readIof } from './anticipation.ts'
import { cetOf } from './cet.ts'
import type { Cet, Iof } from './cet.ts'

/** `monthlyRate` is a percentage with up to 6 decimals; instalments fall every 30 days; `tariff` in centavos, taken from what is handed over, as is the IOF. */
export type LoanTerms = { monthlyRate: Decimal; instalments: number; tariff: Centavos; iof: Iof | null }
/** All in centavos: received = principal - iof - tariff; the payments sum to principal + interest. */
export type Loan = { principal: Centavos; iof: Centavos; tariff: Centavos; received: Centavos; payments: Centavos[]; interest: Centavos; cet: Cet | null }

/** A loan by the Price table; the last payment takes what rounding left. Throws RangeError for a rate or a number of instalments that is none. */
export function priceLoan(principal: Centavos, terms: LoanTerms): Loan {
  return loanAt(principal, hundredMillionths(terms.monthlyRate) / 100_000_000, terms)
}

/** The smallest Price loan that hands over at least `need` centavos after IOF and tariff. Throws RangeError when an IOF of half the principal or more is typed. */
export function loanFor(need: Centavos, terms: LoanTerms): Loan {
  let loan = priceLoan(need, terms)
  if (loan.iof * 2 >= need) throw new RangeError(`IOF ${loan.iof} of ${need}`)
  while (loan.received < need) loan = priceLoan(loan.principal + need - loan.received, terms)
  for (let less = priceLoan(loan.principal - 1, terms); less.received >= need; less = priceLoan(loan.principal - 1, terms)) loan = less
  return loan
}

/** The monthly rate (percentage, 2 decimals rounded down) up to which a loan of these terms costs no more than `cet`; null when not even a free loan does. */
export function breakEvenRate(principal: Centavos, cet: Cet, terms: Omit<LoanTerms, 'monthlyRate'>): Decimal | null {
  const dearer = (hundredths: number) => Number(loanAt(principal, hundredths / 10_000, terms).cet?.monthly ?? Number.POSITIVE_INFINITY) > Number(cet.monthly)
  if (dearer(0)) return null
  let [low, high] = [0, 100_000]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (dearer(middle)) high = middle
    else low = middle
  }
  return String(low / 100)
}

/** `saved` in centavos: what paying early takes off. `cet`: what keeping the money until the due date costs by losing it. */
export type SupplierDiscount = { saved: Centavos; pays: Centavos; cet: Cet | null }

/** A supplier takes `discount` % off `value` (centavos) when it is paid `days` before it is due: d / (1 - d) over those days. */
export function supplierDiscount(value: Centavos, discount: Decimal, days: number): SupplierDiscount {
  const saved = timesOver(value, hundredMillionths(discount), 100_000_000)
  const flows = [
    { day: 0, centavos: value - saved },
    { day: days, centavos: -value },
  ]
  return { saved, pays: value - saved, cet: cetOf(flows) }
}

/** A running overdraft or guaranteed account: what each day below zero costs, in centavos. `balances` are those at the end of each day. */
export function overdraftCost(balances: Centavos[], monthlyRate: Decimal, iof: Iof | null): { interest: Centavos; iof: Centavos } {
  const rates = iof && readIof(iof)
  let used = 0
  let deepest = 0
  for (const balance of balances) {
    used += Math.max(0, -balance)
    deepest = Math.max(deepest, -balance)
  }
  const interest = timesOver(used, hundredMillionths(monthlyRate), 3_000_000_000)
  // the flat part falls on what is newly borrowed, and each day's balance pays the daily part
  return { interest, iof: rates ? timesOver(used, rates.daily, 100_000_000) + timesOver(deepest, rates.flat, 100_000_000) : 0 }
}

function loanAt(principal: Centavos, rate: number, { instalments, tariff, iof: iofTerms }: Omit<LoanTerms, 'monthlyRate'>): Loan {
  if (!Number.isInteger(instalments) || instalments < 1 || instalments > 600) throw new RangeError(`instalments ${instalments}`)
  const rates = iofTerms && readIof(iofTerms)
  const payment = Math.round(rate === 0 ? principal / instalments : (principal * rate) / (1 - (1 + rate) ** -instalments))
  const payments: Centavos[] = []
  let owed = principal
  // principal x days x daily rate, in hundred-millionths of a centavo
  let taxed = principal * (rates?.flat ?? 0)
  for (let number = 1; number <= instalments; number += 1) {
    const interest = Math.round(owed * rate)
    const repaid = number === instalments ? owed : Math.min(owed, payment - interest)
    payments.push(repaid + interest)
    owed -= repaid
    if (rates) taxed += repaid * rates.daily * Math.min(30 * number, rates.longest)
  }
  const iof = Math.round(taxed / 100_000_000)
  const received = principal - iof - tariff
  const cet = cetOf([{ day: 0, centavos: received }, ...payments.map((centavos, at) => ({ day: 30 * (at + 1), centavos: -centavos }))])
  return { principal, iof, tariff, received, payments, interest: payments.reduce((all, one) => all + one, 0) - principal, cet }
}
