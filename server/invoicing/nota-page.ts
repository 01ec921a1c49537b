import { sql } from 'kysely'
import { readNota } from '../fiscal/index.ts'
import type { ReadNota } from '../fiscal/index.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import { currentSettings } from '../settings/index.ts'
import { eventKinds, notaStates, refusals } from './contract.ts'
import type { notaPage } from './contract.ts'
import { cancelRefusal } from './events.ts'
import { notaRows } from './nota-list.ts'

type Page = AnswerOf<typeof notaPage>

/** Everything about one nota. Items and totals are read from its XML, which is the truth. @throws 404 no_such_nota */
export async function notaPageOf(tx: Tx, { nota }: { nota: number }): Promise<Page> {
  const row = (await notaRows(tx, [sql`nota.id = ${nota}`], sql``))[0]
  if (!row) throw notFound('no_such_nota', { nota })
  const { rows } = await sql<
    Pick<Page, 'status_text' | 'document' | 'protocol' | 'emission_type' | 'answers' | 'answered_by' | 'calls' | 'has_xml'> & {
      events: Omit<Page['events'][number], 'title'>[]
      bytes: Buffer | null
      fulfilment: string | null
    }
  >`
    select status_text, document, protocol, emission_type,
      (select jsonb_build_object('id', id, 'number', number) from nota sale where sale.id = nota.answers_id) as answers,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'operation', operation, 'state', state) order by id), '[]') from nota later where later.answers_id = nota.id) as answered_by,
      (select coalesce(jsonb_agg(jsonb_build_object('service', service, 'authoriser', authoriser, 'at', to_jsonb(began_at), 'ms', ms, 'outcome', outcome, 'status_code', status_code) order by id), '[]')
        from sefaz_call where sefaz_call.key = nota.key) as calls,
      (select coalesce(jsonb_agg(jsonb_build_object('id', event.id, 'kind', kind, 'sequence', sequence, 'state', event.state, 'reason', reason, 'protocol', event.protocol, 'status_code', event.status_code,
          'status_text', event.status_text, 'requested_at', to_jsonb(requested_at), 'registered_at', to_jsonb(registered_at), 'by', person.name) order by event.id), '[]')
        from nota_event event left join person on person.id = requested_by where nota_id = nota.id) as events,
      (select bytes from nota_file where nota_id = nota.id order by kind = 'signed' limit 1) as bytes,
      exists (select 1 from nota_file where nota_id = nota.id and kind <> 'signed') as has_xml,
      (select fulfilment from shipment where shipment.id = nota.shipment_id) as fulfilment
    from nota where id = ${nota}`.execute(tx)
  const { bytes, fulfilment, events, ...rest } = one(rows)
  const xml = bytes && readNota(bytes)
  const windowHours = (await currentSettings(tx)).cancel_window_hours
  const cancel = cancelRefusal({ ...row, fulfilment }, windowHours)
  const notNow = (operation: string) => words('nota_not_now', { state: notaStates[row.state], operation })
  const own = row.state === 'authorised' && row.origin === 'own'
  return {
    ...row,
    ...rest,
    events: events.map((event) => ({ ...event, title: eventKinds[event.kind] })),
    items: xml ? xml.items.map(itemOf) : [],
    totals: xml ? totalsOf(xml) : [],
    can: {
      cancel: { allowed: cancel.code === null, why: cancel.code && words(cancel.code, cancel.facts), until: cancel.until?.toISOString() ?? null },
      correct: { allowed: own, why: own ? null : notNow('corrigir') },
      return: {
        allowed: row.state === 'authorised' && row.operation === 'sale',
        why: row.state === 'authorised' && row.operation === 'sale' ? null : notNow('devolver'),
      },
      retry: {
        allowed: row.state === 'faulty' || row.state === 'rejected',
        why: row.state === 'faulty' || row.state === 'rejected' ? null : notNow('montar de novo'),
      },
    },
  }
}

const words = (code: string, facts: Record<string, unknown>) =>
  (refusals[code as keyof typeof refusals] ?? code).replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''))

const itemOf = (item: ReadNota['items'][number]): Page['items'][number] => ({
  item: item.item,
  code: item.code,
  name: item.name,
  ncm: item.ncm ?? '',
  cfop: item.cfop ?? '',
  unit: item.unit,
  quantity: item.quantity,
  unit_price: item.unitPrice,
  gross: item.gross,
  discount: item.discount,
  total: item.total ?? item.gross - item.discount + item.freight + item.insurance + item.other,
})

/** In the order of the DANFE; what is zero is left out but for goods and total. */
function totalsOf({ totals }: ReadNota): Page['totals'] {
  const rows: [string, number | null | undefined, 'amount' | 'tax' | 'total'][] = [
    ['Produtos', totals.products, 'amount'],
    ['Frete', totals.freight, 'amount'],
    ['Seguro', totals.insurance, 'amount'],
    ['Outras despesas', totals.other, 'amount'],
    ['Desconto', -totals.discount, 'amount'],
    ['ICMS', totals.icms, 'tax'],
    ['ICMS da UF de destino', totals.icmsDestination, 'tax'],
    ['Fundo de combate à pobreza da UF de destino', totals.fcpDestination, 'tax'],
    ['ICMS por substituição', totals.st, 'tax'],
    ['IPI', totals.ipi, 'tax'],
    ['PIS', totals.pis, 'tax'],
    ['COFINS', totals.cofins, 'tax'],
    ['IBS', totals.ibsCbs?.ibs, 'tax'],
    ['CBS', totals.ibsCbs?.cbs, 'tax'],
    ['Total da nota', totals.total, 'total'],
  ]
  return rows.flatMap(([title, value, kind]) => (value || kind === 'total' || title === 'Produtos' ? [{ title, value: value ?? 0, kind }] : []))
}
