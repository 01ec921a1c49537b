import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import type { claimStates } from './contract.ts'
import { moveClaims } from './move-claims.ts'

type State = keyof typeof claimStates

/** Claims that an open line of their account may pay: a sale that was not paid is settled by its line instead, and a line does not pay what is asked back because of it. */
export const payable = (account: number, line: ReturnType<typeof sql>) => sql`
  claim.account_id = ${account} and claim.kind <> 'missing' and claim.state in ('open', 'sent', 'accepted', 'paid') and claim.settlement_line_id is distinct from ${line}
  and not exists (select from line_explanation known where known.claim_id = claim.id and known.undone_at is null)`

/**
 * The line pays this claim: it is paid now, unless a person said so before. `was` is where it stood; `answered`, in centavos, what of the money not told apart the claim
 * explains already. For those who hold the account's lock. @throws 409 no_such_claim
 */
export async function answersClaim(
  tx: Tx,
  { account, claim, line }: { account: number; claim: number; line: number },
  actor: Actor,
): Promise<{ id: number; was: State | null; answered: number }> {
  const { rows } = await sql<{ state: State }>`select state from claim where id = ${claim} and ${payable(account, sql`${line}::bigint`)} for update`.execute(tx)
  const state = rows[0]?.state
  if (!state) throw conflict('no_such_claim')
  if (state !== 'paid') await moveClaims(tx, { claims: [claim], to: 'paid' }, actor)
  return { id: claim, was: state === 'paid' ? null : state, answered: await toldApart(tx, account, claim) }
}

/** The line does not pay it after all. */
export async function leaveClaim(tx: Tx, claim: number, was: string, actor: Actor): Promise<void> {
  await moveClaims(tx, { claims: [claim], to: was as State }, actor)
}

/** What the steps of a claim took out of the money that is not told apart, and was not reversed since: each step's moves bear its version (move-claims.ts). */
async function toldApart(tx: Tx, account: number, claim: number): Promise<number> {
  const { rows } = await sql<{ sum: number }>`
    with clearing as (
      select id from ledger_account where code = ${`clearing:${account}`}
    ), step as (
      select array_agg('claim ' || claim.id || ' ' || number || ' ' || step || ' ' || name) as keys
      from claim cross join generate_series(1, version) number cross join (values ('paid'), ('undo paid')) steps(step)
      cross join (values ('amount'), ('fee'), ('freight'), ('told fee'), ('told freight')) names(name)
      where claim.id = ${claim}
    )
    select coalesce(sum(case clearing.id when to_account then centavos when from_account then - centavos end), 0)::bigint as sum
    from step join money_move move on key = any(keys) cross join clearing
    where not exists (select from money_move reversal where reversal.reverses_id = move.id)`.execute(tx)
  return one(rows).sum
}
