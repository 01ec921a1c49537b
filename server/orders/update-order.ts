import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { Problem } from '../platform/problem.ts'
import { cancelOrder } from './cancel-order.ts'
import type { Address, CanonicalOrder } from './contract.ts'
import { lockOrder, passOrderGate } from './gate.ts'
import { approveOrder, changeAddress, holdOrder } from './life.ts'

/**
 * Applies a newer version of an order that we know; an older or equal one changes nothing, nor does one that says only
 * what the last one said: a file that was sent twice must not undo what somebody changed here. Cancellations and payments
 * pass the gate as if a person had asked. What can no longer follow the channel (an address after the label, other
 * quantities) is never applied in silence: the order is held, with the reason, for somebody to decide.
 */
export async function updateOrder(
  tx: Tx,
  existing: { id: number },
  { order, version, raw }: { order: CanonicalOrder; version: number; raw: unknown },
  actor: Actor,
): Promise<'updated' | 'unchanged'> {
  const id = existing.id
  const { state } = await lockOrder(tx, id)
  const { rows } = await sql<{ news: boolean; ship_to: Address; lines: Record<string, number> }>`
    with last as (
      select raw - 'version' as said from order_snapshot where order_id = ${id} order by version desc limit 1
    ), current as (
      update sales_order set version = ${version}, channel_checked_at = now(), updated_at = now(),
        promised_at = coalesce(${order.promised_at ?? null}::timestamptz, promised_at), dispatch_by = coalesce(${order.dispatch_by ?? null}::timestamptz, dispatch_by)
      where id = ${id} and version < ${version} returning id, ship_to, (select said from last) is distinct from ${JSON.stringify(raw)}::jsonb - 'version' as news
    ), snapshot as (
      insert into order_snapshot (order_id, version, raw) select id, ${version}, ${JSON.stringify(raw)}::jsonb from current where news
    )
    select news, ship_to, (select jsonb_object_agg(external_id, quantity) from order_line where order_id = ${id}) as lines from current`.execute(tx)
  const before = rows[0]
  if (!before?.news) return 'unchanged'
  await passOrderGate(tx, id, 'update', actor, { version })
  if (order.status === 'cancelled') {
    await cancelOrder(tx, { order: id, reason: 'Cancelado no canal' }, actor)
    return 'updated'
  }
  if (state.commercial === 'cancelled' || state.commercial === 'cancel_requested') return 'updated'
  await learnPayments(tx, id, order.payments)
  if (state.commercial === 'pending' && (order.status === 'approved' || (order.status === undefined && order.paid)))
    await approveOrder(tx, { order: id }, actor)

  const doubts: string[] = []
  if (addressChanged(before.ship_to, order)) {
    try {
      await changeAddress(tx, { order: id, ship_to: { ...order.ship_to, recipient: order.ship_to.recipient || order.buyer.name } }, actor)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      doubts.push('o endereço mudou depois da etiqueta')
    }
  }
  const wanted = Object.fromEntries(order.lines.map((line, index) => [line.external_id ?? String(index + 1), line.quantity]))
  if (JSON.stringify(sorted(wanted)) !== JSON.stringify(sorted(before.lines))) doubts.push('os itens ou as quantidades mudaram')
  if (doubts.length && (await lockOrder(tx, id)).state.commercial === 'approved')
    await holdOrder(tx, { order: id, reason: `No canal, ${doubts.join(' e ')}` }, actor)
  return 'updated'
}

/** How it was paid is often known only when it was: the charge of a payment that we know, or all payments of an order that came without any. */
async function learnPayments(tx: Tx, order: number, payments: CanonicalOrder['payments']): Promise<void> {
  if (!payments.length) return
  await sql`
    with told as (
      select * from ${table(
        payments.map((payment, index) => ({ position: index + 1, ...payment })),
        'told(position int, method text, installments int, amount bigint, reference text)',
      )}
    ), named as (
      update order_payment known set reference = told.reference from told
      where known.order_id = ${order} and known.position = told.position and known.method = told.method and known.amount = told.amount and told.reference <> ''
        and known.reference is distinct from told.reference
    )
    insert into order_payment (order_id, position, method, installments, amount, reference)
    select ${order}, position, method, installments, amount, nullif(reference, '') from told where not exists (select 1 from order_payment where order_id = ${order})`.execute(
    tx,
  )
}

const sorted = (quantities: Record<string, number>) => Object.entries(quantities).sort(([left], [right]) => (left < right ? -1 : 1))

/** Only what the channel really says counts: what it leaves out was filled by us and stays. */
function addressChanged(before: Address, { ship_to: after }: CanonicalOrder): boolean {
  return (['cep', 'street', 'number', 'complement', 'district', 'city', 'state'] as const).some(
    (field) => after[field] !== undefined && after[field] !== '' && after[field] !== before[field],
  )
}
