import { query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import * as contract from './contract.ts'
import { insightHome } from './home.ts'
import { operationCsv } from './operation-csv.ts'
import { insightOperation } from './operation.ts'
import { insightRows } from './rows.ts'
import { searchEverything } from './search.ts'

export const routes: Route[] = [
  query(contract.homeEndpoint, insightHome),
  query(contract.operationEndpoint, insightOperation),
  raw(contract.operationCsvEndpoint, operationCsv),
  query(contract.rowsEndpoint, insightRows),
  query(contract.searchEndpoint, searchEverything),
]
