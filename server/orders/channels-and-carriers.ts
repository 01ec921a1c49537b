import { sql } from 'kysely'
import { parseDocument } from '../customers/index.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { listCarriers, listChannels, saveCarrier, saveChannel } from './contract.ts'

export async function channelList(tx: Tx): Promise<AnswerOf<typeof listChannels>> {
  const { rows } = await sql<AnswerOf<typeof listChannels>['rows'][number]>`
    select account.id, account.code, account.name, kind, company.trade_name as company, account.company_id, invoice_by, intermediary_cnpj, intermediary_seller, status_max_age_minutes, account.active
    from channel_account account left join company on company.id = account.company_id order by account.name`.execute(tx)
  return { rows }
}

/** @throws 422 invalid_input */
export async function writeChannel(
  tx: Tx,
  { code, name, kind, status_max_age_minutes, active, ...fiscal }: InputOf<typeof saveChannel>,
): Promise<{ id: number }> {
  const row = { name, kind, status_max_age_minutes, active, ...(await invoicing(tx, fiscal)) }
  return tx
    .insertInto('channel_account')
    .values({ code, ...row })
    .onConflict((known) => known.column('code').doUpdateSet(row))
    .returning('id')
    .executeTakeFirstOrThrow()
}

type Fiscal = Pick<InputOf<typeof saveChannel>, 'company' | 'invoice_by' | 'intermediary_cnpj' | 'intermediary_seller'>

/** Who issues and, at a marketplace, who stands between (group infIntermed): its CNPJ and our code there go together. */
async function invoicing(tx: Tx, { company, invoice_by, intermediary_cnpj, intermediary_seller }: Fiscal) {
  const faults: FieldFault[] = []
  if (company && !(await tx.selectFrom('company').select('id').where('id', '=', company).executeTakeFirst()))
    faults.push({ field: 'company', message: 'Esta empresa não existe; escolha outra' })
  const named = intermediary_cnpj ? parseDocument(intermediary_cnpj) : null
  if (named && 'fault' in named) faults.push({ field: 'intermediary_cnpj', message: named.fault })
  else if (named && named.kind !== 'company') faults.push({ field: 'intermediary_cnpj', message: 'Informe o CNPJ do marketplace, não um CPF' })
  if (intermediary_cnpj && (intermediary_seller ?? '').length < 2)
    faults.push({ field: 'intermediary_seller', message: 'Informe o seu código de vendedor no marketplace, de 2 a 60 letras' })
  if (intermediary_seller && !intermediary_cnpj) faults.push({ field: 'intermediary_cnpj', message: 'Informe o CNPJ do marketplace' })
  if (faults.length) throw badInput(faults)
  return {
    ...(company === undefined ? {} : { company_id: company }),
    ...(invoice_by === undefined ? {} : { invoice_by }),
    ...(intermediary_cnpj === undefined && intermediary_seller === undefined
      ? {}
      : { intermediary_cnpj: named && 'document' in named ? named.document : null, intermediary_seller: intermediary_seller || null }),
  }
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
