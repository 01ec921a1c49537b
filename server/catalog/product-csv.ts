import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import type { exportProducts } from './contract.ts'
import { filteredProducts } from './product-list.ts'

const columns = ['SKU', 'Nome', 'Tipo', 'Categoria', 'EAN da unidade', 'Peso (g)', 'Comprimento (cm)', 'Largura (cm)', 'Altura (cm)', 'Fornecedor', 'Ativo', 'Na prateleira', 'Reservado', 'Livre']

/** The products of the filter as a CSV that a Brazilian Excel opens and our own import reads back. */
export async function productsCsv({ app, actor, input, reply }: Call<InputOf<typeof exportProducts>>) {
  const rows = await inMerchant(app.pool, actor.merchant, (tx) => filteredProducts(tx, input), { readOnly: true })
  const lines = rows.map((row) =>
    [row.sku, row.name, row.kind, row.category, row.barcode, row.weight_g, centimetres(row.length_mm), centimetres(row.width_mm), centimetres(row.height_mm), row.supplier, row.active ? 'sim' : 'não', row.sellable, row.reserved, row.free].map(cell).join(';'),
  )
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="produtos.csv"')
    .send(`\ufeff${[columns.join(';'), ...lines].join('\r\n')}\r\n`)
}

const centimetres = (millimetres: number | null) => (millimetres === null ? null : String(millimetres / 10).replace('.', ','))

/** A text that a spreadsheet would run as a formula gets an apostrophe in front. */
function cell(value: string | number | null): string {
  if (typeof value !== 'string') return String(value ?? '')
  const safe = /^'*[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[;"\r\n\t|]|^\s|\s$|^'/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
