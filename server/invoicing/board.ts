import { sql } from 'kysely'
import { authoriserOf, explain } from '../fiscal/index.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { notaBoard, NotaFault } from './contract.ts'
import { openAnswers } from './to-answer.ts'

type Board = AnswerOf<typeof notaBoard>

/** The monitor in one round trip; what needs the catalogue's words is finished here. */
export async function board(tx: Tx): Promise<Board> {
  const { rows } = await sql<
    Omit<Board, 'rejections' | 'authorisers' | 'empty_at' | 'rate' | 'to_answer'> & {
      refused: { code: number | null; text: string | null; fault: NotaFault | null; notas: number }[]
      companies: (Omit<Board['authorisers'][number], 'authoriser'> & { uf: string | null; day: string })[]
      waiting: number
    }
  >`
    with today as (select (now() at time zone zone)::date::timestamp at time zone zone as starts, (now() at time zone zone)::date::text as day from merchant_time),
    open as (select * from nota where state in ('faulty', 'queued', 'sending', 'uncertain', 'rejected')),
    recent as (select date_trunc('minute', authorised_at) as minute, count(*)::int as notas from nota where authorised_at > now() - interval '60 minutes' group by 1),
    refused as (
      select status_code as code, null::jsonb as fault, max(status_text) as text, count(*)::int as notas from nota where state in ('rejected', 'denied') and faults = '[]' group by status_code
      union all
      select null, (array_agg(faults -> 0))[1], null, count(*)::int from open where faults <> '[]' group by faults -> 0 ->> 'code'
    )
    select
      exists (select 1 from certificate join nota_series series on series.company_id = certificate.company_id and in_use where retired_at is null) as set_up,
      (select coalesce(jsonb_object_agg(state, notas), '{}') from (
        select state, count(*) as notas from open group by state
        union all select state, count(*) from nota, today where state in ('authorised', 'cancelled', 'denied', 'withdrawn', 'invalidated') and updated_at >= starts group by state) counted) as states,
      (select count(*)::int from nota, today where authorised_at >= starts) as authorised_today,
      (select jsonb_agg(coalesce(notas, 0) order by minute) from generate_series(date_trunc('minute', now()) - interval '59 minutes', date_trunc('minute', now()), interval '1 minute') as minute left join recent using (minute)) as minutes,
      (select min(issued_at) from open where state in ('queued', 'sending', 'uncertain')) as oldest_queued_at,
      (select count(*)::int from open where state in ('queued', 'sending', 'uncertain')) as waiting,
      (select coalesce(jsonb_agg(truck order by cut_off nulls last, carrier), '[]') from (
        select coalesce(carrier.name, 'Sem transportadora') as carrier, carrier.code, next_cut_off.at as cut_off,
          count(*) filter (where open.state in ('queued', 'sending', 'uncertain'))::int as waiting,
          count(*) filter (where fiscal = 'required' and open.id is null)::int as unmade,
          count(*) filter (where fiscal = 'rejected' or open.state = 'faulty')::int as faulty,
          count(*) filter (where fiscal in ('authorised', 'accepted_by_channel'))::int as authorised
        from shipment join sales_order on sales_order.id = shipment.order_id
        left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
        left join next_cut_off on next_cut_off.carrier_id = carrier.id
        left join open on open.shipment_id = shipment.id and open.operation = 'sale'
        where fulfilment in ('released', 'picking', 'picked', 'packed', 'ready') and commercial = 'approved' and fiscal <> 'not_required'
        group by carrier.name, carrier.code, next_cut_off.at) truck) as trucks,
      (select coalesce(jsonb_agg(refused order by notas desc), '[]') from refused) as refused,
      (select coalesce(jsonb_agg(jsonb_build_object('company', jsonb_build_object('id', company.id, 'name', company.trade_name, 'environment', company.environment), 'uf', company.address ->> 'state', 'day', (select day from today),
          'mode', coalesce(mode, 'normal'), 'mode_since', to_jsonb(case when mode <> 'normal' then mode_since end), 'stopped_until', to_jsonb(case when stopped_until > now() then stopped_until end),
          'stopped_because', case when stopped_until > now() then stopped_because end,
          'queued', (select count(*) from open where company_id = company.id and state = 'queued'), 'sending', (select count(*) from open where company_id = company.id and state = 'sending'),
          'uncertain', (select count(*) from open where company_id = company.id and state = 'uncertain')) || (
          select jsonb_build_object('median_ms', percentile_cont(0.5) within group (order by ms) filter (where outcome = 'answered'), 'p95_ms', percentile_cont(0.95) within group (order by ms) filter (where outcome = 'answered'),
            'calls', count(*), 'failures', count(*) filter (where outcome <> 'answered'))
          from sefaz_call where sefaz_call.company_id = company.id and began_at > now() - interval '1 hour') order by company.id), '[]')
        from company left join sefaz_state on sefaz_state.company_id = company.id where exists (select 1 from certificate where certificate.company_id = company.id and retired_at is null)) as companies,
      (select count(*)::int from nota_gap where state in ('proposed', 'rejected')) as gaps`.execute(tx)
  const { refused, companies, waiting, ...rest } = one(rows)
  const rate = rest.minutes.slice(-6, -1).reduce((sum, notas) => sum + notas, 0) / 5
  return {
    ...rest,
    rate,
    empty_at: waiting && rate ? new Date(Date.now() + (waiting / rate) * 60_000).toISOString() : null,
    rejections: refused.map(({ code, text, fault, notas }) => {
      if (fault) return { code: null, fault: fault.code, problem: fault.message, cure: 'Corrija e tente de novo', who: 'shop', href: fault.href, notas }
      const known = explain(code ?? 0, text ?? '')
      return { code, fault: null, problem: known.what, cure: known.cure, who: known.who, href: screens[known.where] ?? null, notas }
    }),
    authorisers: companies.map(({ uf, day, median_ms, p95_ms, ...company }) => ({
      ...company,
      median_ms: median_ms && Math.round(median_ms),
      p95_ms: p95_ms && Math.round(p95_ms),
      authoriser: uf ? authoriserOf(uf, company.company.environment as 'production', company.mode === 'svc' ? 'svc' : 'normal', day) : '—',
    })),
    to_answer: (await openAnswers(tx)).length,
  }
}

/** Where each kind of cause is mended. */
const screens: Record<string, string> = {
  company: '/fiscal/empresas',
  certificate: '/fiscal/certificado',
  product: '/fiscal/produtos',
  tax_rule: '/fiscal/regras',
  channel: '/configuracoes/canais',
  numbering: '/fiscal/numeracao',
  customer: '/pedidos',
  address: '/pedidos',
}
