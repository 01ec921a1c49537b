import { sql } from 'kysely'
import { permissionsOf, personRoles } from '../people/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { refusals } from './refusals.ts'
import { note } from './owe.ts'

interface Judged {
  id: number
  state: string
  beneficiary: string
  amount: number
  attention: string | null
  typed_by: number | null
}
type Reason = 'approver_is_nobody' | 'payable_is_paid' | 'payable_cancelled' | 'payable_to_look_at' | 'above_approval_limit' | 'own_payable'

/**
 * Approves payables. Above the limit of the settings only the owner may (who may change settings); what somebody typed another one approves, unless nobody
 * else may. A token of an API is nobody: approving is a person's act. Those that cannot be approved are left, each with its reason; approved ones stay so.
 * @throws 409 with the reason when none can be approved
 */
export async function approvePayables(tx: Tx, { payables }: { payables: number[] }, actor: Actor) {
  const { rows } =
    await sql<Judged>`select id, state, beneficiary, amount, attention, typed_by from payable where id = any(${payables}) order by id for update`.execute(tx)
  if (!rows.length) throw conflict('no_such_payable', { payable: payables[0] })
  const rules = await approvalRules(tx, actor)
  const verdicts = rows.map((row) => ({
    row,
    reason:
      row.state === 'open'
        ? refusalOf(row, rules, actor)
        : row.state === 'paid'
          ? ('payable_is_paid' as const)
          : row.state === 'cancelled'
            ? ('payable_cancelled' as const)
            : null,
  }))
  const left = verdicts.flatMap(({ row, reason }) =>
    reason ? [{ payable: row.id, beneficiary: row.beneficiary, reason, words: wordsOf(reason, row, rules.limit) }] : [],
  )
  if (left.length === rows.length) throw conflict(left[0]!.reason, { beneficiary: left[0]!.beneficiary, limit: reais(rules.limit ?? 0) })
  const approved = verdicts.flatMap(({ row, reason }) => (reason === null && row.state === 'open' ? row.id : []))
  await sql`update payable set state = 'approved', approved_at = now(), approved_by = ${actor.person} where id = any(${approved})`.execute(tx)
  await note(
    tx,
    approved.map((payable) => ({ payable, kind: 'approved' as const })),
    actor,
  )
  return { approved: rows.length - left.length, left: left.map(({ payable, beneficiary, words }) => ({ payable, beneficiary, reason: words })) }
}

export async function takeApprovalBack(tx: Tx, { payables }: { payables: number[] }, actor: Actor): Promise<{ changed: number }> {
  const { rows } = await sql<{ id: number }>`
    update payable set state = 'open', approved_at = null, approved_by = null
    where id in (select id from payable where id = any(${payables}) and state = 'approved' order by id for update) and state = 'approved' returning id`.execute(
    tx,
  )
  await note(
    tx,
    rows.map(({ id }) => ({ payable: id, kind: 'approval_lost' as const })),
    actor,
  )
  return { changed: rows.length }
}

/** Why this person may not approve an open payable, in Portuguese; null: he may. */
export async function approvalRefused(tx: Tx, payable: Judged, actor: Actor): Promise<string | null> {
  if (!actor.permissions.has('money.approve')) return 'Só quem aprova pagamentos pode aprovar'
  const rules = await approvalRules(tx, actor)
  const reason = refusalOf(payable, rules, actor)
  return reason && wordsOf(reason, payable, rules.limit)
}

/** Whether the payable could be this person's to approve, whatever its amount and its warnings. */
export async function mayApprove(tx: Tx, { typed_by }: Pick<Judged, 'typed_by'>, actor: Actor): Promise<boolean> {
  if (actor.person === null || !actor.permissions.has('money.approve')) return false
  return typed_by !== actor.person || !(await approvalRules(tx, actor)).others
}

interface Rules {
  limit: number | null
  /** Somebody else may approve what this person typed. */
  others: boolean
}

async function approvalRules(tx: Tx, actor: Actor): Promise<Rules> {
  const roles = personRoles.filter((role) => permissionsOf([role]).has('money.approve'))
  const { rows } = await sql<Rules>`
    select (select nullif(value #>> '{}', '')::bigint from setting where name = 'approval_limit') as limit,
      exists (select 1 from person where active and id <> ${actor.person ?? 0} and roles && ${roles}::text[]) as others`.execute(tx)
  return rows[0]!
}

function refusalOf({ amount, attention, typed_by }: Judged, { limit, others }: Rules, actor: Actor): Reason | null {
  if (actor.person === null) return 'approver_is_nobody'
  if (attention !== null) return 'payable_to_look_at'
  if (limit !== null && amount > limit && !actor.permissions.has('settings.manage')) return 'above_approval_limit'
  return typed_by === actor.person && others ? 'own_payable' : null
}

const wordsOf = (reason: Reason, { beneficiary }: { beneficiary: string }, limit: number | null) =>
  refusals[reason].replace('{beneficiary}', beneficiary).replace('{limit}', reais(limit ?? 0))
const reais = (amount: number) => `R$ ${(amount / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`
