import { sql } from 'kysely'
import { ruleFor } from '../fiscal-setup/index.ts'
import { mayPass, pass } from '../orders/index.ts'
import type { Refused } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { buyerOf, draftItems, paymentsOf, plainItems, saleDraft } from './compose.ts'
import { lawOfTheDay } from './rates.ts'
import { shipmentsToInvoice } from './to-invoice.ts'
import type { CompanyFacts, ToInvoice } from './to-invoice.ts'
import { writeNotas } from './write-notas.ts'
import type { Draft, Written } from './write-notas.ts'

/**
 * The nota of sale of each shipment: the gate first, then everything in set-based readings, then number and signature in this same transaction. Each shipment
 * is judged alone: refused by the gate, kept with its faults, or queued for transmission.
 * @throws 409 no_company | no_series | no_certificate
 */
export async function issueShipments(tx: Tx, shipments: number[], actor: Actor): Promise<{ written: Written[]; refused: Refused[] }> {
  const { passed, refused } = await mayPass(tx, shipments, 'invoice')
  if (!passed.length) return { written: [], refused }
  const wanted = passed.map(({ shipment }) => shipment)
  const known = await notasToFill(tx, wanted)
  const sources = await shipmentsToInvoice(tx, wanted)
  const law = await lawOfTheDay(tx)
  const at = new Date()
  const plain = sources.map((source) => ({ source, company: companyOf(source), items: plainItems(source.lines) }))
  const rules = await ruleFor(
    tx,
    plain.flatMap(({ source, company, items }) =>
      items.map(({ goods }) => ({
        operation: 'sale' as const,
        crt: company.crt ?? 0,
        originUf: company.address.state ?? '',
        destinationUf: source.ship_to.state ?? '',
        buyer: buyerOf(source.customer.document, source.customer.ie),
        taxGroup: goods.tax_group,
        day: law.day,
      })),
    ),
  )
  let next = 0
  const drafts = plain.map(({ source, company, items }): Draft => {
    const own = rules.slice(next, (next += items.length))
    const { items: drafted, faults } = draftItems(
      items,
      own.map((chosen) => (chosen?.confirmed ? chosen.rule : null)),
      { company, to: source.ship_to.state ?? '', consumer: !source.customer.ie, law, operation: 'sale', order: source.external_id },
    )
    if (company.crt === null)
      faults.push({
        field: 'regime',
        item: null,
        code: 'no_crt',
        message: `Informe o regime tributário (CRT) de ${company.trade_name}`,
        href: '/fiscal/empresas',
      })
    return {
      company,
      operation: 'sale',
      order: source.order,
      shipment: source.shipment,
      answers: null,
      request: null,
      due_at: source.due_at,
      known: known.get(source.shipment) ?? null,
      nota: saleDraft(source, company, drafted, law, at),
      faults,
      payments: (total) => paymentsOf(source, total),
    }
  })
  const written = await writeNotas(tx, drafts, law, actor)
  const queued = new Map(written.flatMap((row) => (row.state === 'queued' && row.shipment !== null ? [[row.shipment, row.nota]] : [])))
  await pass(
    tx,
    passed.filter(({ shipment }) => queued.has(shipment)),
    'invoice',
    actor,
    (shipment) => ({ nota: queued.get(shipment) }),
  )
  return { written, refused }
}

function companyOf(source: ToInvoice): CompanyFacts {
  if (!source.company) throw conflict('no_company', { channel: source.channel })
  return source.company
}

/** The living row of each shipment that a new attempt fills again. */
async function notasToFill(tx: Tx, shipments: number[]): Promise<Map<number, Draft['known']>> {
  const { rows } = await sql<NonNullable<Draft['known']> & { shipment: number }>`
    select id, shipment_id as shipment, series, number, numeric_code, faults, state from nota
    where shipment_id = any(${shipments}::bigint[]) and operation = 'sale' and state in ('faulty', 'rejected') for update`.execute(tx)
  return new Map(rows.map((row) => [row.shipment, row]))
}

/** States in which the nota goes out, by the merchant's setting `invoice_when`. */
const moments: Record<string, string[]> = {
  covered: ['waiting', 'released', 'picking', 'picked', 'packed', 'ready'],
  released: ['released', 'picking', 'picked', 'packed', 'ready'],
  picked: ['picked', 'packed', 'ready'],
  packed: ['packed', 'ready'],
  by_hand: [],
}

/**
 * Up to `limit` shipments whose nota is due, the next truck's first. What is faulty is tried again: the goods may have been mended.
 * @param skip shipments already tried in this run
 */
export async function dueShipments(tx: Tx, when: string, skip: number[], limit = 40): Promise<number[]> {
  const states = moments[when] ?? []
  if (!states.length) return []
  const { rows } = await sql<{ shipment: number }>`
    select shipment.id as shipment
    from shipment join sales_order on sales_order.id = shipment.order_id
    join channel_account account on account.id = account_id and invoice_by = 'own'
    left join next_cut_off on next_cut_off.carrier_id = coalesce(shipment.carrier_id, sales_order.carrier_id)
    where fiscal = 'required' and commercial = 'approved' and fulfilment = any(${states}) and (fulfilment <> 'waiting' or covered) and not shipment.id = any(${skip}::bigint[])
    order by least(next_cut_off.at, dispatch_by), shipment.id limit ${limit}`.execute(tx)
  return rows.map(({ shipment }) => shipment)
}
