import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import * as contract from './contract.ts'
import { dropFreight, freightList, setFreight } from './freight-terms.ts'
import { lateCosts } from './late-cost-readings.ts'
import { enterLateCost, takeLateCostBack } from './late-costs.ts'
import { marginCsv, marginNegatives, marginOfOrder, marginWaterfall, ordersByMargin } from './margin-readings.ts'
import { marginBy } from './margins.ts'
import { floorsCsv, floorsOfProducts, priceInChannels } from './prices.ts'
import { setStockMethod, stockMethod } from './stock-method.ts'
import { dropTerm, recordAdSpend, setTerm, termList } from './terms.ts'

export const routes: Route[] = [
  query(contract.marginEndpoint, marginBy),
  raw(contract.marginCsvEndpoint, marginCsv),
  query(contract.waterfallEndpoint, marginWaterfall),
  query(contract.negativesEndpoint, marginNegatives),
  query(contract.marginOrders, ordersByMargin),
  query(contract.orderMarginEndpoint, marginOfOrder),
  query(contract.priceFloors, floorsOfProducts),
  raw(contract.priceFloorsCsv, floorsCsv),
  query(contract.calculatePrice, priceInChannels),
  query(contract.freightTerms, freightList),
  command(contract.saveFreightTerm, setFreight),
  command(contract.removeFreightTerm, dropFreight),
  query(contract.listTerms, termList),
  command(contract.saveTerm, setTerm),
  command(contract.removeTerm, dropTerm),
  command(contract.saveAdSpend, recordAdSpend),
  query(contract.stockMethodEndpoint, stockMethod),
  command(contract.saveStockMethod, setStockMethod),
  query(contract.listLateCosts, lateCosts),
  command(contract.addLateCost, enterLateCost),
  command(contract.undoLateCost, takeLateCostBack),
]
