import { sql } from 'kysely'
import { movesOf, postMoves, reverseMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { holdReceivables } from '../receivables/index.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import { claimStates, claimSteps } from './contract.ts'
import type { claimKinds, moveClaimsEndpoint } from './contract.ts'

interface Claim {
  id: number
  account: number
  name: string
  kind: keyof typeof claimKinds
  state: keyof typeof claimStates
  version: number
  amount: number
  booked: boolean
  receivable: number | null
  line: number | null
  day: string
  cost: 'fee' | 'freight'
  /** The channel gave it back by a line that was told as a charge already. */
  returned: boolean
}

/**
 * Several claims take the same step, or none does. What a state says about money is booked, and on the way back those very moves are reversed.
 * @throws 409 claim_step | claim_twice
 */
export async function moveClaims(
  tx: Tx,
  { claims, to, protocol, note }: InputOf<typeof moveClaimsEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof moveClaimsEndpoint>> {
  // a claim's line is settled and undone under its account's lock
  const { rows: accounts } = await sql<{ id: number }>`select distinct account_id as id from claim where id = any(${claims}::bigint[]) order by 1`.execute(tx)
  for (const account of accounts) await holdReceivables(tx, account.id)
  const { rows } = await sql<Claim>`
    select claim.id, claim.account_id as account, channel_account.name, claim.kind, claim.state, claim.version, amount, booked, claim.receivable_id as receivable, settlement_line_id as line, (now() at time zone zone)::date as day,
      -- a charge is given back where it was booked
      case when claim.kind = 'freight' or line.kind = 'shipping' or (line.kind = 'payment' and claim.kind = 'duplicate' and - line.freight > terms.freight) then 'freight' else 'fee' end as cost,
      exists (
        select 1 from settlement_line back where back.account_id = claim.account_id and back.external_order = claim.external_order and back.kind <> 'payment' and back.kind in ('fee', 'shipping') and back.net = amount
        union all
        select 1 from receivable join settlement_line back on back.account_id = claim.account_id and back.payment_ref = receivable.payment_ref and back.external_order is null and back.kind in ('fee', 'shipping') and back.net = amount
        where receivable.id = claim.receivable_id
      ) as returned
    from claim join channel_account on channel_account.id = claim.account_id cross join merchant_time
    left join settlement_line line on line.id = claim.settlement_line_id left join receivable_terms terms on terms.receivable_id = claim.receivable_id
    where claim.id = any(${claims}::bigint[]) order by claim.id for update of claim`.execute(tx)
  const moving = rows.filter(({ state }) => state !== to)
  for (const { state } of moving) if (!claimSteps[state].includes(to)) throw conflict('claim_step', { from: claimStates[state], to: claimStates[to] })
  await notByLine(
    tx,
    moving.map(({ id }) => id),
  )
  await onlyOne(
    tx,
    moving.flatMap(({ id, state }) => (state === 'withdrawn' ? [id] : [])),
  )
  await sql`
    update claim set state = ${to}, version = claim.version + 1, updated_at = now(), protocol = coalesce(${protocol || null}, protocol), note = coalesce(${note || null}, note)
    from ${table(
      moving.map(({ id }) => ({ id })),
      'moving(id bigint)',
    )} where claim.id = moving.id`.execute(tx)
  await stepBack(tx, moving, actor)
  await postMoves(
    tx,
    moving.flatMap((claim) => booked(claim, to)),
    actor,
    { late: 'open_day' },
  )
  return { moved: moving.length, before: moving.map(({ id, state }) => ({ claim: id, state })) }
}

/** What a line of payment paid (explain-line.ts) stays paid until that is taken back. @throws 409 claim_by_line */
async function notByLine(tx: Tx, claims: number[]) {
  const { rows } = await sql<{
    claim: number
  }>`select claim_id as claim from line_explanation where claim_id = any(${claims}::bigint[]) and undone_at is null limit 1`.execute(tx)
  if (rows[0]) throw conflict('claim_by_line', { ...rows[0] })
}

/** A line, or a sale that was not paid, is asked back once: what was withdrawn does not return beside another claim of the same. @throws 409 claim_twice */
async function onlyOne(tx: Tx, returning: number[]) {
  if (!returning.length) return
  const { rows } = await sql<{ claim: number; other: number }>`
    select claim.id as claim, other.id as other from claim
    join claim other on other.id <> claim.id and (other.state <> 'withdrawn' or other.id = any(${returning}::bigint[]))
      and (other.settlement_line_id = claim.settlement_line_id or (claim.kind = 'missing' and other.kind = 'missing' and other.receivable_id = claim.receivable_id))
    where claim.id = any(${returning}::bigint[]) limit 1`.execute(tx)
  if (rows[0]) throw conflict('claim_twice', { ...rows[0] })
}

/**
 * The very moves of the state that is left are reversed: what they were may depend on lines that came since. A loss that was booked with the settlement of the line has none
 * of its own, and gets the opposite.
 */
async function stepBack(tx: Tx, moving: Claim[], actor: Actor) {
  const keysOf = (claim: Claim) => {
    const { key } = about(claim, claim.state, claim.version)
    return ['amount', 'fee', 'freight', 'told fee', 'told freight'].map((name) => `${key} ${name}`)
  }
  const { rows } = await sql<{ key: string }>`select key from money_move where key = any(${moving.flatMap(keysOf)}::text[])`.execute(tx)
  const keys = new Set(rows.map(({ key }) => key))
  const day = moving[0]?.day
  if (day) await reverseMoves(tx, { keys: [...keys], day, reason: 'claim_undone' }, actor)
  const others = moving.filter((claim) => !keysOf(claim).some((key) => keys.has(key)))
  const opposite = others.flatMap((claim) =>
    booked(claim, claim.state).map(({ from, to, ...move }) => ({ ...move, from: to, to: from, key: `${move.key} undone` })),
  )
  await postMoves(tx, opposite, actor, { late: 'open_day' })
}

const about = ({ id, account, name, day, receivable, line }: Claim, state: Claim['state'], version: number) => ({
  channel: { id: account, name },
  key: `claim ${id} ${version} ${state}`,
  day,
  receivable,
  settlementLine: line,
})

/** What a state says: paid is money that came and was not told apart, or a cost given back; lost and withdrawn give up what was expected. */
function booked(claim: Claim, state: Claim['state']): MoneyMove[] {
  const { kind, amount, booked: expected, cost, returned } = claim
  // a sale that was not paid is settled by its own line
  if (kind === 'missing') return []
  const facts = about(claim, state, claim.version + 1)
  if (state === 'paid')
    return [
      ...(expected ? movesOf('claim_paid', facts, { amount }) : returned ? [] : movesOf('charged', facts, { [cost]: -amount })),
      ...(expected && returned ? movesOf('charged', { ...facts, key: `${facts.key} told` }, { [cost]: amount }) : []),
    ]
  return (state === 'lost' || state === 'withdrawn') && expected ? movesOf('claim_lost', facts, { amount }) : []
}
