import { sql } from 'kysely'
import { parseDocument } from '../customers/index.ts'
import { violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { addCostEndpoint, listSuppliers, saveSupplierEndpoint } from './contract.ts'

export async function supplierList(tx: Tx): Promise<AnswerOf<typeof listSuppliers>> {
  const { rows } = await sql<AnswerOf<typeof listSuppliers>['rows'][number]>`
    select id, name, cnpj, lead_time_days, (select count(*) from product where supplier_id = supplier.id) as products from supplier order by name`.execute(tx)
  return { rows }
}

/** @throws 404 no_such_supplier, 409 supplier_taken, 422 invalid_input */
export async function saveSupplier(tx: Tx, { id, name, cnpj, lead_time_days }: InputOf<typeof saveSupplierEndpoint>): Promise<{ id: number }> {
  const document = cnpj ? parseDocument(cnpj) : null
  if (document && 'fault' in document) throw badInput([{ field: 'cnpj', message: document.fault }])
  if (document?.kind === 'person') throw badInput([{ field: 'cnpj', message: 'Isto é um CPF; informe o CNPJ do fornecedor' }])
  const row = { name, cnpj: document?.document ?? null, lead_time_days }
  try {
    const saved = id
      ? await tx.updateTable('supplier').set(row).where('id', '=', id).returning('id').executeTakeFirst()
      : await tx.insertInto('supplier').values(row).returning('id').executeTakeFirst()
    if (!saved) throw notFound('no_such_supplier')
    return saved
  } catch (error) {
    if (violated(error)) throw conflict('supplier_taken')
    throw error
  }
}

/** The same supplier and day again corrects the value. @throws 404 no_such_product | no_such_supplier */
export async function addCost(tx: Tx, { product, supplier, since, unit_cost }: InputOf<typeof addCostEndpoint>): Promise<void> {
  if (!(await tx.selectFrom('product').select('id').where('id', '=', product).executeTakeFirst())) throw notFound('no_such_product')
  if (!(await tx.selectFrom('supplier').select('id').where('id', '=', supplier).executeTakeFirst())) throw notFound('no_such_supplier')
  await tx
    .insertInto('cost')
    .values({ product_id: product, supplier_id: supplier, since, unit_cost: String(unit_cost) })
    .onConflict((known) => known.columns(['product_id', 'supplier_id', 'since']).doUpdateSet({ unit_cost: String(unit_cost) }))
    .execute()
}
