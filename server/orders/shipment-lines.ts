import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'

/* What picking and packing tell the order about its units. The shipments must have passed the gate in this transaction. */

interface Units {
  line: number
  quantity: number
}

/** Units came off the shelf: what was reserved on a line is now picked. The product's total follows in `moveStock`. */
export async function linesPicked(tx: Tx, picked: Units[]): Promise<void> {
  await sql`
    update shipment_line set picked = picked + taken.quantity, reserved = reserved - taken.quantity
    from (select line, sum(quantity)::int as quantity from ${table(picked, 'taken(line bigint, quantity int)')} group by line) taken
    where shipment_line.id = taken.line`.execute(tx)
}

/** Units went under the bench's scanner. */
export async function lineChecked(tx: Tx, { line, quantity }: Units): Promise<void> {
  await sql`update shipment_line set checked = checked + ${quantity} where id = ${line}`.execute(tx)
}

/** The box was opened again: nothing of the shipment counts as checked. */
export async function uncheckLines(tx: Tx, shipment: number): Promise<void> {
  await sql`update shipment_line set checked = 0 where shipment_id = ${shipment}`.execute(tx)
}

/** Picked units turned out to be missing or damaged. @returns units that are still picked in the shipment */
export async function linePickedLess(tx: Tx, shipment: number, { line, quantity }: Units): Promise<number> {
  await sql`update shipment_line set picked = picked - ${quantity} where id = ${line}`.execute(tx)
  const { rows } = await sql<{ rest: number }>`select coalesce(sum(picked), 0)::int as rest from shipment_line where shipment_id = ${shipment}`.execute(tx)
  return rows[0]?.rest ?? 0
}
