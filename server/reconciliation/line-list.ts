import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { sql } from 'kysely'
import { csvLine } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { namedBy } from '../receivables/index.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { lineExits, lineRules, openReasons, partWords } from './contract.ts'
import type { exportSettlementLines, listSettlementLines, MoneyParts, SettlementRow } from './contract.ts'
import { differenceWords } from './difference-words.ts'
import { chargedParts, expectedParts } from './parts.ts'

type Filters = InputOf<typeof exportSettlementLines>

/** The lines of one list, the expected beside the charged, and their difference in words. */
export async function lineList(tx: Tx, { after, limit, ...filters }: InputOf<typeof listSettlementLines>): Promise<AnswerOf<typeof listSettlementLines>> {
  const rows = await nextLines(tx, filters, after ? Number(readCursor(after, 1)[0]) : null, limit + 1)
  return cutPage(rows, limit, (row) => [cursorOf(row, filters)])
}

const cursorOf = (row: SettlementRow, { show }: Filters) => (show === 'unpaid' ? row.receivable : row.line)

const shown = sql`
  line.id as line, receivable.id as receivable, receivable.order_id as order, coalesce(line.external_order, receivable.external_order) as external_order, coalesce(line.payment_ref, receivable.payment_ref) as payment_ref,
  coalesce(line.instalment, receivable.instalment) as instalment, receivable.due_on, line.paid_on, ${chargedParts} as charged, ${expectedParts} as expected, source_file.name as file, line.row,
  case when claim.id is not null then jsonb_build_object('id', claim.id, 'state', claim.state, 'amount', claim.amount) end as claim`
const notExplained = sql`null::jsonb as explained`
const explained = sql`
  jsonb_build_object('said', said, 'claim', explanation.claim_id, 'at', explanation.at, 'who', (select name from person where person.id = explanation.actor_id),
    'other', (select jsonb_build_object('line', other.id, 'file', other_file.name, 'row', other.row) from settlement_line other join source_file other_file on other_file.id = other.file_id where other.id = other_line_id)) as explained`
const owed = sql`
  left join receivable_balance balance on balance.receivable_id = receivable.id left join receivable_terms terms on terms.receivable_id = receivable.id left join source_file on source_file.id = line.file_id`
const ofLineSale = (account: number) => sql`
  select * from ${namedBy(account, 'line')} named order by payment limit 1`
const ofLine = sql`left join claim on claim.settlement_line_id = line.id and claim.state <> 'withdrawn'`

async function nextLines(tx: Tx, { account, show, reason, q }: Filters, after: number | null, limit: number | null): Promise<SettlementRow[]> {
  // no index on the order of a payment: through its receivable, or among the few that are open
  const named = (order: ReturnType<typeof sql>, ref: ReturnType<typeof sql>) => (q ? sql`(${order} = ${q} or ${ref} = ${q})` : sql`true`)
  const found = q
    ? sql`receivable.id in (select id from receivable known where known.account_id = ${account} and (known.external_order = ${q} or known.payment_ref = ${q}))`
    : sql`true`
  const lists = {
    open: sql`
      select ${shown}, ${notExplained}, open_line.reason, null as rule, false as partial
      from open_line join settlement_line line on line.id = line_id
      left join lateral (${ofLineSale(account)}) receivable on reason not in ('unknown_order', 'no_key', 'unknown_batch', 'batch_differs')
      ${owed} ${ofLine}
      where open_line.account_id = ${account} and (${reason ?? null}::text is null or open_line.reason = ${reason ?? null}) and ${named(sql`line.external_order`, sql`line.payment_ref`)} and (${after}::bigint is null or line.id > ${after}::bigint)
      order by line.id`,
    short: sql`
      select ${shown}, ${notExplained}, null as reason, allocation.rule, allocation.kind = 'partial' as partial
      from claim join allocation on allocation.settlement_line_id = claim.settlement_line_id and undone_at is null join settlement_line line on line.id = claim.settlement_line_id
      join receivable on receivable.id = allocation.receivable_id ${owed}
      where claim.account_id = ${account} and claim.state in ('open', 'sent', 'accepted') and ${found} and (${after}::bigint is null or line.id < ${after}::bigint)
      order by line.id desc`,
    unpaid: sql`
      select ${shown}, ${notExplained}, null as reason, null as rule, balance.allocated > 0 as partial
      from receivable left join settlement_line line on false
      ${owed} left join claim on claim.receivable_id = receivable.id and claim.kind = 'missing' and claim.state <> 'withdrawn' cross join merchant_time
      where receivable.account_id = ${account} and due_on between (now() at time zone zone)::date - 400 and (now() at time zone zone)::date - 1 and actual_on is null and allocated < nominal and ${found}
        and (${after}::bigint is null or receivable.id > ${after}::bigint)
      order by receivable.id`,
    matched: sql`
      select ${shown}, ${notExplained}, null as reason, allocation.rule, allocation.kind = 'partial' as partial
      from settlement_line line join allocation on allocation.settlement_line_id = line.id and undone_at is null join receivable on receivable.id = allocation.receivable_id ${owed} ${ofLine}
      where line.account_id = ${account} and ${found} and (${after}::bigint is null or line.id < ${after}::bigint)
      order by line.id desc`,
    explained: sql`
      select ${shown}, ${explained}, null as reason, null as rule, false as partial
      from line_explanation explanation join settlement_line line on line.id = explanation.line_id
      left join lateral (${ofLineSale(account)}) receivable on true ${owed} ${ofLine}
      where explanation.account_id = ${account} and explanation.undone_at is null and ${named(sql`line.external_order`, sql`line.payment_ref`)} and (${after}::bigint is null or line.id < ${after}::bigint)
      order by line.id desc`,
  }
  const { rows } = await sql<Omit<SettlementRow, 'key' | 'said' | 'difference'>>`${lists[show]} limit ${limit}`.execute(tx)
  return rows.map((row) => {
    const { expected, charged } = row
    return {
      ...row,
      key: row.line === null ? `r${row.receivable}` : `l${row.line}`,
      difference: expected && charged ? charged.net - expected.net : null,
      said: expected && charged ? differenceWords(expected, charged) : [],
    }
  })
}

/** The whole list, in pages so that its length is no matter of memory. */
export async function linesCsv({ app, input, actor, reply }: Call<Filters>): Promise<FastifyReply> {
  const titles = [...Object.values(partWords), 'Líquido']
  const part = (parts: MoneyParts | null) => [
    ...(Object.keys(partWords) as (keyof typeof partWords)[]).map((name) => parts && parts[name] / 100),
    parts && parts.net / 100,
  ]
  const lines = async function* () {
    yield `\ufeff${csvLine(['Pedido do canal', 'Pagamento', 'Parcela', 'Vence em', 'Pago em', 'Situação', ...titles.map((title) => `${title} esperado`), ...titles.map((title) => `${title} cobrado`), 'Diferença', 'Explicação', 'Arquivo', 'Linha'])}`
    for (let after: number | null = null, more = true; more;) {
      const rows = await inMerchant(app.pool, actor.merchant, (tx) => nextLines(tx, input, after, 1000), { readOnly: true })
      for (const row of rows)
        yield csvLine([
          row.external_order,
          row.payment_ref,
          row.instalment,
          row.due_on,
          row.paid_on,
          row.reason ? openReasons[row.reason] : row.explained ? lineExits[row.explained.said] : row.rule ? lineRules[row.rule] : 'não paga',
          ...part(row.expected),
          ...part(row.charged),
          row.difference === null ? null : row.difference / 100,
          row.said.join('; '),
          row.file,
          row.row,
        ])
      more = rows.length === 1000
      after = rows.length ? Number(cursorOf(rows.at(-1)!, input)) : null
    }
  }
  return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="repasses-${input.show}.csv"`).send(Readable.from(lines()))
}
