import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import { daysBetween } from '../platform/calendar.ts'
import { anticipate } from './anticipation.ts'
import type { Part } from './anticipation.ts'
import { percentText } from './cet.ts'
import { chooseReceivables } from './choose.ts'
import type { Choice } from './choose.ts'
import type { Offer, simulateEndpoint } from './contract.ts'
import { breakEvenRate, loanFor, overdraftCost, supplierDiscount } from './credit.ts'
import { discounts } from './contract.ts'
import type { Discount } from './anticipation.ts'
import { sourcesOf } from './sources.ts'
import type { Known } from './sources.ts'
import { todayOf } from './today.ts'

/** A need of centavos from `on` until `until`, at every registered source: those that cover it first, the cheapest CET before the others. */
export async function simulate(tx: Tx, { need, on, until, cut }: InputOf<typeof simulateEndpoint>): Promise<AnswerOf<typeof simulateEndpoint>> {
  const today = await todayOf(tx)
  const first = on ?? today
  const last = until ?? first
  if (first < today) throw badInput([{ field: 'on', message: 'Escolha hoje ou um dia à frente' }])
  if (last < first) throw badInput([{ field: 'until', message: 'Escolha um dia depois do primeiro' }])
  const known = await sourcesOf(tx, today, { cut })
  const loan = known.find(({ source }) => source.kind === 'loan')?.source
  const offers: Offer[] = []
  for (const one of known) {
    const offer = offerOf(one, need, first, last)
    if (one.source.kind === 'anticipation' && offer.parts.length) {
      offer.thin = await thinSales(tx, offer)
      const titles = await titlesOf(tx, offer.parts)
      for (const part of offer.parts) part.title = titles.get(part.receivable) ?? ''
      if (loan?.kind === 'loan' && offer.cet) offer.break_even = breakEvenRate(offer.brings, offer.cet, loan.terms)
    }
    offers.push(offer)
  }
  const monthly = ({ cet }: Offer) => (cet ? Number(cet.monthly) : Number.MAX_SAFE_INTEGER)
  return {
    need,
    on: first,
    until: last,
    today,
    offers: offers.toSorted((one, other) => Number(one.missing > 0) - Number(other.missing > 0) || monthly(one) - monthly(other)),
  }
}

const blank = {
  nominal: 0,
  discount: 0,
  iof: 0,
  tariff: 0,
  receivables: 0,
  parts: [],
  proven: true,
  ways: null,
  thin: null,
  payments: [],
  break_even: null,
  lowest: null,
}

function offerOf({ source, line, account, payable, offered }: Known, need: number, on: string, until: string): Offer {
  const about = { kind: source.kind, name: source.name, line: line?.id ?? null, payable, account: account?.id ?? null }
  if (source.kind === 'anticipation') {
    // a contract goes no farther than its limit, which is of what is handed over
    const choice = chooseReceivables(source.agenda, { need, on, by: until, cut: source.cut }, source.terms)
    const { parts, nominal, discount, iof, tariff, received, cet, missing, proven } =
      line?.most != null && choice.nominal > line.most ? within(choice, line.most, need, on, source.terms) : choice
    return {
      ...blank,
      ...about,
      brings: received,
      cost: nominal - received,
      cet,
      missing,
      nominal,
      discount,
      iof,
      tariff,
      receivables: parts.length,
      proven,
      parts: parts.map(({ id, due, value, discount: off, iof: tax, net }) => ({
        receivable: Number(id),
        certainty: offered?.of.get(id)?.certainty ?? ('predicted' as const),
        due,
        value,
        discount: off,
        iof: tax,
        net,
        title: '',
      })),
      ways: parts.length ? byEachWay(parts, on, source.terms) : null,
    }
  }
  if (source.kind === 'loan') {
    const { received, interest, iof, tariff, cet, payments, principal } = loanFor(need, source.terms)
    const missing = line?.most != null && principal > line.most ? principal - line.most : 0
    return { ...blank, ...about, brings: received, cost: interest + iof + tariff, cet, missing, nominal: principal, discount: interest, iof, tariff, payments }
  }
  if (source.kind === 'supplier') {
    const { saved, pays, cet } = supplierDiscount(source.value, source.discount, source.days)
    return { ...blank, ...about, brings: pays, cost: saved, cet, missing: Math.max(0, need - pays), nominal: source.value, discount: saved }
  }
  const brings = Math.min(need, source.limit)
  const days = Math.max(1, daysBetween(on, until))
  const { interest, iof } = overdraftCost(
    Array.from({ length: days }, () => -brings),
    source.monthlyRate,
    source.iof,
  )
  const rate = ((interest + iof) / brings) * (30 / days)
  return {
    ...blank,
    ...about,
    brings,
    cost: interest + iof,
    cet: { monthly: percentText(rate), yearly: percentText((1 + rate) ** 12 - 1) },
    missing: need - brings,
    nominal: brings,
    discount: interest,
    iof,
  }
}

type Terms = Parameters<typeof anticipate>[2]

/** The nearest of the chosen ones that fit the contract's limit. */
function within(choice: Choice, most: number, need: number, on: string, terms: Terms): Choice {
  let left = most
  const parts = choice.parts.toSorted((one, other) => (one.due < other.due ? -1 : 1)).filter(({ value }) => value <= left && ((left -= value), true))
  const sum = anticipate(parts, on, parts.length ? terms : { ...terms, tariff: 0 })
  return { ...sum, missing: Math.max(0, need - sum.received), proven: false }
}

/** The same receivables by each way of counting the discount, so that quotes of different creditors can be compared. */
function byEachWay(parts: Part[], on: string, terms: Terms): NonNullable<Offer['ways']> {
  const way = (discount: Discount) => {
    const { received, discount: off, cet } = anticipate(parts, on, { ...terms, discount })
    return { received, discount: off, cet }
  }
  return Object.fromEntries((Object.keys(discounts) as Discount[]).map((name) => [name, way(name)])) as NonNullable<Offer['ways']>
}

/** Sales whose margin is smaller than what the discount takes of them; sales of unknown margin are not judged. */
async function thinSales(tx: Tx, { parts }: Offer): Promise<Offer['thin']> {
  const { rows } = await sql<{ receivables: number; discount: number; margin: number }>`
    select count(*) as receivables, coalesce(sum(discount), 0)::bigint as discount, coalesce(sum(own), 0)::bigint as margin
    from jsonb_to_recordset(${JSON.stringify(parts.map(({ receivable, value, discount }) => ({ receivable, value, discount })))}::jsonb) as part(receivable bigint, value bigint, discount bigint)
    join receivable on receivable.id = receivable join receivable_balance balance on balance.receivable_id = receivable.id
    cross join lateral (
      -- the part of the sale's margin that belongs to what is anticipated of it
      select round(sum(margin)::numeric * value / nullif((select sum(nominal) from receivable sibling join receivable_balance on receivable_id = sibling.id where sibling.order_id = receivable.order_id), 0)) as own
      from line_margin where line_margin.order_id = receivable.order_id having bool_and(margin is not null)
    ) sale
    where own < discount`.execute(tx)
  return rows[0] && rows[0].receivables > 0 ? rows[0] : null
}

async function titlesOf(tx: Tx, parts: Offer['parts']): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; title: string }>`
    select id, coalesce(external_order, payment_ref, 'Recebível ' || id) || case when instalment > 1 then ' · parcela ' || instalment else '' end as title
    from receivable where id = any(${parts.map(({ receivable }) => receivable)}::bigint[])`.execute(tx)
  return new Map(rows.map(({ id, title }) => [id, title]))
}
