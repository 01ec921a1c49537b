import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict, notFound } from '../platform/problem.ts'
import type { Basis } from './contract.ts'

/** What a channel account charges and when it pays. Rates are decimal text ("0.165"); prices and fees centavos; the day is YYYY-MM-DD. */
export interface FeePolicy {
  account: number
  /** `order_payment.method`; null: every other. */
  method?: string | null
  /** Counts for payments with so many instalments or more; default 1. */
  from_instalments?: number
  valid_from: string
  payment_rate?: string
  tax_withheld_rate?: string
  tax_split_rate?: string
  freight_share?: string
  coupon_share?: string
  release_after: 'approval' | 'delivery'
  release_days: number
  transit_days?: number
  /** One credit for each instalment, so many days apart; null: the whole at once. */
  instalment_days?: number | null
  /** Of card sales: who owes them, and by which arrangement. */
  acquirer?: string | null
  arrangement?: string | null
  note?: string | undefined
  /** By unit price, each up to the next; the first begins at 0. */
  bands: { from_price: number; commission_rate: string; fixed_fee: number }[]
}

/**
 * Keeps a version of what was agreed. Orders approved before its day keep the version of their day; those since then that nobody paid yet are expected anew. A version
 * in force never changes, and none begins before the last one. @throws 409 policy_of_that_day | policy_before_another, 404 no_such_channel
 */
export async function saveFeePolicy(tx: Tx, policy: FeePolicy, actor?: Actor): Promise<{ policy: number }> {
  await lockPolicies(tx, policy.account)
  await refuseEarlier(tx, policy)
  const id = await insertPolicy(tx, { ...policy, actor_id: actor?.person ?? null })
  await expectAnew(tx, policy)
  return { policy: id }
}

/** Writes a proposal in place of an earlier one of the same account and method that nobody decided. */
export async function proposePolicy(tx: Tx, policy: FeePolicy, basis: Basis): Promise<number> {
  await sql`
    with old as (
      select id from fee_policy
      where account_id = ${policy.account} and state = 'proposed' and method is not distinct from ${policy.method ?? null} and from_instalments = ${policy.from_instalments ?? 1}
    ), bands as (
      delete from fee_band using old where policy_id = old.id
    )
    delete from fee_policy using old where fee_policy.id = old.id`.execute(tx)
  return insertPolicy(tx, { ...policy, state: 'proposed', source: 'observed', basis: JSON.stringify(basis) })
}

/** A proposal comes into force from its day. @throws 404 no_such_policy, 409 not_a_proposal | policy_of_that_day | policy_before_another */
export async function acceptPolicy(tx: Tx, { policy: id }: { policy: number }, actor: Actor): Promise<{ policy: number }> {
  const policy = await decide(tx, id, 'active', actor)
  await expectAnew(tx, policy)
  return { policy: id }
}

/** The same is not proposed again for 30 days. */
export async function dismissPolicy(tx: Tx, { policy }: { policy: number }, actor: Actor): Promise<void> {
  await decide(tx, policy, 'dismissed', actor)
}

async function decide(tx: Tx, id: number, state: 'active' | 'dismissed', actor: Actor) {
  const found = await tx.selectFrom('fee_policy').select(['account_id as account']).where('id', '=', id).executeTakeFirst()
  if (!found) throw notFound('no_such_policy')
  await lockPolicies(tx, found.account)
  const policy = await tx
    .selectFrom('fee_policy')
    .select(['account_id as account', 'method', 'from_instalments', 'valid_from', 'state'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (policy.state !== 'proposed') throw conflict('not_a_proposal')
  if (state === 'active') await refuseEarlier(tx, policy)
  await sql`update fee_policy set state = ${state}, actor_id = ${actor.person}, decided_at = now() where id = ${id}`.execute(tx)
  return policy
}

/** One at a time decides what an account charges. */
const lockPolicies = async (tx: Tx, account: number) => {
  const { rows } = await sql<{ id: number }>`select id from channel_account where id = ${account} for no key update`.execute(tx)
  if (!rows.length) throw notFound('no_such_channel')
}

async function refuseEarlier(
  tx: Tx,
  { account, method, from_instalments, valid_from }: Pick<FeePolicy, 'account' | 'method' | 'from_instalments' | 'valid_from'>,
) {
  const { rows } = await sql<{ last: string | null }>`
    select max(valid_from) as last from fee_policy
    where account_id = ${account} and state = 'active' and method is not distinct from ${method ?? null} and from_instalments = ${from_instalments ?? 1}`.execute(
    tx,
  )
  const { last } = one(rows)
  const day = last?.split('-').toReversed().join('/')
  if (last === valid_from) throw conflict('policy_of_that_day', { day })
  if (last !== null && last > valid_from) throw conflict('policy_before_another', { day })
}

/** Orders of the account approved since that day whose money did not come yet; those that waited for a policy too. */
const expectAnew = (tx: Tx, { account, valid_from }: { account: number; valid_from: string }) =>
  enqueue(tx, 'expect_anew', { account, since: valid_from }, { key: `expect_anew:${account}:${valid_from}` })

async function insertPolicy(
  tx: Tx,
  { bands, account, note, ...policy }: FeePolicy & { state?: 'proposed'; source?: 'observed'; basis?: string; actor_id?: number | null },
): Promise<number> {
  const { id } = await tx
    .insertInto('fee_policy')
    .values({ account_id: account, note: note || null, ...policy } as never)
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into fee_band (policy_id, from_price, commission_rate, fixed_fee)
    select ${id}, from_price, commission_rate, fixed_fee from ${table(bands, 'band(from_price bigint, commission_rate numeric, fixed_fee bigint)')}`.execute(tx)
  return id
}
