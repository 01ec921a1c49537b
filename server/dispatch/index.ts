import { noteRefusedScan } from '../orders/index.ts'
import { inMerchant } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Module } from '../platform/http.ts'
import { closeManifest } from './close-manifest.ts'
import * as contract from './contract.ts'
import { manifestPdf } from './formats/manifest-pdf.ts'
import { loadVolume, openManifest, unloadVolume } from './load.ts'
import { dispatchBoardNow, manifestList, manifestPageOf, printedManifest } from './manifest-page.ts'

export { closeManifest } from './close-manifest.ts'
export { loadVolume, openManifest, unloadVolume } from './load.ts'

export const module: Module = {
  refusals: contract.refusals,
  routes: [
    query(contract.dispatchBoard, dispatchBoardNow),
    query(contract.listManifests, manifestList),
    query(contract.readManifest, manifestPageOf),
    command(contract.openManifestEndpoint, openManifest),
    command(contract.loadVolumeEndpoint, loadVolume, (tx, _input, actor, refusal) => noteRefusedScan(tx, 'load', null, actor, refusal)),
    command(contract.unloadVolumeEndpoint, unloadVolume),
    command(contract.closeManifestEndpoint, closeManifest),
    raw(contract.manifestPdfEndpoint, async ({ app, actor, input, reply }) => {
      const printed = await inMerchant(app.pool, actor.merchant, (tx) => printedManifest(tx, input), { readOnly: true })
      return reply.type('application/pdf').header('content-disposition', `inline; filename="romaneio-${input.manifest}.pdf"`).send(manifestPdf(printed))
    }),
  ],
}
