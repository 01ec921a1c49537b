import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import { makeAccounts } from './accounts.ts'
import type { Account } from './accounts.ts'
import { sharePeriod } from './period.ts'

/** What a move is about; any of them may be known. */
export interface Dimensions {
  order?: number | null
  orderLine?: number | null
  receivable?: number | null
  payable?: number | null
  settlementLine?: number | null
  bankLine?: number | null
  contract?: number | null
}

/** `centavos` (above zero) from one account to another, on a day of the merchant. The key makes a retry harmless. */
export interface MoneyMove extends Dimensions {
  key: string
  from: Account
  to: Account
  centavos: number
  kind: string
  /** YYYY-MM-DD. */
  day: string
}

/**
 * Writes moves into the journal in one statement, whatever their number. A move whose key is known changes nothing when it
 * says the same; saying anything else is refused. A closed day refuses; with `late: 'open_day'` the move goes to the first
 * open day and remembers its own (`late_for`): for facts that channels and banks tell afterwards.
 * @returns how many moves were new. @throws 409 period_closed | move_differs
 */
export async function postMoves(tx: Tx, moves: MoneyMove[], actor: Actor, { late = 'refuse' }: { late?: 'refuse' | 'open_day' } = {}): Promise<number> {
  if (!moves.length) return 0
  const rows = distinct(moves)
  await sharePeriod(tx)
  let result = await insert(tx, rows, actor, late)
  if (result.missing) {
    await makeAccounts(
      tx,
      moves.flatMap(({ from, to }) => [from, to]),
    )
    result = await insert(tx, rows, actor, late)
  }
  if (result.moved < rows.length) await mustSayTheSame(tx, rows, result.closed, late)
  return result.moved
}

type Row = ReturnType<typeof rowOf>
const rowOf = ({ from, to, ...move }: MoneyMove) => ({ ...move, from: from.code, to: to.code })
const shape =
  'move(key text, "from" text, "to" text, centavos bigint, kind text, day date, "order" bigint, "orderLine" bigint, receivable bigint, payable bigint, "settlementLine" bigint, "bankLine" bigint, contract bigint)'

/** One row a key, in order of key: writers of the same keys then wait for each other in one order. @throws 409 move_differs */
function distinct(moves: MoneyMove[]): Row[] {
  const rows = new Map<string, Row>()
  for (const move of moves) {
    const row = rowOf(move)
    const twin = rows.get(row.key)
    if (twin && fields.some((field) => (twin[field] ?? null) !== (row[field] ?? null))) throw conflict('move_differs', { key: row.key })
    rows.set(row.key, row)
  }
  return [...rows.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1))
}
const fields = ['from', 'to', 'centavos', 'kind', 'day', 'order', 'orderLine', 'receivable', 'payable', 'settlementLine', 'bankLine', 'contract'] as const

async function insert(tx: Tx, rows: Row[], actor: Actor, late: 'refuse' | 'open_day') {
  const { rows: result } = await sql<{ moved: number; missing: number; closed: number }>`
    with wanted as materialized (
      select move.*, giver.id as giver, taker.id as taker, closed_until
      from ${table(rows, shape)} cross join money_period
      left join ledger_account giver on giver.code = move."from" left join ledger_account taker on taker.code = move."to"
    ), moved as (
      insert into money_move (key, from_account, to_account, centavos, kind, day, late_for, order_id, order_line_id, receivable_id, payable_id, settlement_line_id, bank_line_id, contract_id, actor_id)
      select key, giver, taker, centavos, kind, greatest(day, closed_until + 1), case when day <= closed_until then day end,
             "order", "orderLine", receivable, payable, "settlementLine", "bankLine", contract, ${actor.person}
      from wanted where giver is not null and taker is not null and (day > closed_until or ${late} = 'open_day')
      on conflict (key) do nothing returning 1
    )
    select (select count(*) from moved) as moved,
           count(*) filter (where giver is null or taker is null) as missing, count(*) filter (where day <= closed_until) as closed from wanted`.execute(tx)
  return one(result)
}

/** Those that were not written must stand in the journal, with the same content; what does not stand there was refused for its day. */
async function mustSayTheSame(tx: Tx, rows: Row[], closed: number, late: 'refuse' | 'open_day') {
  const { rows: found } = await sql<{ key: string; known: boolean; day: string }>`
    select wanted.key, known.id is not null as known, wanted.day
    from ${table(rows, shape.replace(/^move/, 'wanted'))}
    left join money_move known on known.key = wanted.key
    left join ledger_account giver on giver.id = known.from_account left join ledger_account taker on taker.id = known.to_account
    where known.id is null or (giver.code, taker.code, known.centavos, known.kind, coalesce(known.late_for, known.day), known.order_id, known.order_line_id, known.receivable_id, known.payable_id, known.settlement_line_id, known.bank_line_id, known.contract_id)
      is distinct from (wanted."from", wanted."to", wanted.centavos, wanted.kind, wanted.day, wanted."order", wanted."orderLine", wanted.receivable, wanted.payable, wanted."settlementLine", wanted."bankLine", wanted.contract)
    order by known.id is null limit 1`.execute(tx)
  const odd = found[0]
  if (!odd) return
  if (odd.known) throw conflict('move_differs', { key: odd.key })
  if (closed && late === 'refuse') throw conflict('period_closed', { day: odd.day })
  throw new Error(`move ${odd.key} was not written and is not there`)
}
