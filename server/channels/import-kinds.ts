import type { ProductInput } from '../catalog/contract.ts'
import { saveProducts } from '../catalog/index.ts'
import { receiveOrders } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { Permission } from '../platform/permission.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { Row } from './formats/reading.ts'
import type { kinds } from './contract.ts'
import type { Field, Mapping } from './mapping.ts'
import { orderFields, toOrders } from './order-file.ts'
import type { Checked, FileDefaults } from './order-file.ts'
import { productFields, toProducts } from './product-file.ts'

/** What became of one checked thing: with faults it was refused and nothing of it was written. */
export interface Applied {
  changed: boolean
  faults: FieldFault[]
}

/** Everything that differs between files of orders, of products, of tracking. */
export interface ImportKind {
  permission: Permission
  fields: Field[]
  /** Fields whose equal values make several rows one thing; none: every row stands alone. */
  groupBy: string[]
  /** Judges rows without the database, so it may be run again. */
  check: (rows: Row[], mapping: Mapping, defaults: FileDefaults) => Checked<unknown>
  /** Writes what `check` gave; one answer for each input, in order. Must be harmless when repeated. */
  apply: (tx: Tx, inputs: never[], actor: Actor) => Promise<Applied[]>
}

/** Kind of file → how it goes in. Kinds of other modules are added where the modules are put together (see tracking-file.ts). */
export const importKinds: Partial<Record<(typeof kinds)[number], ImportKind>> = {
  orders: {
    permission: 'orders.receive',
    fields: orderFields,
    groupBy: ['account', 'external_id'],
    check: toOrders,
    async apply(tx, orders: unknown[], actor) {
      const { receipts } = await receiveOrders(tx, { orders }, actor)
      return receipts.map(({ result, faults }) => ({ changed: result === 'created' || result === 'updated', faults }))
    },
  },
  products: {
    permission: 'catalog.edit',
    fields: productFields,
    groupBy: ['sku'],
    check: toProducts,
    async apply(tx, products: ProductInput[], actor) {
      return (await saveProducts(tx, products, actor)).map(({ result, faults }) => ({ changed: result === 'created' || result === 'updated', faults }))
    },
  },
}
