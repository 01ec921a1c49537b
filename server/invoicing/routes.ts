import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { inMerchant } from '../platform/db.ts'
import { attachUpload } from './attach.ts'
import { board } from './board.ts'
import { setMode } from './contingency.ts'
import * as contract from './contract.ts'
import { remittanceBuyers } from './customers.ts'
import { cancelNota, correctNota } from './events.ts'
import { sendDanfe, sendDanfes, sendXml } from './files.ts'
import { gapList, invalidateGap } from './gaps.ts'
import { listNotas, notasCsv, notasOf } from './nota-list.ts'
import { notaPageOf } from './nota-page.ts'
import { remittance, returnNota } from './requested.ts'
import { issueNota, retryNotas } from './retry.ts'
import { packageList, takeSchemas } from './schemas.ts'
import { toAnswer } from './to-answer.ts'

export const routes: Route[] = [
  query(contract.notaList, listNotas),
  raw(contract.exportNotas, async ({ app, actor, input, reply }) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="notas.csv"')
      .send(await inMerchant(app.pool, actor.merchant, (tx) => notasCsv(tx, input), { readOnly: true })),
  ),
  query(contract.notaBoard, board),
  query(contract.notaPage, notaPageOf),
  query(contract.notasOfOrder, notasOf),
  query(contract.notasToAnswer, toAnswer),
  query(contract.notaGaps, gapList),
  query(contract.remittanceCustomers, remittanceBuyers),
  raw(contract.notaXml, sendXml),
  raw(contract.notaDanfe, sendDanfe),
  raw(contract.danfes, sendDanfes),
  raw(contract.attachNotaEndpoint, attachUpload),
  query(contract.schemaPackages, packageList),
  raw(contract.uploadSchemas, takeSchemas),
  command(contract.issueNotaEndpoint, issueNota),
  command(contract.retryNotasEndpoint, retryNotas),
  command(contract.cancelNotaEndpoint, cancelNota),
  command(contract.correctNotaEndpoint, correctNota),
  command(contract.returnNotaEndpoint, returnNota),
  command(contract.remittanceEndpoint, remittance),
  command(contract.invalidateGapEndpoint, invalidateGap),
  command(contract.contingencyEndpoint, setMode),
]
