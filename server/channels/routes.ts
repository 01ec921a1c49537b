import { command, query, raw } from '../platform/http.ts'
import type { Route } from '../platform/http.ts'
import * as contract from './contract.ts'
import { downloadBad, importList, mapColumns, readImportPage, rowsOf, startImport, upload } from './imports.ts'

export const routes: Route[] = [
  raw(contract.uploadImport, upload),
  query(contract.listImports, importList),
  query(contract.readImport, readImportPage),
  command(contract.mapImport, mapColumns),
  command(contract.runImport, startImport),
  query(contract.importRows, rowsOf),
  raw(contract.badRows, downloadBad),
]
