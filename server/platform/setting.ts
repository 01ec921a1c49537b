import type { Tx } from './db.ts'

/** Every setting of a merchant with the value it has until somebody changes it. */
const defaults = {
  /** IANA name. Days, shifts and everything shown are in it. */
  time_zone: 'America/Sao_Paulo',
  /** Refuse the dispatch of a shipment without an authorised NF-e. Off until notas come. */
  invoice_required_to_dispatch: false as boolean,
}
type Settings = typeof defaults

export async function readSetting<Name extends keyof Settings>(tx: Tx, name: Name): Promise<Settings[Name]> {
  const row = await tx.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst()
  return row ? (row.value as Settings[Name]) : defaults[name]
}

export async function writeSetting<Name extends keyof Settings>(tx: Tx, name: Name, value: Settings[Name]): Promise<void> {
  await tx
    .insertInto('setting')
    .values({ name, value: JSON.stringify(value) })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: JSON.stringify(value) }))
    .execute()
}
