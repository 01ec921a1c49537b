import { sql } from 'kysely'
import { reverseMoves } from '../money/index.ts'
import { unpayPayable } from '../payables/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { conflict } from '../platform/problem.ts'
import { keyOf } from './book.ts'
import type { undoBankEndpoint } from './contract.ts'
import { learn } from './experience.ts'
import { lockBank } from './lock.ts'

/**
 * Takes back an act (`run`), all that explains a line, or all that a rule explains: the lines are open again, left to persons, and the journal gets the opposite
 * moves. Nothing is written into closed days: there the opposite goes to the first open day and remembers its own (`late`).
 * @throws 409 nothing_to_undo | undo_what
 */
export async function undoBank(tx: Tx, { run, line, rule }: InputOf<typeof undoBankEndpoint>, actor: Actor): Promise<AnswerOf<typeof undoBankEndpoint>> {
  if ([run, line, rule].filter((one) => one !== undefined).length !== 1) throw conflict('undo_what')
  await lockBank(tx)
  const { rows } = await sql<{
    id: number
    line: number
    other: number | null
    kind: string
    payable: number | null
    found_by: string
    evidence: { what: string }[] | null
    deposit: boolean
    fee: number
    day: string
    late: boolean
  }>`
    with undone as (
      update bank_match set undone_at = now()
      where undone_at is null and (run = ${run ?? null}::bigint or bank_line_id = ${line ?? null}::bigint or other_line_id = ${line ?? null}::bigint or rule_id = ${rule ?? null}::bigint)
      returning *
    ), lowered as (
      update bank_line_balance balance set explained = explained - part.centavos
      from (
        select line, sum(centavos)::bigint as centavos from (select bank_line_id as line, centavos from undone union all select other_line_id, centavos from undone where other_line_id is not null) part group by line
      ) part where bank_line_id = part.line
    ), unused as (
      update bank_rule set used = used - part.times from (select rule_id, count(*)::int as times from undone where rule_id is not null group by rule_id) part where bank_rule.id = part.rule_id
    )
    select undone.id, bank_line_id as line, other_line_id as other, undone.kind, payable_id as payable, fee, found_by, evidence, undone.day, undone.day <= closed_until as late,
      undone.kind = 'payout' and settled.kind not in ('withdrawal', 'payout') as deposit
    from undone cross join money_period left join settlement_line settled on settled.id = settlement_line_id order by undone.id`.execute(tx)
  if (!rows.length) throw conflict('nothing_to_undo')
  const posted = rows.filter(({ kind }) => kind !== 'payable' && kind !== 'anticipation')
  for (const [day, matches] of Map.groupBy(posted, (match) => match.day)) {
    const keys = matches.flatMap(({ id, deposit, fee }) => [
      `${keyOf(id)} amount`,
      ...(deposit ? [`${keyOf(id)} wallet amount`] : []),
      ...(fee ? [`${keyOf(id)} fee`] : []),
    ])
    await reverseMoves(tx, { keys, day, reason: 'bank.undone' }, actor)
  }
  for (const { payable, line: of, day } of rows) if (payable !== null) await unpayPayable(tx, { payable, day, bankLine: of }, actor)
  await learn(
    tx,
    rows.filter(({ kind }) => kind === 'payable').map(({ evidence }) => ({ outcomes: (evidence ?? []).map(({ what }) => what), together: false })),
  )
  return {
    undone: rows.length,
    lines: [...new Set(rows.flatMap((match) => [match.line, ...(match.other === null ? [] : [match.other])]))],
    late: rows.some(({ late }) => late),
  }
}
