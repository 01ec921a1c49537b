import { sql } from 'kysely'
import { saveSupplier } from '../catalog/index.ts'
import { formatDocument } from '../customers/index.ts'
import type { Tx } from '../platform/db.ts'

interface Issuer {
  id: number
  supplier_document: string
  supplier_name: string
}

/**
 * The supplier of a nota in the catalog, made when nobody knows his CNPJ: a supplier of the same name without CNPJ gets it, and
 * a branch, whose name another CNPJ bears, is told apart by its own. Done when we deal with the nota, not when it arrives: anybody
 * can issue a nota against us. Null for a rural producer (CPF), whom the catalog does not hold.
 */
export async function registerSupplier(tx: Tx, { id, supplier_document: cnpj, supplier_name }: Issuer): Promise<number | null> {
  if (cnpj.length !== 14) return null
  const name = supplier_name.slice(0, 120)
  const { rows } = await sql<{ id: number; cnpj: string | null; name: string; lead_time_days: number | null }>`
    select id, cnpj, name, lead_time_days from supplier where cnpj = ${cnpj} or name = ${name} order by cnpj = ${cnpj} desc nulls last for update`.execute(tx)
  const [known] = rows
  const supplier =
    known?.cnpj === cnpj
      ? known
      : known && known.cnpj === null
        ? await saveSupplier(tx, { id: known.id, name: known.name, cnpj, lead_time_days: known.lead_time_days })
        : await saveSupplier(tx, { name: known ? `${name.slice(0, 95)} (${formatDocument(cnpj)})` : name, cnpj, lead_time_days: null })
  await tx.updateTable('received_nota').set({ supplier_id: supplier.id }).where('id', '=', id).execute()
  return supplier.id
}
