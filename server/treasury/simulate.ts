import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import { anticipate } from './anticipation.ts'
import type { AnticipationTerms, Discount, Part } from './anticipation.ts'
import { discounts } from './contract.ts'
import type { Offer, simulateEndpoint } from './contract.ts'
import { breakEvenRate } from './credit.ts'
import { byCost, combine, offerOf } from './offers.ts'
import type { Quote } from './offers.ts'
import { sourcesOf } from './sources.ts'
import type { Known } from './sources.ts'
import { todayOf } from '../platform/today.ts'

/** A need of centavos from `on` until `until`, at every registered source: those that cover it first, the cheapest CET before the others; and by some of them together. */
export async function simulate(tx: Tx, { need, on, until, cut }: InputOf<typeof simulateEndpoint>): Promise<AnswerOf<typeof simulateEndpoint>> {
  const today = await todayOf(tx)
  const first = on ?? today
  const last = until ?? first
  if (first < today) throw badInput([{ field: 'on', message: 'Escolha hoje ou um dia à frente' }])
  if (last < first) throw badInput([{ field: 'until', message: 'Escolha um dia depois do primeiro' }])
  const known = await sourcesOf(tx, today, { cut })
  const byId = new Map(known.map((one) => [one.source.id, one]))
  const loan = known.find(({ source }) => source.kind === 'loan')?.source
  const sources = known.map(({ source }) => source)
  const wanted = { need, on: first, by: last }
  const told = (quote: Quote) => toldOf(byId.get(quote.source.id)!, quote, first)
  const offers = byCost(sources.map((source) => told(offerOf(source, wanted))))
  for (const offer of offers)
    if (offer.kind === 'anticipation' && offer.parts.length) {
      offer.thin = await thinSales(tx, offer)
      if (loan?.kind === 'loan' && offer.cet) offer.break_even = breakEvenRate(offer.brings, offer.cet, loan.terms)
    }
  const together = combine(sources, wanted)
  const combined = together && { ...together, lowest: null, parts: together.parts.map(told) }
  const parts = [...offers, ...(combined?.parts ?? [])].flatMap((offer) => offer.parts)
  const titles = await titlesOf(tx, parts)
  for (const part of parts) part.title = titles.get(part.receivable) ?? ''
  return { need, on: first, until: last, today, offers, combined }
}

function toldOf({ payable, account, offered }: Known, { source, choice, loan, ...quote }: Quote, on: string): Offer {
  const { flows: _, ...sums } = quote
  const parts = choice?.parts ?? []
  return {
    ...sums,
    id: source.id,
    kind: source.kind,
    name: source.name,
    line: source.line,
    payable,
    account: account?.id ?? null,
    receivables: parts.length,
    proven: choice?.proven ?? true,
    parts: parts.map(({ id, due, value, discount, iof, net }) => ({
      receivable: Number(id),
      certainty: offered?.of.get(id)?.certainty ?? ('predicted' as const),
      due,
      value,
      discount,
      iof,
      net,
      title: '',
    })),
    ways: source.kind === 'anticipation' && parts.length ? byEachWay(parts, on, source.terms) : null,
    payments: loan?.payments ?? [],
    thin: null,
    break_even: null,
    lowest: null,
  }
}

/** The same receivables by each way of counting the discount, so that quotes of different creditors can be compared. */
function byEachWay(parts: Part[], on: string, terms: AnticipationTerms): NonNullable<Offer['ways']> {
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
  if (!parts.length) return new Map()
  const { rows } = await sql<{ id: number; title: string }>`
    select id, coalesce(external_order, payment_ref, 'Recebível ' || id) || case when instalment > 1 then ' · parcela ' || instalment else '' end as title
    from receivable where id = any(${parts.map(({ receivable }) => receivable)}::bigint[])`.execute(tx)
  return new Map(rows.map(({ id, title }) => [id, title]))
}
