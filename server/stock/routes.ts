import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import { adjust } from './adjust.ts'
import * as contract from './contract.ts'
import { askForCount, countPlace, countRequestList } from './count-requests.ts'
import { createPlaces } from './create-places.ts'
import { levelList, moveList, stockAt } from './levels.ts'
import { placeLabelsPdf } from './place-labels.ts'
import { placeList, placePage, plan, savePlace } from './places.ts'
import { openReceipt, receiptList, receiptPage } from './receipts.ts'
import { closeReceipt, countReceipt, putAway } from './receive.ts'
import { quarantine, releaseQuarantine, transfer } from './transfer.ts'

export const routes: Route[] = [
  query(contract.listPlaces, placeList),
  raw(contract.placeLabels, placeLabelsPdf),
  query(contract.placePlan, plan),
  query(contract.readPlace, placePage),
  command(contract.savePlaceEndpoint, savePlace),
  command(contract.createPlacesEndpoint, createPlaces),
  query(contract.listLevels, levelList),
  query(contract.listMoves, moveList),
  query(contract.stockAtEndpoint, stockAt),
  command(contract.openReceiptEndpoint, openReceipt),
  query(contract.listReceipts, receiptList),
  query(contract.readReceipt, receiptPage),
  command(contract.countReceiptEndpoint, countReceipt),
  command(contract.putAwayEndpoint, putAway),
  command(contract.closeReceiptEndpoint, closeReceipt),
  command(contract.transferEndpoint, transfer),
  command(contract.adjustEndpoint, adjust),
  command(contract.quarantineEndpoint, quarantine),
  command(contract.releaseQuarantineEndpoint, releaseQuarantine),
  query(contract.listCountRequests, countRequestList),
  command(contract.requestCountEndpoint, askForCount),
  command(contract.countPlaceEndpoint, countPlace),
]
