import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { writeCsv } from '../platform/csv.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { balances } from './balances.ts'
import type { listMoneyMoves, moneyMovesCsv } from './contract.ts'

type Filters = InputOf<typeof moneyMovesCsv>
type Move = AnswerOf<typeof listMoneyMoves>['rows'][number]

/** The journal, newest first; with an account, also its balance. */
export async function moveList(tx: Tx, input: InputOf<typeof listMoneyMoves>): Promise<AnswerOf<typeof listMoneyMoves>> {
  const where = whereOf(input)
  if (input.after) where.push(sql`money_move.id < ${readCursor(input.after, 1)[0]}::bigint`)
  const rows = await movesWhere(tx, where, input.limit + 1)
  const [account = null] = input.account ? await balances(tx, { codes: [input.account] }) : []
  return { ...cutPage(rows, input.limit, (row) => [row.id]), account }
}

/** The same as a sheet; at most 200,000 moves. Reais with two decimals. */
export async function movesCsv(tx: Tx, input: Filters): Promise<string> {
  const rows = await movesWhere(tx, whereOf(input), 200_000)
  return writeCsv(
    ['Lançamento', 'Dia', 'Escrito em', 'O que foi', 'De', 'Para', 'R$', 'Pedido', 'Quem'],
    rows.map((move) => [move.id, move.day, move.at, move.kind, move.from, move.to, move.centavos / 100, move.order_number, move.who]),
  )
}

function whereOf({ account, order, from, to }: Filters): RawBuilder<unknown>[] {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (account) where.push(sql`(select id from ledger_account where code = ${account}) in (from_account, to_account)`)
  if (order) where.push(sql`money_move.order_id = ${order}`)
  if (from) where.push(sql`day >= ${from}`)
  if (to) where.push(sql`day <= ${to}`)
  return where
}

async function movesWhere(tx: Tx, where: RawBuilder<unknown>[], limit: number): Promise<Move[]> {
  const { rows } = await sql<Move>`
    select money_move.id, day, late_for, at, money_move.kind, giver.name as from, giver.code as from_code, taker.name as to, taker.code as to_code, centavos, reverses_id as reverses,
      order_id as order, external_id as order_number, receivable_id as receivable, payable_id as payable, bank_line_id as bank_line, person.name as who
    from money_move join ledger_account giver on giver.id = from_account join ledger_account taker on taker.id = to_account
    left join sales_order on sales_order.id = order_id left join person on person.id = actor_id
    where ${sql.join(where, sql` and `)} order by money_move.id desc limit ${limit}`.execute(tx)
  return rows
}
