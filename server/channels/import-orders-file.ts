import { system } from '../platform/actor.ts'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { App } from '../platform/http.ts'
import { permissions } from '../platform/permission.ts'
import type { Permission } from '../platform/permission.ts'
import { Problem } from '../platform/problem.ts'
import type { ImportPage } from './contract.ts'
import { formatOf } from './formats/reading.ts'
import { mapColumns, readImportPage, startImport } from './imports.ts'
import { readIntoRows } from './read-file.ts'
import { checkImport, runImport } from './run-import.ts'

/**
 * A file of orders from the command line: read, mapped by its column names, checked, and its good orders taken in into
 * the channel account with code `account`. Refused rows stay under Importações.
 * @throws 422 invalid_input when a required column is not recognised; the problems of readRows
 */
export async function importOrdersFile(app: App, merchant: Merchant, path: string, account: string | null, say: (line: string) => void): Promise<ImportPage> {
  const actor = { ...system(merchant, 'Linha de comando'), permissions: new Set(Object.keys(permissions) as Permission[]) }
  const read = () => inMerchant(app.pool, merchant, (tx) => readImportPage(tx, { import: id }, actor), { readOnly: true })
  const format = formatOf(path)
  const name = path.split('/').at(-1) ?? path
  if (!format) throw new Problem(422, 'file_unknown_format', { name })
  const id = await readIntoRows(app, path, { kind: 'orders', name, format, account }, actor)
  const { mapping, notices, counts: arrived } = await read()
  for (const line of [...notices, `${arrived.total} linhas lidas`]) say(line)
  await inMerchant(app.pool, merchant, (tx) => mapColumns(tx, { import: id, mapping, account }, actor))
  await checkImport(app, id, actor)
  if ((await read()).counts.good) {
    await inMerchant(app.pool, merchant, (tx) => startImport(tx, { import: id }, actor))
    await runImport(app, id, actor)
  }
  const done = await read()
  say(`${done.counts.imported} linhas importadas, ${done.counts.unchanged} já estavam aqui, ${done.counts.bad} com erro`)
  if (done.counts.bad) say(`As linhas com erro estão em Importações, arquivo ${id}`)
  return done
}
