import { inMerchant } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import * as contract from './contract.ts'
import { moveList, movesCsv } from './moves.ts'
import { moneyNow, trialBalancePage } from './overview.ts'
import { closePeriod } from './period.ts'
import { traceBankLine, traceOrder } from './trace.ts'

export const routes: Route[] = [
  query(contract.moneyOverview, moneyNow),
  query(contract.trialBalanceEndpoint, trialBalancePage),
  query(contract.listMoneyMoves, moveList),
  raw(contract.moneyMovesCsv, async ({ app, actor, input, reply }) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="diario-do-dinheiro.csv"')
      .send(await inMerchant(app.pool, actor.merchant, (tx) => movesCsv(tx, input), { readOnly: true })),
  ),
  command(contract.closePeriodEndpoint, closePeriod),
  query(contract.traceBankLineEndpoint, traceBankLine),
  query(contract.traceOrderEndpoint, traceOrder),
]
