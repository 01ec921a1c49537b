import { sql } from 'kysely'
import { houseMovesOf, postMoves } from '../money/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { endsOf } from './kinds.ts'
import { beneficiaryName } from './owe.ts'
import type { Kind } from './words.ts'

/** What a nota's items cost landed, and of that what goes into the stock; centavos. */
interface Bought {
  landed: number
  goods: number
}

/** The part of each instalment that buys goods, by running sums: together they are the nota's goods to the centavo. A nota without items is all goods. */
export function shareOfGoods(amounts: number[], { landed, goods }: Bought): number[] {
  const whole = amounts.reduce((sum, amount) => sum + amount, 0)
  // what the nota asks for besides its instalments was paid otherwise
  const shared = landed > 0 ? Math.min(goods, whole) : whole
  // centavos times centavos pass what a double holds exactly
  const until = (sum: number) => (whole ? Number((BigInt(sum) * BigInt(shared)) / BigInt(whole)) : 0)
  let sum = 0
  return amounts.map((amount) => until((sum += amount)) - until(sum - amount))
}

interface Part {
  id: number
  nota: number
  kind: Kind
  supplier_id: number | null
  beneficiary: string
  amount: number
  goods: number
  owed_on: string | null
  key: string
  bought: Bought
}

/**
 * A person said which items of these notas go into the stock, after they were posted: the payables' parts are shared anew, and what differs moves between
 * stock and expense, on the day of the purchase or the first open one. Its key begins with that of what is owed, so that it is taken back with it. Again
 * changes nothing. @returns how many payables changed
 */
export async function shareGoods(tx: Tx, notas: number[], actor: Actor): Promise<number> {
  if (!notas.length) return 0
  await sql`select 1 from payable where received_nota_id = any(${notas}) order by id for update`.execute(tx)
  const { rows } = await sql<Part>`
    select payable.id, received_nota_id as nota, kind, supplier_id, ${beneficiaryName} as beneficiary, amount, goods, owed_on,
      owed.key || ' again ' || (select count(*) from money_move where payable_id = payable.id and starts_with(key, owed.key || ' again ') and reverses_id is null) as key,
      (select jsonb_build_object('landed', coalesce(sum(landed), 0), 'goods', coalesce(sum(landed) filter (where not no_stock), 0)) from received_item where nota_id = received_nota_id) as bought
    from payable cross join lateral (select 'payable:' || payable.id || ':owed:' || owed_times as key) owed
    where received_nota_id = any(${notas}) and state <> 'cancelled' and kind = 'supplier' order by received_nota_id, instalment`.execute(tx)
  const changed = [...Map.groupBy(rows, ({ nota }) => nota).values()].flatMap((parts) => {
    const shares = shareOfGoods(
      parts.map(({ amount }) => amount),
      parts[0]!.bought,
    )
    return parts.flatMap((part, at) => (shares[at] === part.goods ? [] : { ...part, share: shares[at]! }))
  })
  if (!changed.length) return 0
  await sql`
    update payable set goods = part.share from ${table(
      changed.map(({ id, share }) => ({ id, share })),
      'part(id bigint, share bigint)',
    )} where payable.id = part.id`.execute(tx)
  const moves = changed.flatMap(({ owed_on: day, key, id, goods, share, ...payable }) =>
    day === null ? [] : houseMovesOf('owed_for', endsOf(payable), { key, day, payable: id }, { goods: share - goods }),
  )
  await postMoves(tx, moves, actor, { late: 'open_day' })
  return changed.length
}
