import { noteRefusedScan } from '../orders/index.ts'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Module } from '../platform/http.ts'
import { recallShipments, releasableNow, releaseChosen, releaseDue, waveList, wavePage } from './board.ts'
import { confirmPick, noteWrongScan } from './confirm-pick.ts'
import * as contract from './contract.ts'
import { pickListPdf } from './formats/pick-list-pdf.ts'
import { currentInstruction } from './instruction.ts'
import { printedTrip } from './print-trip.ts'
import { reportShort, skipStep } from './report-short.ts'
import { fullTote } from './totes.ts'
import { handOver, startTrip } from './trip.ts'

export { releaseChosen } from './board.ts'
export { confirmPick } from './confirm-pick.ts'
export { instructionOf } from './instruction.ts'
export { releaseShipments } from './release.ts'
export { reportShort } from './report-short.ts'
export { startTrip } from './trip.ts'

export const module: Module = {
  refusals: contract.refusals,
  routes: [
    query(contract.readInstruction, currentInstruction),
    command(contract.startTripEndpoint, startTrip),
    command(contract.confirmPickEndpoint, confirmPick, (tx, _input, actor, refusal) => noteRefusedScan(tx, 'pick', null, actor, refusal)),
    command(contract.reportShortEndpoint, reportShort),
    command(contract.noteWrongScanEndpoint, noteWrongScan),
    command(contract.skipStepEndpoint, skipStep),
    command(contract.fullToteEndpoint, fullTote),
    command(contract.handOverEndpoint, handOver),
    query(contract.releasable, releasableNow),
    command(contract.releaseEndpoint, releaseChosen),
    command(contract.recallEndpoint, recallShipments),
    query(contract.listWaves, waveList),
    query(contract.readWave, wavePage),
    raw(contract.tripPdf, async ({ app, actor, input, reply }) => {
      const printed = await inMerchant(app.pool, actor.merchant, (tx) => printedTrip(tx, input), { readOnly: true })
      return reply.type('application/pdf').header('content-disposition', `inline; filename="${printed.code}.pdf"`).send(pickListPdf(printed))
    }),
  ],
  jobs: {
    release_due_each_minute: async ({ app, merchant }) => void (await inMerchant(app.pool, merchant, (tx) => releaseDue(tx, system(merchant)))),
  },
}
