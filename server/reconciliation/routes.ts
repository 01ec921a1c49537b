import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { giveUp, takeUp } from '../receivables/index.ts'
import { accountPage, board, changePolicy } from './board.ts'
import { candidatesOf } from './candidates.ts'
import { claimList, claimsCsv, claimsWithText } from './claim-list.ts'
import * as contract from './contract.ts'
import { answerFile, keepMapping, preview, readAgain } from './file-acts.ts'
import { choices, fileList, filePage } from './file-list.ts'
import { explainBeforeUs, explainLines, undoBeforeUs, unexplainLines } from './explain-line.ts'
import { findClaims } from './find-claims.ts'
import { countOldSales, exitsOf } from './line-exits.ts'
import { lineList, linesCsv } from './line-list.ts'
import { matchLines } from './match.ts'
import { moveClaims } from './move-claims.ts'
import { settleLine } from './settle-line.ts'
import { shareLine } from './share-line.ts'
import { undoMatches } from './undo.ts'
import { download, faultTable, upload } from './upload.ts'

async function matchAgain(tx: Tx, { account }: { account: number }, actor: Actor) {
  const { key, fee, amount, open } = await matchLines(tx, { account }, actor)
  const { found } = await findClaims(tx, { account }, actor)
  return { settled: key + fee + amount, open, claims: found }
}

export const routes: Route[] = [
  raw(contract.sendMoneyFile, upload),
  query(contract.listMoneyFiles, fileList),
  query(contract.readMoneyFilePage, filePage),
  raw(contract.downloadMoneyFile, download),
  raw(contract.faultyRows, faultTable),
  command(contract.answerMoneyFile, answerFile),
  command(contract.readMoneyFileAgain, readAgain),
  query(contract.fileChoices, choices),
  command(contract.saveMapping, keepMapping),
  query(contract.previewMapping, preview),
  query(contract.settlementBoard, board),
  query(contract.settlementAccount, accountPage),
  command(contract.saveMatchPolicy, changePolicy),
  query(contract.listSettlementLines, lineList),
  raw(contract.exportSettlementLines, linesCsv),
  query(contract.lineCandidates, candidatesOf),
  command(contract.settleLineEndpoint, settleLine),
  command(contract.shareLineEndpoint, shareLine),
  command(contract.undoSettlementsEndpoint, undoMatches),
  query(contract.exitsOfLine, exitsOf),
  command(contract.explainLinesEndpoint, explainLines),
  command(contract.unexplainLinesEndpoint, unexplainLines),
  query(contract.countBeforeUs, countOldSales),
  command(contract.explainBeforeUsEndpoint, explainBeforeUs),
  command(contract.undoBeforeUsEndpoint, undoBeforeUs),
  command(contract.matchAgainEndpoint, matchAgain),
  command(contract.giveUpEndpoint, giveUp),
  command(contract.takeUpEndpoint, takeUp),
  query(contract.listClaims, claimList),
  raw(contract.exportClaims, claimsCsv),
  query(contract.readClaims, claimsWithText),
  command(contract.moveClaimsEndpoint, moveClaims),
]
