import { inMerchant } from '../platform/db.ts'
import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { addBankAccount, bankList, saveBankAccount } from './accounts.ts'
import { candidatesOf } from './candidates.ts'
import * as contract from './contract.ts'
import { explainLine } from './explain.ts'
import { bankLines, bankLinesCsv } from './lines.ts'
import { matchBanks } from './match.ts'
import { addBankRule, addLedgerAccount, applyBankRule, ledgerList, previewOf, ruleList, saveBankRule } from './rules.ts'
import { undoBank } from './undo.ts'

export const routes: Route[] = [
  query(contract.listBanks, bankList),
  command(contract.addBank, addBankAccount),
  command(contract.saveBank, saveBankAccount),
  command(contract.matchBanksEndpoint, matchBanks),
  query(contract.listBankLines, bankLines),
  raw(contract.exportBankLines, async ({ app, actor, input, reply }) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="extrato.csv"')
      .send(await inMerchant(app.pool, actor.merchant, (tx) => bankLinesCsv(tx, input), { readOnly: true })),
  ),
  query(contract.bankCandidates, candidatesOf),
  command(contract.explainLineEndpoint, explainLine),
  command(contract.undoBankEndpoint, undoBank),
  query(contract.bankLedgers, async (tx) => ({ rows: await ledgerList(tx) })),
  command(contract.addLedger, addLedgerAccount),
  query(contract.listRules, ruleList),
  command(contract.addRule, addBankRule),
  command(contract.saveRule, saveBankRule),
  query(contract.previewRule, previewOf),
  command(contract.applyRule, applyBankRule),
]
