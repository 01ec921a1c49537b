import { sql } from 'kysely'
import { houseMovesOf, postMoves, reverseMoves } from '../money/index.ts'
import type { MoneyMove } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { endsOf } from './kinds.ts'
import type { Kind } from './words.ts'

interface Owed {
  id: number
  kind: Kind
  supplier_id: number | null
  beneficiary: string
  amount: number
  goods: number
  received_nota_id: number | null
  day: string
  owed_times: number
}

/** The goods of a nota enter the stock here; others did when they were counted, and the bill only says whom we owe for them. */
const owedMoves = ({ id, amount, goods, received_nota_id: nota, day, owed_times, ...payable }: Owed): MoneyMove[] =>
  houseMovesOf(
    'owed',
    endsOf(payable),
    { key: `payable:${id}:owed:${owed_times}`, day, payable: id },
    { ...(nota === null ? { counted: goods } : { goods }), expense: amount - goods },
  )

/**
 * Posts what is owed of these payables, on the day of the purchase, or on `today` when that is not known. What stands already is left alone; a day that is
 * closed goes to the first open one. The rows are the caller's: locked, or made by him.
 */
export async function owe(tx: Tx, payables: number[], today: string, actor: Actor): Promise<void> {
  if (!payables.length) return
  const { rows } = await sql<Owed>`
    update payable set owed_on = coalesce(issued_on, least(due_on, ${today}::date)), owed_times = owed_times + 1
    where id = any(${payables}) and owed_on is null and state <> 'cancelled'
    returning id, kind, supplier_id, ${beneficiaryName} as beneficiary, amount, goods, received_nota_id, owed_on as day, owed_times`.execute(tx)
  await postMoves(tx, rows.flatMap(owedMoves), actor, { late: 'open_day' })
}

/** Takes back what was posted as owed: the payable changes or is cancelled. */
export async function unowe(tx: Tx, payables: number[], today: string, actor: Actor): Promise<void> {
  if (!payables.length) return
  const { rows } = await sql<{ key: string }>`
    select move.key from payable join money_move move on move.payable_id = payable.id and starts_with(move.key, 'payable:' || payable.id || ':owed:' || owed_times || ' ')
    where payable.id = any(${payables}) and owed_on is not null`.execute(tx)
  await reverseMoves(tx, { keys: rows.map(({ key }) => key), day: today, reason: 'owed.undone' }, actor)
  await sql`update payable set owed_on = null where id = any(${payables}) and owed_on is not null`.execute(tx)
}

/** The supplier's account bears his own name, whatever the boleto says. */
export const beneficiaryName = sql`coalesce((select name from supplier where supplier.id = payable.supplier_id), beneficiary)`

export interface PayableEvent {
  payable: number
  kind: 'added' | 'changed' | 'approved' | 'approval_lost' | 'sent' | 'refused' | 'paid' | 'unpaid' | 'cancelled' | 'attention' | 'seen'
  details?: object
}
export async function note(tx: Tx, events: PayableEvent[], actor: Actor): Promise<void> {
  if (!events.length) return
  await sql`
    insert into payable_event (payable_id, kind, details, actor_id)
    select payable, kind, coalesce(details, '{}'), ${actor.person} from ${table(events, 'event(payable bigint, kind text, details jsonb)')}`.execute(tx)
}
