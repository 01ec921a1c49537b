import { writeCsv } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import type { exportProducts } from './contract.ts'
import { filteredProducts } from './product-list.ts'

const columns = [
  'SKU',
  'Nome',
  'Tipo',
  'Categoria',
  'EAN da unidade',
  'Peso (g)',
  'Comprimento (cm)',
  'Largura (cm)',
  'Altura (cm)',
  'Fornecedor',
  'Ativo',
  'Na prateleira',
  'Reservado',
  'Livre',
]

/** The products of the filter as a CSV that a Brazilian Excel opens and our own import reads back. */
export async function productsCsv({ app, actor, input, reply }: Call<InputOf<typeof exportProducts>>) {
  const rows = await inMerchant(app.pool, actor.merchant, (tx) => filteredProducts(tx, input), { readOnly: true })
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="produtos.csv"')
    .send(
      writeCsv(
        columns,
        rows.map((row) => [
          row.sku,
          row.name,
          row.kind,
          row.category,
          row.barcode,
          row.weight_g,
          centimetres(row.length_mm),
          centimetres(row.width_mm),
          centimetres(row.height_mm),
          row.supplier,
          row.active,
          row.sellable,
          row.reserved,
          row.free,
        ]),
      ),
    )
}

const centimetres = (millimetres: number | null) => (millimetres === null ? null : millimetres / 10)
