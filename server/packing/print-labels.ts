import { sql } from 'kysely'
import { notaOnLabel, readNota } from '../fiscal/index.ts'
import { passGate } from '../orders/index.ts'
import type { Actor, Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { App } from '../platform/http.ts'
import { notFound } from '../platform/problem.ts'
import type { Label } from './formats/label.ts'
import { notaLabelPdf, notaLabelZpl } from './formats/nota-label.ts'
import type { LabelledBox } from './formats/nota-label.ts'
import { printRaw } from './printing.ts'

/** Shipments whose label waits: the nota goes on the same sheet, and nobody walks with a box that has none. */
const waitsForNota = sql`shipment.fiscal in ('required', 'issuing', 'rejected')`

/**
 * Leaves the trace of each print; where the actor's station has a network printer the worker sends it, else the browser
 * shows it. What waits for its nota is printed by `print_labels_with_nota`. The network is never touched here.
 */
export async function printLabels(tx: Tx, volumes: number[], reason: string, actor: Actor): Promise<{ id: number; queued: boolean }[]> {
  const { rows } = await sql<{ id: number; queued: boolean }>`
    with mine as (select printer.id, printer.kind from station join printer on printer.id = station.printer_id where station.id = ${actor.station})
    insert into label_print (volume_id, reason, printer_id, state, actor_id, station_id)
    select volume.id, ${reason}, mine.id, case when ${waitsForNota} then 'waiting' when mine.kind = 'network' then 'queued' else 'shown' end, ${actor.person}, ${actor.station}
    from unnest(${volumes}::bigint[]) wanted(id) join volume on volume.id = wanted.id join shipment on shipment.id = volume.shipment_id left join mine on true
    returning id, state = 'queued' as queued`.execute(tx)
  for (const { id, queued } of rows) if (queued) await enqueue(tx, 'print_label', { print: id })
  return rows
}

/** @throws 404 no_such_volume, 409 not_now | order_cancelled */
export async function reprintLabel(tx: Tx, { volume, reason }: { volume: number; reason: string }, actor: Actor): Promise<{ print: number; shown: boolean }> {
  const row = await tx.selectFrom('volume').select('shipment_id').where('id', '=', volume).where('voided_at', 'is', null).executeTakeFirst()
  if (!row) throw notFound('no_such_volume')
  await passGate(tx, row.shipment_id, 'reprint', actor, { volume, reason })
  const [print] = await printLabels(tx, [volume], reason, actor)
  return { print: (print as { id: number }).id, shown: !print?.queued }
}

/** The notas came: the labels that waited for them go out. @returns how many */
export async function releaseLabels(tx: Tx, shipments: number[]): Promise<number> {
  const { rows } = await sql<{ id: number; state: string }>`
    update label_print set state = case when exists (select 1 from printer where printer.id = printer_id and kind = 'network') then 'queued' else 'shown' end
    from volume join shipment on shipment.id = volume.shipment_id
    where volume.id = volume_id and shipment_id = any(${shipments}::bigint[]) and state = 'waiting' and voided_at is null and not ${waitsForNota}
    returning label_print.id, label_print.state`.execute(tx)
  for (const { id, state } of rows) if (state === 'queued') await enqueue(tx, 'print_label', { print: id })
  return rows.length
}

/** What the labels of these volumes say, with the nota of the shipment. Only printed ones: there is no label before the last right scan. @throws 404 no_label_yet */
export async function labelsOf(tx: Tx, volumes: number[]): Promise<LabelledBox[]> {
  const { rows } = await sql<Label & { nota: Buffer | null }>`
    select sales_order.id::text as "orderNumber", volume.code as "volumeCode", volume.number as "volumeNumber",
      (select count(*)::int from volume sister where sister.shipment_id = volume.shipment_id and sister.voided_at is null) as "volumeCount",
      coalesce(carrier.name, 'Transportadora a definir') as "carrierName", null as service,
      jsonb_build_object('name', ship_to ->> 'recipient', 'street', ship_to ->> 'street', 'number', ship_to ->> 'number', 'complement', ship_to ->> 'complement',
        'district', ship_to ->> 'district', 'city', ship_to ->> 'city', 'state', ship_to ->> 'state', 'cep', ship_to ->> 'cep') as recipient,
      jsonb_build_object('name', coalesce(company.trade_name, account.name), 'street', company.address ->> 'street', 'number', company.address ->> 'number', 'complement', null,
        'district', company.address ->> 'district', 'city', company.address ->> 'city', 'state', company.address ->> 'state', 'cep', company.address ->> 'cep') as sender,
      volume.weight_g as "weightG", to_char(sales_order.dispatch_by at time zone zone, 'DD/MM HH24:MI') as "dispatchBy", account.name as "channelName", sales_order.external_id as "channelOrder",
      (select bytes from nota join nota_file on nota_id = nota.id and kind in ('authorised', 'elsewhere') where nota.shipment_id = shipment.id and nota.state = 'authorised' and operation = 'sale') as nota
    from volume
    join shipment on shipment.id = volume.shipment_id
    join sales_order on sales_order.id = shipment.order_id
    join channel_account account on account.id = sales_order.account_id
    left join company on company.id = coalesce(account.company_id, (select min(id) from company))
    left join carrier on carrier.id = coalesce(shipment.carrier_id, sales_order.carrier_id)
    cross join merchant_time
    where volume.id = any(${volumes}::bigint[]) and volume.voided_at is null and exists (select 1 from label_print where volume_id = volume.id and state <> 'waiting')
    order by volume.number`.execute(tx)
  if (!rows.length) throw notFound('no_label_yet')
  return rows.map(({ nota, ...label }) => ({ label, nota: nota && notaOnLabel(readNota(nota)) }))
}

export const jobs: Jobs = {
  /** Enqueued in the transaction that authorises notas. */
  print_labels_with_nota: async ({ app, merchant, payload }: { app: App; merchant: Merchant; payload: { shipments: number[] } }) =>
    void (await inMerchant(app.pool, merchant, (tx) => releaseLabels(tx, payload.shipments))),
  /** Sends one label to its network printer. What may have been printed is not sent again by itself: a person decides. */
  print_label: async ({ app, merchant, payload }: { app: App; merchant: Merchant; payload: { print: number } }) => {
    const found = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ volume: number; host: string; port: number; language: string; dpi: number; state: string }>`
        select volume_id as volume, host, coalesce(port, 9100) as port, language, dpi, state from label_print join printer on printer.id = printer_id where label_print.id = ${payload.print}`.execute(
        tx,
      )
      const row = rows[0]
      return row?.state === 'queued' ? { ...row, labels: await labelsOf(tx, [row.volume]) } : null
    })
    if (!found) return
    const [label] = found.labels
    const resolution = found.dpi === 300 ? 12 : 8
    const printed = await printRaw(found, found.language === 'pdf' ? notaLabelPdf(found.labels, resolution) : notaLabelZpl(label as LabelledBox, resolution))
    await inMerchant(app.pool, merchant, (tx) =>
      tx
        .updateTable('label_print')
        .set(printed.delivered ? { state: 'sent' } : { state: 'failed', failure: printed.failure })
        .where('id', '=', payload.print)
        .execute(),
    )
  },
}
