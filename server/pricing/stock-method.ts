import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput } from '../platform/problem.ts'
import type { saveStockMethod, stockMethodEndpoint } from './contract.ts'
import type { Method } from './stock-books.ts'

type Version = { valid_from: string; method: Method }
const versions = async (tx: Tx) => (await sql<Version>`select valid_from, method from stock_method order by valid_from`.execute(tx)).rows
const on = (all: readonly Version[], day: string): Method => all.findLast(({ valid_from }) => valid_from <= day)?.method ?? 'average'

/** Which method is in force on a day. */
export async function methodsOf(tx: Tx): Promise<(day: string) => Method> {
  const all = await versions(tx)
  return (day) => on(all, day)
}

/** How the stock is valued today, and what it changes to. */
export async function stockMethod(tx: Tx): Promise<AnswerOf<typeof stockMethodEndpoint>> {
  const all = await versions(tx)
  const today = await todayOf(tx)
  return {
    today,
    method: on(all, today),
    since: all.findLast(({ valid_from }) => valid_from <= today)?.valid_from ?? null,
    next: all.findLast(({ valid_from }) => valid_from > today) ?? null,
  }
}

/**
 * From a day that has not begun: what left before it keeps its cost. The same method as today takes a change back that was still to come. @throws 422 invalid_input
 */
export async function setStockMethod(tx: Tx, { method, valid_from }: InputOf<typeof saveStockMethod>, actor: Actor): Promise<AnswerOf<typeof saveStockMethod>> {
  // the follower reads the methods under the same lock
  await sql`select 1 from cost_cursor for update`.execute(tx)
  const today = await todayOf(tx)
  if (valid_from <= today) throw badInput([{ field: 'valid_from', message: 'Escolha um dia a partir de amanhã: o que já saiu do estoque mantém o seu custo' }])
  await sql`delete from stock_method where valid_from > ${today}`.execute(tx)
  if (method !== on(await versions(tx), today))
    await sql`insert into stock_method (valid_from, method, set_by) values (${valid_from}, ${method}, ${actor.person})`.execute(tx)
  return stockMethod(tx)
}

async function todayOf(tx: Tx): Promise<string> {
  const { rows } = await sql<{ today: string }>`select (now() at time zone zone)::date as today from merchant_time`.execute(tx)
  return one(rows).today
}
