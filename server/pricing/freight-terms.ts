import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, notFound } from '../platform/problem.ts'
import type { freightTerms, removeFreightTerm, saveFreightTerm } from './contract.ts'
import { pricedChannels } from './priced-channels.ts'

/** The freight of a unit in each band of each channel, and all that was typed of it. */
export async function freightList(tx: Tx): Promise<AnswerOf<typeof freightTerms>> {
  const channels = await pricedChannels(tx)
  const { rows: typed } = await sql<AnswerOf<typeof freightTerms>['typed'][number]>`
    select account_id as account, name as channel, from_price, valid_from::text, centavos,
      valid_from <= today and not exists (
        select 1 from freight_term later where later.account_id = term.account_id and later.from_price = term.from_price and later.valid_from > term.valid_from and later.valid_from <= today
      ) as in_force
    from freight_term term join channel_account on channel_account.id = account_id cross join lateral (select (now() at time zone zone)::date as today from merchant_time) now
    order by name, from_price, valid_from desc`.execute(tx)
  return {
    channels: channels.map(({ account, channel, bands }) => ({
      account,
      channel,
      bands: bands.map(({ from, until, freight, typed: told, measured }) => ({ from, until, freight, typed: told, measured })),
    })),
    typed,
  }
}

/** From a price and a day on; the same again corrects the sum. @throws 422 invalid_input */
export async function setFreight(tx: Tx, { account, from_price, valid_from, centavos }: InputOf<typeof saveFreightTerm>): Promise<void> {
  if (!(await tx.selectFrom('channel_account').select('id').where('id', '=', account).executeTakeFirst()))
    throw badInput([{ field: 'account', message: 'Este canal não existe' }])
  await sql`
    insert into freight_term (account_id, from_price, valid_from, centavos) values (${account}, ${from_price}, ${valid_from}, ${centavos})
    on conflict (account_id, from_price, valid_from) do update set centavos = excluded.centavos`.execute(tx)
}

/** @throws 404 no_such_freight */
export async function dropFreight(tx: Tx, { account, from_price, valid_from }: InputOf<typeof removeFreightTerm>): Promise<void> {
  const { numAffectedRows } =
    await sql`delete from freight_term where account_id = ${account} and from_price = ${from_price} and valid_from = ${valid_from}`.execute(tx)
  if (!numAffectedRows) throw notFound('no_such_freight')
}
