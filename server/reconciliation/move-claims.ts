import { sql } from 'kysely'
import { movesOf, postMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
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
  /** The channel gave it back by a line that was told as a charge already. */
  returned: boolean
}

/** Several claims take the same step, or none does; what a state says about money is booked, and taken back on the way back. @throws 409 claim_step */
export async function moveClaims(
  tx: Tx,
  { claims, to, protocol, note }: InputOf<typeof moveClaimsEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof moveClaimsEndpoint>> {
  const { rows } = await sql<Claim>`
    select claim.id, claim.account_id as account, channel_account.name, claim.kind, claim.state, version, amount, booked, receivable_id as receivable, settlement_line_id as line, (now() at time zone zone)::date as day,
      exists (select 1 from settlement_line back where back.account_id = claim.account_id and back.external_order = claim.external_order and back.kind <> 'payment' and back.kind in ('fee', 'shipping') and back.net = amount) as returned
    from claim join channel_account on channel_account.id = claim.account_id cross join merchant_time
    where claim.id = any(${claims}::bigint[]) order by claim.id for update of claim`.execute(tx)
  const moving = rows.filter(({ state }) => state !== to)
  for (const { state } of moving) if (!claimSteps[state].includes(to)) throw conflict('claim_step', { from: claimStates[state], to: claimStates[to] })
  await sql`
    update claim set state = ${to}, version = claim.version + 1, updated_at = now(), protocol = coalesce(${protocol || null}, protocol), note = coalesce(${note || null}, note)
    from ${table(
      moving.map(({ id }) => ({ id })),
      'moving(id bigint)',
    )} where claim.id = moving.id`.execute(tx)
  const moves = moving.flatMap((claim) => [...booked(claim, claim.state, -1), ...booked(claim, to, 1)])
  await postMoves(tx, moves, actor, { late: 'open_day' })
  return { moved: moving.length, before: moving.map(({ id, state }) => ({ claim: id, state })) }
}

/** What a state says: paid is money that came and was not told apart, or a cost given back; lost and withdrawn give up what was expected. */
function booked(
  { id, account, name, kind, version, amount, booked: expected, receivable, line, day, returned }: Claim,
  state: Claim['state'],
  sign: 1 | -1,
): MoneyMove[] {
  const about = {
    channel: { id: account, name },
    key: `claim ${id} ${version + 1} ${sign > 0 ? state : `undo ${state}`}`,
    day,
    receivable,
    settlementLine: line,
  }
  // a sale that was not paid is settled by its own line
  if (kind === 'missing') return []
  const cost = kind === 'freight' || kind === 'duplicate' ? 'freight' : 'fee'
  if (state === 'paid')
    return [
      ...(expected ? movesOf('claim_paid', about, { amount: sign * amount }) : returned ? [] : movesOf('charged', about, { [cost]: -sign * amount })),
      ...(expected && returned ? movesOf('charged', { ...about, key: `${about.key} told` }, { [cost]: sign * amount }) : []),
    ]
  return (state === 'lost' || state === 'withdrawn') && expected ? movesOf('claim_lost', about, { amount: sign * amount }) : []
}
