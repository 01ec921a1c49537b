import { sql } from 'kysely'
import { explain } from '../fiscal/index.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import type { ManifestPage, dispatchBoard, listManifests } from './contract.ts'
import type { PrintedManifest } from './formats/manifest-pdf.ts'

const manifests = sql`
  select manifest.id, carrier.code as carrier, carrier.name as carrier_name, manifest.state, driver_name, driver_document, plate, opened_at, opener.name as opened_by, closed_at, closer.name as closed_by,
    next_cut_off.at as cut_off, carrier.id as carrier_id,
    (select count(*)::int from manifest_volume where manifest_id = manifest.id) as volumes,
    (select count(distinct shipment_id)::int from manifest_volume join volume on volume.id = volume_id where manifest_id = manifest.id) as orders,
    (select coalesce(sum(weight_g), 0)::int from manifest_volume join volume on volume.id = volume_id where manifest_id = manifest.id) as weight_g
  from manifest join carrier on carrier.id = carrier_id
  left join person opener on opener.id = opened_by left join person closer on closer.id = closed_by
  left join next_cut_off on next_cut_off.carrier_id = carrier.id`

export async function manifestList(tx: Tx, { state }: InputOf<typeof listManifests>): Promise<AnswerOf<typeof listManifests>> {
  const { rows } = await sql<ManifestPage['manifest'] & { carrier_id: number }>`
    select * from (${manifests}) manifest where ${state ?? null}::text is null or state = ${state ?? null} order by state = 'closed', id desc limit 200`.execute(
    tx,
  )
  return { rows: rows.map(({ carrier_id: _, ...row }) => row) }
}

const boxes = sql`
  select volume.id as volume, volume.code, volume.number, volume.weight_g, volume.voided_at is not null as voided, shipment.id as shipment, sales_order.id as order,
    (select count(*)::int from volume sister where sister.shipment_id = shipment.id and sister.voided_at is null) as count,
    ship_to ->> 'recipient' as recipient, ship_to ->> 'city' as city, ship_to ->> 'state' as state, ship_to ->> 'cep' as cep,
    manifest_volume.manifest_id, manifest_volume.scanned_at, sales_order.commercial, shipment.fulfilment, shipment.fiscal, sales_order.dispatch_by,
    coalesce(shipment.carrier_id, sales_order.carrier_id) as carrier_id,
    manifest_volume.manifest_id is not null and (sales_order.commercial in ('cancelled', 'cancel_requested') or volume.voided_at is not null) and shipment.fulfilment in ('ready', 'picked', 'cancelled') as must_unload
  from volume
  join shipment on shipment.id = volume.shipment_id
  join sales_order on sales_order.id = shipment.order_id
  left join manifest_volume on manifest_volume.volume_id = volume.id`

/** May not leave: the gate refuses it at the truck (operation `load`). */
const withoutNota = sql`fiscal in ('required', 'issuing', 'rejected', 'cancelled')`
interface Halted {
  fault: string | null
  code: number | null
  text: string | null
}
/** What keeps the nota of a shipment: our own checks' first fault, or what the SEFAZ answered. Null while it is on its way. */
const haltOf = (shipment: string) => sql`(
  select jsonb_build_object('fault', faults -> 0 ->> 'message', 'code', status_code, 'text', status_text) from nota
  where nota.shipment_id = ${sql.raw(shipment)} and operation = 'sale' and nota.state in ('faulty', 'rejected', 'denied') order by nota.id desc limit 1)`

const wordsOf = (halted: Halted | null) => halted && (halted.fault ?? (halted.code === null ? halted.text : explain(halted.code, halted.text ?? '').what))

/** The words of it for the person who holds the box; null while the nota is on its way. */
export async function whyNoNota(tx: Tx, shipment: number): Promise<string | null> {
  const { rows } = await sql<{ halted: Halted | null }>`select ${haltOf('shipment.id')} as halted from shipment where id = ${shipment}`.execute(tx)
  return wordsOf(rows[0]?.halted ?? null)
}

/** @throws 404 no_such_manifest */
export async function manifestPageOf(tx: Tx, { manifest }: { manifest: number }): Promise<ManifestPage> {
  const { rows: heads } = await sql<ManifestPage['manifest'] & { carrier_id: number }>`select * from (${manifests}) manifest where id = ${manifest}`.execute(tx)
  if (!heads[0]) throw notFound('no_such_manifest', { manifest })
  const { carrier_id, ...head } = heads[0]
  const shown = sql`volume, code, number, count, "order", shipment, recipient, city, state, cep, weight_g, scanned_at, must_unload`
  const { rows: aboard } = await sql<
    ManifestPage['boxes'][number]
  >`select ${shown} from (${boxes}) box where manifest_id = ${manifest} order by scanned_at desc, volume desc`.execute(tx)
  const here = sql`manifest_id is null and not voided and carrier_id = ${carrier_id} and fulfilment = 'ready' and commercial = 'approved' and ${head.state === 'open'}`
  const { rows: missing } = await sql<ManifestPage['missing'][number]>`
    select ${shown} from (${boxes}) box
    where ${here} and not ${withoutNota} order by dispatch_by nulls last, volume limit 500`.execute(tx)
  const { rows: waiting } = await sql<ManifestPage['boxes'][number] & { fiscal: string; halted: Halted | null }>`
    select ${shown}, fiscal, ${haltOf('box.shipment')} as halted from (${boxes}) box
    where ${here} and ${withoutNota} order by dispatch_by nulls last, volume limit 500`.execute(tx)
  return {
    manifest: head,
    boxes: aboard,
    missing,
    waiting: waiting.map(({ fiscal, halted, ...box }) => ({ ...box, nota: { state: fiscal, problem: wordsOf(halted) } })),
  }
}

/** Per carrier: boxes ready, loaded and still coming, and when its truck leaves. */
export async function dispatchBoardNow(tx: Tx): Promise<AnswerOf<typeof dispatchBoard>> {
  const { rows } = await sql<AnswerOf<typeof dispatchBoard>['rows'][number]>`
    select carrier.code as carrier, carrier.name, next_cut_off.at as cut_off,
      (select id from manifest where carrier_id = carrier.id and state = 'open' limit 1) as manifest,
      coalesce(content.ready, 0) as ready, coalesce(content.loaded, 0) as loaded, coalesce(content.coming, 0) as coming, coalesce(content.without_nota, 0) as without_nota
    from carrier
    left join next_cut_off on next_cut_off.carrier_id = carrier.id
    left join (
      select coalesce(shipment.carrier_id, sales_order.carrier_id) as carrier_id,
        count(distinct volume.id) filter (where shipment.fulfilment = 'ready' and manifest_volume.volume_id is null and not ${withoutNota})::int as ready,
        count(distinct volume.id) filter (where shipment.fulfilment = 'ready' and manifest_volume.volume_id is null and ${withoutNota})::int as without_nota,
        count(distinct volume.id) filter (where shipment.fulfilment = 'ready' and manifest_volume.volume_id is not null)::int as loaded,
        count(distinct shipment.id) filter (where shipment.fulfilment in ('released', 'picking', 'picked', 'packed'))::int as coming
      from shipment
      join sales_order on sales_order.id = shipment.order_id and sales_order.commercial = 'approved'
      left join volume on volume.shipment_id = shipment.id and voided_at is null
      left join manifest_volume on manifest_volume.volume_id = volume.id
      where shipment.fulfilment in ('released', 'picking', 'picked', 'packed', 'ready')
      group by 1
    ) content on content.carrier_id = carrier.id
    where carrier.active order by next_cut_off.at nulls last, carrier.name`.execute(tx)
  return { rows }
}

/** A manifest as the paper needs it; instants in the merchant's time zone. @throws 404 no_such_manifest */
export async function printedManifest(tx: Tx, { manifest }: { manifest: number }): Promise<PrintedManifest> {
  const page = await manifestPageOf(tx, { manifest })
  const { rows } = await sql<{ merchant: string; legalName: string; cnpj: string; carrierCnpj: string | null; openedAt: string; closedAt: string | null }>`
    select coalesce(company.trade_name, '') as merchant, coalesce(company.legal_name, '') as "legalName", coalesce(company.cnpj, '') as cnpj, carrier.cnpj as "carrierCnpj",
      to_char(opened_at at time zone zone, 'DD/MM/YYYY HH24:MI') as "openedAt", to_char(closed_at at time zone zone, 'DD/MM/YYYY HH24:MI') as "closedAt"
    from manifest join carrier on carrier.id = carrier_id cross join merchant_time left join company on company.id = (select min(id) from company)
    where manifest.id = ${manifest}`.execute(tx)
  const { merchant, legalName, cnpj, ...head } = one(rows)
  return {
    number: String(manifest),
    merchantName: merchant,
    company: { legalName, cnpj },
    carrierName: page.manifest.carrier_name,
    ...head,
    driverName: page.manifest.driver_name,
    driverDocument: page.manifest.driver_document,
    plate: page.manifest.plate,
    volumes: [...page.boxes].reverse().map((box) => ({
      orderNumber: String(box.order),
      volumeNumber: box.number,
      volumeCount: box.count,
      code: box.code,
      recipient: box.recipient ?? '',
      city: box.city,
      state: box.state,
      cep: box.cep,
      weightG: box.weight_g,
    })),
  }
}
