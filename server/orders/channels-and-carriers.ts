import { sql } from 'kysely'
import { parseDocument } from '../customers/index.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import type { listCarriers, listChannels, saveCarrier, saveChannel } from './contract.ts'

export async function channelList(tx: Tx): Promise<AnswerOf<typeof listChannels>> {
  const { rows } = await sql<AnswerOf<typeof listChannels>['rows'][number]>`
    select account.id, account.code, account.name, kind, company.trade_name as company, status_max_age_minutes, account.active
    from channel_account account left join company on company.id = account.company_id order by account.name`.execute(tx)
  return { rows }
}

export async function writeChannel(tx: Tx, { code, name, kind, status_max_age_minutes, active }: InputOf<typeof saveChannel>): Promise<{ id: number }> {
  const row = { name, kind, status_max_age_minutes, active }
  return tx
    .insertInto('channel_account')
    .values({ code, ...row })
    .onConflict((known) => known.column('code').doUpdateSet(row))
    .returning('id')
    .executeTakeFirstOrThrow()
}

/** With the next time that each truck leaves, in the merchant's time zone. */
export async function carrierList(tx: Tx): Promise<AnswerOf<typeof listCarriers>> {
  const { rows } = await sql<AnswerOf<typeof listCarriers>['rows'][number]>`
    select carrier.id, code, name, cnpj, active,
      (select coalesce(jsonb_agg(jsonb_build_object('weekday', weekday, 'cut_off', to_char(cut_off, 'HH24:MI')) order by weekday), '[]') from carrier_cut_off where carrier_id = carrier.id) as cut_offs,
      next_cut_off.at as next_cut_off
    from carrier left join next_cut_off on next_cut_off.carrier_id = carrier.id
    order by name`.execute(tx)
  return { rows }
}

export async function writeCarrier(tx: Tx, { code, name, cnpj, active, cut_offs }: InputOf<typeof saveCarrier>): Promise<{ id: number }> {
  const document = cnpj ? parseDocument(cnpj) : null
  if (document && 'fault' in document) throw badInput([{ field: 'cnpj', message: document.fault }])
  const { rows } = await sql<{ id: number }>`
    insert into carrier (code, name, cnpj, active) values (${code}, ${name}, ${document?.document ?? null}, ${active})
    on conflict (code) do update set name = excluded.name, cnpj = excluded.cnpj, active = excluded.active returning id`.execute(tx)
  const { id } = one(rows)
  await tx.deleteFrom('carrier_cut_off').where('carrier_id', '=', id).execute()
  if (cut_offs.length)
    await tx
      .insertInto('carrier_cut_off')
      .values(cut_offs.map((row) => ({ carrier_id: id, ...row })))
      .execute()
  return { id }
}
