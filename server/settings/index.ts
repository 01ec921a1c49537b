import { sql } from 'kysely'
import { notFound } from '../platform/problem.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import { command, query } from '../platform/http.ts'
import type { Module } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { readSettings, saveSettings, settings } from './contract.ts'
import type { Settings } from './contract.ts'

/** All rules of the merchant, defaults filled in. */
export async function currentSettings(tx: Tx): Promise<Settings> {
  const rows = await tx.selectFrom('setting').select(['name', 'value']).execute()
  const known = Object.fromEntries(rows.map((row) => [row.name, row.value]))
  return settings.parse(Object.fromEntries(Object.keys(settings.shape).flatMap((name) => (name in known ? [[name, known[name]]] : []))))
}

/** Only what is named changes. @throws 404 no_such_carrier */
export async function changeSettings(tx: Tx, wanted: InputOf<typeof saveSettings>): Promise<Settings> {
  if (wanted.default_carrier && !(await tx.selectFrom('carrier').select('id').where('code', '=', wanted.default_carrier).executeTakeFirst()))
    throw notFound('no_such_carrier', { carrier: wanted.default_carrier })
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue
    if (value === null) await tx.deleteFrom('setting').where('name', '=', name).execute()
    else
      await tx
        .insertInto('setting')
        .values({ name, value: JSON.stringify(value) })
        .onConflict((known) => known.column('name').doUpdateSet({ value: sql`excluded.value` }))
        .execute()
  }
  if (wanted.invoice_required) await enqueue(tx, 'require_invoices', {})
  return currentSettings(tx)
}

export const module: Module = { routes: [query(readSettings, currentSettings), command(saveSettings, changeSettings)] }
