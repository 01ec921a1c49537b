import { sql } from 'kysely'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { badInput } from '../platform/problem.ts'

/** Whole days of the merchant: `since` is included, `until` is not. */
export interface Period {
  from: string
  to: string
  since: string
  until: string
}

/** At most a year and a bit: the figures of one question are computed from the journals while somebody waits. */
const longest = 400

/** The asked days, or the last seven. @throws 422 invalid_input */
export async function readPeriod(tx: Tx, { from, to }: { from?: string | undefined; to?: string | undefined }): Promise<Period> {
  const { rows } = await sql<Period & { days: number }>`
    select first::text as from, last::text as to, first::timestamp at time zone zone as since, (last + 1)::timestamp at time zone zone as until, last - first + 1 as days
    from merchant_time, lateral (select coalesce(${to ?? null}::date, greatest((now() at time zone zone)::date, ${from ?? null}::date)) as last) ending,
    lateral (select coalesce(${from ?? null}::date, last - 6) as first) beginning`.execute(tx)
  const { days, ...period } = one(rows)
  if (days < 1) throw badInput([{ field: 'to', message: 'O último dia vem antes do primeiro' }])
  if (days > longest) throw badInput([{ field: 'from', message: `No máximo ${longest} dias de uma vez` }])
  return period
}
