import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import type { Move } from './move-stock.ts'

/**
 * Whether this very move is in the journal already: the device did not hear our answer and sends it again. The product's
 * stock must be locked. @throws 409 scan_key_reused when the key belongs to another move
 */
export async function knownScan(tx: Tx, move: Pick<Move, 'key' | 'product' | 'from' | 'to' | 'quantity'>): Promise<boolean> {
  const first = await tx.selectFrom('stock_move').select(['product_id', 'from_place', 'to_place', 'quantity']).where('key', '=', move.key).executeTakeFirst()
  if (!first) return false
  if (first.product_id !== move.product || first.from_place !== move.from || first.to_place !== move.to || first.quantity !== move.quantity)
    throw conflict('scan_key_reused')
  return true
}
