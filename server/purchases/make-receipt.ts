import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { badInput, conflict } from '../platform/problem.ts'
import { openReceipt } from '../stock/index.ts'
import { registerSupplier } from './register-supplier.ts'
import { lockNota } from './save-matches.ts'

/**
 * The nota becomes a receiving list: what should come, in our units. The floor counts it as any other. Asked again, the same list.
 * @throws 404 no_such_received_nota, 409 no_received_xml | received_nota_cancelled | items_without_product | nothing_to_receive, 422 invalid_input
 */
export async function makeReceipt(tx: Tx, { nota: id }: { nota: number }, actor: Actor): Promise<{ receipt: number }> {
  const nota = await lockNota(tx, id)
  if (nota.receipt_id !== null) return { receipt: nota.receipt_id }
  const { rows } = await sql<{ position: number; name: string; sku: string | null; units: string | null; no_stock: boolean; whole: boolean | null }>`
    select position, item.name, product.sku, (quantity * units)::text as units, no_stock, mod(quantity * units, 1) = 0 as whole
    from received_item item left join product on product.id = product_id where nota_id = ${id} order by position`.execute(tx)
  const unknown = rows.filter(({ sku, no_stock }) => sku === null && !no_stock)
  if (unknown.length) throw conflict('items_without_product', { count: unknown.length })
  const broken = rows.filter(({ whole }) => whole === false)
  if (broken.length)
    throw badInput(
      broken.map(({ position, name, units }) => ({
        field: `items.${position}`,
        message: `${name}: ${Number(units).toLocaleString('pt-BR')} peças não é um número inteiro; acerte as unidades`,
      })),
    )
  const expected = new Map<string, number>()
  for (const { sku, units } of rows) if (sku !== null && Number(units) > 0) expected.set(sku, (expected.get(sku) ?? 0) + Number(units))
  if (!expected.size) throw conflict('nothing_to_receive')
  const supplier = await registerSupplier(tx, nota)
  const { receipt } = await openReceipt(
    tx,
    { supplier, reference: `NF-e ${nota.number} série ${nota.series}`, lines: [...expected].map(([code, quantity]) => ({ code, quantity })) },
    actor,
  )
  await tx.updateTable('received_nota').set({ receipt_id: receipt }).where('id', '=', id).execute()
  return { receipt }
}
