import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'

export interface CostProposal {
  product: number
  sku: string
  name: string
  units: number
  /** Reais for one unit, four decimals. */
  proposed: number
  current: number | null
}

/**
 * What one unit of each product of a nota cost us: all its items together, with freight, insurance, other, IPI and ST, without
 * discounts, by the units that come in. `current` is the newest cost from this supplier, else from any.
 */
export async function costProposals(tx: Tx, nota: number): Promise<CostProposal[]> {
  const { rows } = await sql<CostProposal>`
    select product.id as product, product.sku, product.name, bought.units::float8 as units, round(bought.landed / 100.0 / bought.units, 4)::float8 as proposed,
      (select unit_cost::float8 from cost where cost.product_id = product.id
       order by (supplier_id = (select id from supplier where cnpj = nota.supplier_document)) is true desc, since desc limit 1) as current
    from (
      select nota_id, product_id, sum(landed) as landed, sum(quantity * units) as units from received_item
      where nota_id = ${nota} and product_id is not null group by nota_id, product_id having sum(quantity * units) > 0
    ) bought
    join product on product.id = bought.product_id join received_nota nota on nota.id = bought.nota_id
    order by product.name, product.id`.execute(tx)
  return rows
}
