import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'

/** What happens after the lines of a settlement file are matched with sales: modules that this one may not know answer lines of their own; they meet in app.ts. */
export type AfterSettlement = (tx: Tx, lines: { account: number; file: number; after: number }, actor: Actor) => Promise<void>
export const afterSettlement: AfterSettlement[] = []

/** These lines of payment were found to be no money for a sale: they are open no longer, and nobody asks the channel for what they lacked. @returns how many were open */
export async function answerLines(tx: Tx, lines: number[]): Promise<number> {
  if (!lines.length) return 0
  const { numAffectedRows } = await sql`delete from open_line where line_id = any(${lines}::bigint[])`.execute(tx)
  await sql`
    update claim set state = 'withdrawn', version = version + 1, updated_at = now()
    where settlement_line_id = any(${lines}::bigint[]) and state in ('open', 'sent') and not booked`.execute(tx)
  return Number(numAffectedRows)
}
