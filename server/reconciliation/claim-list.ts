import type { FastifyReply } from 'fastify'
import { sql } from 'kysely'
import { writeCsv } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { today } from '../platform/today.ts'
import { claimText } from './claim-text.ts'
import { claimKinds, claimStates } from './contract.ts'
import type { ClaimRow, exportClaims, listClaims, readClaims } from './contract.ts'
import { differenceWords } from './difference-words.ts'
import { chargedParts, expectedParts } from './parts.ts'

type Filters = InputOf<typeof exportClaims>

const columns = sql`
  claim.id, claim.account_id as account, channel_account.name as channel, claim.kind, claim.state, coalesce((select order_id from receivable where receivable.id = claim.receivable_id),
    (select id from sales_order where sales_order.account_id = claim.account_id and sales_order.external_id = claim.external_order)) as order,
  coalesce(claim.external_order, (select external_order from receivable where receivable.id = claim.receivable_id)) as external_order, expected, paid, amount, deadline, deadline - ${today} as days_left, protocol, note, opened_at, settlement_line_id as line,
  claim.kind = 'missing' or not exists (select 1 from open_line where line_id = settlement_line_id) as settled`

const where = ({ q, state, kind, account, urgent }: Filters) => sql`
  (${state ?? null}::text is null or claim.state = ${state ?? null}) and (${kind ?? null}::text is null or claim.kind = ${kind ?? null}) and (${account ?? null}::bigint is null or claim.account_id = ${account ?? null}::bigint)
  and (${urgent ?? null}::text is null or (claim.state in ('open', 'sent', 'accepted') and deadline <= ${today} + 7)) and (${q ?? null}::text is null or claim.external_order = ${q ?? null} or claim.protocol = ${q ?? null})`

export async function claimList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listClaims>): Promise<AnswerOf<typeof listClaims>> {
  const rows = await nextClaims(tx, filters, after ? readCursor(after, 2) : null, limit + 1)
  const { state: _, kind: __, ...wide } = filters
  const { rows: totals } = await sql<AnswerOf<typeof listClaims>['totals'][number]>`
    select state, kind, count(*)::int as claims, sum(amount)::bigint as amount from claim where ${where(wide)} group by state, kind`.execute(tx)
  const { rows: channels } = await sql<{ account: number; name: string }>`
    select id as account, name from channel_account where exists (select 1 from claim where account_id = channel_account.id) order by name`.execute(tx)
  return { ...cutPage(rows, limit, (row) => [row.deadline, row.id]), totals, channels }
}

async function nextClaims(tx: Tx, filters: Filters, last: (string | number | null)[] | null, limit: number | null): Promise<ClaimRow[]> {
  const { rows } = await sql<ClaimRow>`
    select ${columns} from claim join channel_account on channel_account.id = claim.account_id
    where ${where(filters)} and ${last ? sql`(deadline, claim.id) > (${last[0]}::date, ${last[1]}::bigint)` : sql`true`} order by deadline, claim.id limit ${limit}`.execute(
    tx,
  )
  return rows
}

export async function claimsCsv({ app, input, actor, reply }: Call<Filters>): Promise<FastifyReply> {
  const rows = await inMerchant(app.pool, actor.merchant, (tx) => nextClaims(tx, input, null, 50_000), { readOnly: true })
  const text = writeCsv(
    ['Canal', 'Pedido do canal', 'Motivo', 'Situação', 'Esperado', 'Veio', 'A recuperar', 'Prazo', 'Protocolo'],
    rows.map((row) => [
      row.channel,
      row.external_order,
      claimKinds[row.kind],
      claimStates[row.state],
      row.expected / 100,
      row.paid / 100,
      row.amount / 100,
      row.deadline,
      row.protocol,
    ]),
  )
  return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="a-recuperar.csv"').send(text)
}

/** Claims with their calculation, and one text for the channel: an account at a time reads best, but any may be together. */
export async function claimsWithText(tx: Tx, { claims }: InputOf<typeof readClaims>): Promise<AnswerOf<typeof readClaims>> {
  type Claim = AnswerOf<typeof readClaims>['claims'][number]
  const ids = claims.split(',').map(Number)
  const { rows } = await sql<Omit<Claim, 'said'>>`
    select ${columns}, ${expectedParts} as expected_parts, ${chargedParts} as charged_parts, line.word, coalesce(line.paid_on, line.day, receivable.due_on) as day, source_file.name as file, line.row
    from claim join channel_account on channel_account.id = claim.account_id left join settlement_line line on line.id = settlement_line_id left join source_file on source_file.id = line.file_id
    left join receivable on receivable.id = claim.receivable_id left join receivable_balance balance on balance.receivable_id = receivable.id left join receivable_terms terms on terms.receivable_id = receivable.id
    where claim.id = any(${ids}::bigint[]) order by channel_account.name, deadline, claim.id`.execute(tx)
  const found = rows.map((row): Claim => {
    const beside = row.kind === 'commission' || row.kind === 'freight' || row.kind === 'duplicate'
    return {
      ...row,
      said: beside && row.expected_parts && row.charged_parts && row.charged_parts.gross > 0 ? differenceWords(row.expected_parts, row.charged_parts) : [],
    }
  })
  return { claims: found, text: claimText(found) }
}
