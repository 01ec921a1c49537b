import { inMerchant } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { approvePayables, takeApprovalBack } from './approve.ts'
import { addPayable, cancelPayable, changePayable, seePayable } from './change.ts'
import * as contract from './contract.ts'
import { board, exportList, payableList } from './list.ts'
import { paymentAgreement, recurrenceList, remittanceList, remittancePage, saveAgreement, saveTerms, supplierTerms } from './lists.ts'
import { markPaid, unpay } from './mark-paid.ts'
import { billOf, payablePage } from './page.ts'
import { addRecurrence, changeRecurrence } from './recurrences.ts'
import { cancelRemittance, remittanceFile, sendPayables } from './remittances.ts'

export const routes: Route[] = [
  query(contract.listPayables, payableList),
  raw(contract.exportPayables, exportList),
  query(contract.payableBoard, board),
  query(contract.readBillEndpoint, billOf),
  query(contract.readPayable, payablePage),
  command(contract.addPayableEndpoint, addPayable),
  command(contract.changePayableEndpoint, changePayable),
  command(contract.cancelPayableEndpoint, cancelPayable),
  command(contract.seePayableEndpoint, seePayable),
  command(contract.approveEndpoint, approvePayables),
  command(contract.takeApprovalBackEndpoint, takeApprovalBack),
  command(contract.markPaidEndpoint, markPaid),
  command(contract.unpayEndpoint, unpay),
  query(contract.readTerms, supplierTerms),
  command(contract.saveTermsEndpoint, saveTerms),
  query(contract.listRecurrences, recurrenceList),
  command(contract.addRecurrenceEndpoint, addRecurrence),
  command(contract.changeRecurrenceEndpoint, changeRecurrence),
  query(contract.readAgreement, paymentAgreement),
  command(contract.saveAgreementEndpoint, saveAgreement),
  query(contract.listRemittances, remittanceList),
  query(contract.readRemittance, remittancePage),
  command(contract.writeRemittanceEndpoint, sendPayables),
  raw(contract.downloadRemittance, async ({ app, actor, input, reply }) => {
    const { name, bytes } = await inMerchant(app.pool, actor.merchant, (tx) => remittanceFile(tx, input), { readOnly: true })
    return reply.type('application/octet-stream').header('content-disposition', `attachment; filename="${name}"`).send(bytes)
  }),
  command(contract.cancelRemittanceEndpoint, cancelRemittance),
]
