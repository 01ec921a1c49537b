import { Readable } from 'node:stream'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { csvLine } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { openStates, receivableStates } from './contract.ts'
import type { exportReceivables, listReceivables, ReceivableRow, receivableInflow, receivableTotals } from './contract.ts'
import { receivableNow } from './receivable-state.ts'

type Filters = InputOf<typeof exportReceivables>

/** `q` is a number of the channel, or ours. */
function where({ q, account, state, from, until, order, unit }: Filters): RawBuilder<unknown> {
  const parts = [
    account === undefined ? null : sql`account_id = ${account}`,
    // what is to come, told first by what one narrow table knows: the state is only worked out for the rest
    state === 'open' || (openStates as readonly string[]).includes(state ?? '') ? sql`allocated < nominal` : null,
    state === 'owed_back' ? sql`owed_back > 0` : null,
    state === undefined || state === 'all' ? null : state === 'open' ? sql`state = any(${[...openStates]}::text[])` : sql`state = ${state}`,
    from === undefined ? null : sql`due_on >= ${from}`,
    until === undefined ? null : sql`due_on <= ${until}`,
    order === undefined ? null : sql`order_id = ${order}`,
    unit === undefined ? null : sql`unit_id = ${unit}`,
    // as one set of ids: each of the three ways has an index
    q
      ? sql`id in (
          select id from receivable known where known.external_order = ${q}
          union all select id from receivable known where known.payment_ref = ${q}
          union all select id from receivable known where known.order_id = ${/^\d{1,15}$/.test(q) ? Number(q) : -1})`
      : null,
  ].filter((part) => part !== null)
  return parts.length ? sql.join(parts, sql` and `) : sql`true`
}

const columns = sql`id, account_id as account, channel, order_id as order, external_order, payment, instalment,
  (select count(*) from receivable others where others.order_id = receivable_now.order_id and others.payment = receivable_now.payment) as instalments,
  approved_on, predicted_on, firm_on, announced_on, actual_on, due_on, state, gross, nominal, allocated, open, owed_back`

/** One page of receivables in the order asked for; the id decides between equals. */
export async function receivableList(tx: Tx, { after, limit, sort, ...filters }: InputOf<typeof listReceivables>) {
  return cutPage(await nextReceivables(tx, filters, sort, after ? readCursor(after, 2) : null, limit + 1), limit, (row) => keyOf(row, sort))
}

type Sort = InputOf<typeof listReceivables>['sort']
const keyOf = (row: ReceivableRow, sort: Sort) => [sort.endsWith('open') ? row.open : row.due_on, row.id]

async function nextReceivables(tx: Tx, filters: Filters, sort: Sort, last: (string | number | null)[] | null, limit: number) {
  const down = sort.startsWith('-')
  const by = sql.ref(sort.replace('-', ''))
  const past = last
    ? sql`(${by}, id) ${sql.raw(down ? '<' : '>')} (${last[0]}::${sql.raw(sort.endsWith('open') ? 'bigint' : 'date')}, ${last[1]}::bigint)`
    : sql`true`
  const direction = sql.raw(down ? 'desc' : 'asc')
  const { rows } = await sql<ReceivableRow>`
    select ${columns} from ${receivableNow} where ${where(filters)} and ${past} order by ${by} ${direction}, id ${direction} limit ${limit}`.execute(tx)
  return rows
}

/** Sums by state, whatever state the filter names: the chips show what each would give. */
export async function totals(tx: Tx, { state: _, ...filters }: InputOf<typeof receivableTotals>): Promise<AnswerOf<typeof receivableTotals>> {
  // the planner takes each row for a state of its own and would sort a million on disk
  await sql`set local work_mem = '128MB'`.execute(tx)
  const { rows: states } = await sql<AnswerOf<typeof receivableTotals>['states'][number]>`
    select state, count(*) as receivables, sum(case state when 'owed_back' then owed_back when 'received' then allocated when 'anticipated' then allocated when 'lost' then allocated else open end)::bigint as amount
    from ${receivableNow} where ${where(filters)} group by state order by state`.execute(tx)
  const { rows: channels } = await sql<{ account: number; name: string }>`
    select id as account, name from channel_account where exists (select 1 from fee_policy where account_id = channel_account.id) order by name`.execute(tx)
  return { states, channels }
}

/** What is to come by week from Monday, the week that runs included. What nobody paid in time, and what lies beyond, stand apart. */
export async function inflow(tx: Tx, { account, weeks }: InputOf<typeof receivableInflow>): Promise<AnswerOf<typeof receivableInflow>> {
  const { rows } = await sql<{ from: string; until: string; announced: number; firm: number; predicted: number; overdue: number; later: number }>`
    with open as (
      -- what waits for its delivery since before today will come after it: it counts for this week
      select greatest(due_on, today) as due_on, state, open from ${receivableNow}
      where allocated < nominal and open > 0 and state in ('late', 'announced', 'firm', 'predicted') and (${account ?? null}::bigint is null or account_id = ${account ?? null})
    ), week as (
      select date_trunc('week', (now() at time zone zone))::date + number * 7 as monday from merchant_time, generate_series(0, ${weeks}::int - 1) number
    )
    select monday as from, monday + 6 as until, coalesce(sum(open) filter (where state = 'announced'), 0)::bigint as announced, coalesce(sum(open) filter (where state = 'firm'), 0)::bigint as firm,
      coalesce(sum(open) filter (where state = 'predicted'), 0)::bigint as predicted,
      (select coalesce(sum(open), 0)::bigint from open where state = 'late') as overdue,
      (select coalesce(sum(open), 0)::bigint from open where state <> 'late' and due_on > (select max(monday) + 6 from week)) as later
    from week left join open on due_on between monday and monday + 6 and state <> 'late' group by monday order by monday`.execute(tx)
  return {
    overdue: rows[0]?.overdue ?? 0,
    later: rows[0]?.later ?? 0,
    weeks: rows.map(({ overdue: _overdue, later: _later, ...week }) => week),
  }
}

const titles = [
  'Recebível',
  'Canal',
  'Pedido no canal',
  'Pagamento',
  'Parcela',
  'De',
  'Aprovado em',
  'Previsto para',
  'Certo para',
  'Anunciado para',
  'Recebido em',
  'Situação',
  'Pago pelo comprador (R$)',
  'Líquido esperado (R$)',
  'Recebido ou cedido (R$)',
  'A receber (R$)',
  'A devolver (R$)',
]
const atOnce = 2000

/** The receivables of the filter by their day, as a CSV that a Brazilian Excel opens; written while it is read. */
export async function receivablesCsv({ app, actor, input, reply }: Call<Filters>) {
  const turned = (day: string | null) => day && day.split('-').toReversed().join('/')
  const cells = (row: ReceivableRow) => [
    String(row.id),
    row.channel,
    row.external_order,
    row.payment,
    row.instalment,
    row.instalments,
    turned(row.approved_on),
    turned(row.predicted_on),
    turned(row.firm_on),
    turned(row.announced_on),
    turned(row.actual_on),
    receivableStates[row.state],
    ...[row.gross, row.nominal, row.allocated, row.open, row.owed_back].map((centavos) => centavos / 100),
  ]
  async function* content() {
    yield `\ufeff${csvLine(titles)}`
    for (let last: ReceivableRow | undefined, more = true; more;) {
      const before = last ? keyOf(last, 'due_on') : null
      const rows = await inMerchant(app.pool, actor.merchant, (tx) => nextReceivables(tx, input, 'due_on', before, atOnce), { readOnly: true })
      if (rows.length) yield rows.map((row) => csvLine(cells(row))).join('')
      last = rows.at(-1)
      more = rows.length === atOnce
    }
  }
  return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="recebiveis.csv"').send(Readable.from(content()))
}
