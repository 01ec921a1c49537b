import { noteRefusedScan } from '../orders/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Call, Module } from '../platform/http.ts'
import { benchOf, benchQueueNow, openBench } from './bench.ts'
import { cartonList, writeCarton } from './carton-list.ts'
import { closeVolume, unpack } from './close-volume.ts'
import * as contract from './contract.ts'
import { notaLabelPdf, notaLabelSvg, notaLabelZpl } from './formats/nota-label.ts'
import type { LabelledBox } from './formats/nota-label.ts'
import { jobs, labelsOf, reprintLabel } from './print-labels.ts'
import { reportAtBench, scanBatch, scanUnit } from './scan.ts'

export { benchOf, openBench } from './bench.ts'
export { closeVolume, unpack } from './close-volume.ts'
export { labelPdf } from './formats/label.ts'
export type { Label } from './formats/label.ts'
export { notaLabelPdf, notaLabelZpl } from './formats/nota-label.ts'
export type { LabelledBox } from './formats/nota-label.ts'
export { labelsOf } from './print-labels.ts'
export { reportAtBench, scanBatch, scanUnit } from './scan.ts'

const labels = ({ app, actor }: Call<object>, volumes: (tx: Tx) => Promise<number[]>) =>
  inMerchant(app.pool, actor.merchant, async (tx) => labelsOf(tx, await volumes(tx)), { readOnly: true })
const volumesOf = (shipment: number) => async (tx: Tx) =>
  (await tx.selectFrom('volume').select('id').where('shipment_id', '=', shipment).execute()).map((row) => row.id)

export const module: Module = {
  refusals: contract.refusals,
  jobs,
  routes: [
    query(contract.benchQueue, benchQueueNow),
    command(contract.openBenchEndpoint, openBench),
    query(contract.readBench, benchOf),
    command(contract.scanUnitEndpoint, scanUnit, (tx, input, actor, refusal) => noteRefusedScan(tx, 'check', input.shipment, actor, refusal)),
    command(contract.scanBatchEndpoint, scanBatch, (tx, _input, actor, refusal) => noteRefusedScan(tx, 'check', null, actor, refusal)),
    command(contract.closeVolumeEndpoint, closeVolume),
    command(contract.reportAtBenchEndpoint, reportAtBench),
    command(contract.unpackEndpoint, unpack),
    command(contract.reprintEndpoint, reprintLabel),
    raw(contract.labelPdfEndpoint, async (call) => call.reply.type('application/pdf').send(notaLabelPdf(await labels(call, async () => [call.input.volume])))),
    raw(contract.labelZplEndpoint, async (call) =>
      call.reply.type('text/plain; charset=utf-8').send(notaLabelZpl((await labels(call, async () => [call.input.volume]))[0] as LabelledBox)),
    ),
    raw(contract.labelSvgEndpoint, async (call) =>
      call.reply.type('image/svg+xml').send(notaLabelSvg((await labels(call, async () => [call.input.volume]))[0] as LabelledBox)),
    ),
    raw(contract.shipmentLabels, async (call) => call.reply.type('application/pdf').send(notaLabelPdf(await labels(call, volumesOf(call.input.shipment))))),
    query(contract.listCartons, cartonList),
    command(contract.saveCarton, writeCarton),
  ],
}
