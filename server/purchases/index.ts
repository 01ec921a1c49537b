import { danfePdf, readNota } from '../fiscal/index.ts'
import { inMerchant } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Module } from '../platform/http.ts'
import type { Job } from '../platform/jobs.ts'
import { askKey } from './ask-key.ts'
import * as contract from './contract.ts'
import { askKeys, distribute } from './distribute.ts'
import { readReceivedDocuments } from './documents.ts'
import { exportXml } from './export-xml.ts'
import { makeReceipt } from './make-receipt.ts'
import { manifest } from './manifest.ts'
import { board, receivedList } from './received-list.ts'
import { receivedPage, xmlOf } from './received-page.ts'
import { saveMatches } from './save-matches.ts'
import { sendManifestations } from './send-manifestations.ts'
import { upload } from './upload.ts'

export { askKey } from './ask-key.ts'
export { askKeys, distribute } from './distribute.ts'
export { readReceivedDocuments } from './documents.ts'
export { makeReceipt } from './make-receipt.ts'
export { manifest } from './manifest.ts'
export { board, receivedList } from './received-list.ts'
export { receivedPage } from './received-page.ts'
export { saveMatches } from './save-matches.ts'
export { sendManifestations } from './send-manifestations.ts'

export const module: Module = {
  refusals: contract.refusals,
  routes: [
    query(contract.listReceived, receivedList),
    query(contract.receivedBoard, board),
    raw(contract.exportReceived, exportXml),
    query(contract.readReceived, receivedPage),
    command(contract.saveMatchesEndpoint, saveMatches),
    command(contract.makeReceiptEndpoint, makeReceipt),
    command(contract.manifestEndpoint, manifest),
    command(contract.askKeyEndpoint, askKey),
    raw(contract.uploadReceived, upload),
    raw(contract.receivedXml, async ({ app, actor, input, reply }) => {
      const { key, bytes } = await inMerchant(app.pool, actor.merchant, (tx) => xmlOf(tx, input.nota), { readOnly: true })
      return reply.type('application/xml').header('content-disposition', `attachment; filename="${key}-procNFe.xml"`).send(bytes)
    }),
    raw(contract.receivedDanfe, async ({ app, actor, input, reply }) => {
      const { key, cancelled, bytes } = await inMerchant(app.pool, actor.merchant, (tx) => xmlOf(tx, input.nota), { readOnly: true })
      return reply
        .type('application/pdf')
        .header('content-disposition', `inline; filename="danfe-${key}.pdf"`)
        .send(danfePdf({ ...readNota(bytes), cancelled }))
    }),
  ],
  jobs: {
    distribute_each_minute: async ({ app, merchant }) => {
      await distribute(app, merchant)
      await sendManifestations(app, merchant)
    },
    send_manifestations: ({ app, merchant }) => sendManifestations(app, merchant),
    read_received_documents: ({ app, merchant }) => readReceivedDocuments(app, merchant),
    ask_received_keys: ({ app, merchant, payload }: Job<{ company: number }>) => askKeys(app, merchant, payload.company),
  },
}
