import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { SettlementStream } from './formats/lines.ts'

type Owner = { account: number } | { needs: 'account' | 'account_sure'; words: string }

/**
 * Whose settlement file it is. The orders that it names tell best; then the only account that had files of this format (of a table: read by the same mapping). A person's choice that the
 * orders contradict is asked again, for lines of another account would settle nothing and hide what is missing there.
 */
export async function ownerOf(
  tx: Tx,
  given: { account: number | null; sure: boolean; format: string; mapping: number | null },
  sample: SettlementStream,
): Promise<Owner> {
  if (given.account !== null && given.sure) return { account: given.account }
  const orders = new Set<string>()
  for await (const batch of sample) {
    for (const { externalOrder } of batch) if (externalOrder !== null && orders.size < 200) orders.add(externalOrder)
    if (orders.size >= 200) break
  }
  const { rows } = await sql<{ account: number; name: string; orders: number; before: boolean }>`
    select account.id as account, account.name,
      (select count(*) from unnest(${[...orders]}::text[]) wanted(external_id)
        where exists (select 1 from sales_order where account_id = account.id and sales_order.external_id = wanted.external_id)
          or exists (select 1 from receivable where account_id = account.id and external_order = wanted.external_id)) as orders,
      case when ${given.format} = 'settlement_csv'
        then exists (select 1 from money_file where account_id = account.id and state = 'taken' and mapping_id = ${given.mapping}::bigint)
        else exists (select 1 from source_file where account_id = account.id and format = ${given.format}) end as before
    from channel_account account order by orders desc, account.id`.execute(tx)
  const named = rows.filter((row) => row.orders > 0)
  const [best, second] = named
  if (given.account !== null) {
    const own = rows.find(({ account }) => account === given.account)
    if (best && own && own.orders === 0 && best.orders >= 3 && best.orders * 2 >= orders.size)
      return { needs: 'account_sure', words: `Os pedidos deste arquivo são de ${best.name}, e não de ${own.name}. Confira a conta` }
    return { account: given.account }
  }
  if (best && (!second || best.orders >= 2 * second.orders)) return { account: best.account }
  const before = rows.filter((row) => row.before)
  if (!best && before.length === 1) return { account: before[0]!.account }
  return { needs: 'account', words: 'De qual canal é este arquivo? Nenhum pedido dele diz' }
}
