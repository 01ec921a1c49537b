import { sql } from 'kysely'
import { today } from '../platform/today.ts'

/**
 * A claim (its columns stand alone in the query) that got its answer: the channel agreed, or somebody gave up what the journal still had to come. Its line is not taken back
 * before the claim is.
 */
export const answered = sql`(state in ('accepted', 'paid', 'lost') or (state = 'withdrawn' and booked))`

/** Until when the channel must be asked. */
export const claimDeadline = (account: number) => sql`${today} + coalesce((select claim_days from match_policy where account_id = ${account}), 30)`

/** The share of what was expected up to which a difference is one of fees. */
export const tolerance = (account: number) => sql`coalesce((select fee_tolerance from match_policy where account_id = ${account}), 0.02)`

/**
 * What a line that paid too little charged too much of, beside what was agreed (`line`, `terms` and the balance's `nominal` are in the query). Channels add the fixed fee or
 * the payment's into their commission, so these are compared together. A difference that is a whole fee is that fee taken twice.
 */
export const claimKind = sql`
  case when terms.receivable_id is null then 'commission'
    when nominal - line.net in (nullif(terms.freight, 0), nullif(terms.fixed_fee, 0)) then 'duplicate'
    when - line.freight - terms.freight >= (nominal - line.net + 1) / 2 then 'freight'
    else 'commission' end`
