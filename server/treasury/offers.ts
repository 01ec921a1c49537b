/** What each source of money brings of a need, and what it costs: one reckoning for the simulation and for a gap in the cash ahead. */
import type { Centavos, Decimal } from '../platform/arithmetic.ts'
import { daysBetween } from '../platform/calendar.ts'
import type { Day } from '../platform/calendar.ts'
import { allocate } from './agenda.ts'
import type { Agenda } from './agenda.ts'
import type { AnticipationTerms } from './anticipation.ts'
import type { Certainty } from './cash-flow.ts'
import { cetOf, percentText } from './cet.ts'
import type { Cet, Flow, Iof } from './cet.ts'
import { chooseReceivables } from './choose.ts'
import type { Choice } from './choose.ts'
import { loanFor, overdraftCost, priceLoan, supplierDiscount } from './credit.ts'
import type { Loan, LoanTerms } from './credit.ts'

/**
 * `id` tells sources of one name apart. `line`: those of one line share its `limit`, in centavos of what is handed over or borrowed; null: none. `certainty` of the
 * agenda's receivables tells from which bar of the forecast they leave. `supplier`: not paying early, and so losing a discount.
 */
export type Source = { id: string; name: string; line: number | null; limit: Centavos | null } & (
  | { kind: 'anticipation'; agenda: Agenda; cut: boolean; terms: AnticipationTerms; certainty: (receivable: string) => Certainty }
  | { kind: 'loan'; terms: LoanTerms }
  | { kind: 'overdraft'; monthlyRate: Decimal; iof: Iof | null }
  | { kind: 'supplier'; value: Centavos; discount: Decimal; days: number }
)
/** `need` centavos from `on` until `by`. `balances` at the end of each day, where they are known: an overdraft costs by them. */
export type Wanted = { need: Centavos; on: Day; by: Day; balances?: Centavos[] }
/**
 * Centavos: `brings` on `on`, `cost` over the whole contract, `missing` of the need. `nominal` is what is handed over or borrowed; `discount`, `iof` and `tariff` sum to
 * the cost. `flows`: what comes and goes, from `on`.
 */
export type Quote = {
  source: Source
  brings: Centavos
  cost: Centavos
  cet: Cet | null
  missing: Centavos
  nominal: Centavos
  discount: Centavos
  iof: Centavos
  tariff: Centavos
  flows: Flow[]
  choice?: Choice
  loan?: Loan
}

/** No source gives more than its limit. Throws RangeError for terms that are none. */
export function offerOf(source: Source, { need, on, by, balances }: Wanted): Quote {
  const told = (quote: Omit<Quote, 'source' | 'missing' | 'cost'>): Quote => ({
    source,
    ...quote,
    cost: quote.discount + quote.iof + quote.tariff,
    missing: Math.max(0, need - quote.brings),
  })
  const { limit } = source
  if (source.kind === 'anticipation') {
    const choice = chooseReceivables(source.agenda, { need, on, by, cut: source.cut, most: limit }, source.terms)
    const { received: brings, parts, nominal, discount, iof, tariff, cet } = choice
    const flows = [{ day: 0, centavos: brings }, ...parts.map(({ due, value }) => ({ day: daysBetween(on, due), centavos: -value }))]
    return told({ brings, cet, nominal, discount, iof, tariff, flows, choice })
  }
  if (source.kind === 'loan') {
    const whole = loanFor(need, source.terms)
    const loan = limit !== null && whole.principal > limit ? priceLoan(limit, source.terms) : whole
    const { received: brings, principal: nominal, interest: discount, iof, tariff, cet, payments } = loan
    // a limit that IOF and tariff eat up is no money
    if (brings <= 0) return told(nothing)
    const flows = [{ day: 0, centavos: brings }, ...payments.map((centavos, at) => ({ day: 30 * (at + 1), centavos: -centavos }))]
    return told({ brings, cet, nominal, discount, iof, tariff, flows, loan })
  }
  if (source.kind === 'supplier') {
    const { saved, pays: brings, cet } = supplierDiscount(source.value, source.discount, source.days)
    const flows = [
      { day: 0, centavos: brings },
      { day: source.days, centavos: -source.value },
    ]
    return told({ brings, cet, nominal: source.value, discount: saved, iof: 0, tariff: 0, flows })
  }
  const brings = Math.min(need, limit ?? need)
  if (brings <= 0) return told(nothing)
  const days = Math.max(1, daysBetween(on, by))
  const used = (balances ?? Array.from({ length: days }, () => -brings)).map((balance) => Math.max(balance, -brings))
  const { interest: discount, iof } = overdraftCost(used, source.monthlyRate, source.iof)
  const drawn = used.reduce((sum, balance) => sum + Math.max(0, -balance), 0)
  const monthly = drawn > 0 ? ((discount + iof) * 30) / drawn : 0
  const cet = { monthly: percentText(monthly), yearly: percentText((1 + monthly) ** 12 - 1) }
  const flows = [
    { day: 0, centavos: brings },
    { day: days, centavos: -brings - discount - iof },
  ]
  return told({ brings, cet, nominal: brings, discount, iof, tariff: 0, flows })
}

const nothing = { brings: 0, cet: null, nominal: 0, discount: 0, iof: 0, tariff: 0, flows: [] }

/** Those that cover the need first, by their CET. */
export const byCost = <One extends Pick<Quote, 'missing' | 'cet'>>(quotes: One[]): One[] =>
  quotes.toSorted((one, other) => Number(one.missing > 0) - Number(other.missing > 0) || priceOf(one) - priceOf(other))
const priceOf = ({ cet }: Pick<Quote, 'cet'>) => (cet ? Number(cet.monthly) : Number.MAX_SAFE_INTEGER)

export type Combination = { parts: Quote[]; brings: Centavos; cost: Centavos; cet: Cet | null; missing: Centavos }

/**
 * Sources that together bring what one alone does not, or bring cheaper: each time the one whose money is the cheapest for what is still missing. What one has taken
 * (receivables, the limit of a line) is gone for the next. A supplier's discount is left out: a bill that is not paid early brings nothing that is not there. Null
 * when one source alone is the cheapest.
 */
export function combine(sources: Source[], wanted: Wanted): Combination | null {
  const { balances: _, ...about } = wanted
  const left = new Set(sources.filter(({ kind }) => kind !== 'supplier'))
  const agendas = new Map<Agenda, Agenda>()
  const used = new Map<number, Centavos>()
  const narrowed = (source: Source): Source => {
    const limit = source.limit === null || source.line === null ? source.limit : Math.max(0, source.limit - (used.get(source.line) ?? 0))
    return source.kind === 'anticipation' ? { ...source, limit, agenda: agendas.get(source.agenda) ?? source.agenda } : { ...source, limit }
  }
  const parts: Quote[] = []
  let rest = wanted.need
  while (rest > 0) {
    const quotes = [...left]
      .map((source) => ({ of: source, quote: offerOf(narrowed(source), { ...about, need: rest }) }))
      .filter(({ quote }) => quote.brings > 0)
    const [best] = quotes.toSorted((one, other) => priceOf(one.quote) - priceOf(other.quote) || other.quote.brings - one.quote.brings)
    if (!best) break
    const { of: source, quote } = best
    parts.push({ ...quote, source })
    left.delete(source)
    rest -= quote.brings
    if (source.line !== null) used.set(source.line, (used.get(source.line) ?? 0) + quote.nominal)
    if (source.kind === 'anticipation') {
      const given = allocate(agendas.get(source.agenda) ?? source.agenda, quote.choice!.parts)
      if ('agenda' in given) agendas.set(source.agenda, given.agenda)
    }
  }
  const sum = (of: 'brings' | 'cost') => parts.reduce((all, part) => all + part[of], 0)
  const together = { parts, brings: sum('brings'), cost: sum('cost'), cet: cetOf(parts.flatMap(({ flows }) => flows)), missing: Math.max(0, rest) }
  const [alone] = byCost(sources.filter(({ kind }) => kind !== 'supplier').map((source) => offerOf(source, wanted)))
  const better = alone === undefined || (alone.missing > 0 ? together.missing < alone.missing : together.missing === 0 && priceOf(together) < priceOf(alone))
  return parts.length > 1 && better ? together : null
}
