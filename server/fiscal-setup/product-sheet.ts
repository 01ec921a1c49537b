import { readSheet, sendSheet } from '../channels/index.ts'
import type { Cell, ImportKind } from '../channels/index.ts'
import { checkEan } from '../catalog/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { productFiscalBody } from './contract.ts'
import type { ProductFiscalRow, productsFiscalSheet } from './contract.ts'
import { filteredProductFiscal, saveManyProductFiscal } from './product-fiscal.ts'
import type { ProductFiscalInput } from './product-fiscal.ts'

const columns: { name: keyof ProductFiscalInput | 'name'; label: string; aliases: string[]; required?: true; cell: (row: ProductFiscalRow) => Cell }[] = [
  { name: 'sku', label: 'SKU', required: true, aliases: ['código', 'código do produto', 'referência', 'ref'], cell: (row) => row.sku },
  { name: 'name', label: 'Nome (só para conferir)', aliases: ['nome', 'produto', 'descrição'], cell: (row) => row.name },
  { name: 'ncm', label: 'NCM', aliases: ['código ncm', 'ncm sh', 'classificação fiscal'], cell: (row) => row.ncm },
  { name: 'cest', label: 'CEST', aliases: ['código cest'], cell: (row) => row.cest },
  { name: 'origin', label: 'Origem', aliases: ['origem da mercadoria', 'orig', 'origem icms'], cell: (row) => row.origin },
  { name: 'gtin', label: 'GTIN', aliases: ['ean', 'gtin ean', 'código de barras', 'gtin tributável'], cell: (row) => row.gtin ?? row.suggested_gtin },
  { name: 'unit', label: 'Unidade', aliases: ['un', 'unidade comercial', 'unidade tributável'], cell: (row) => row.unit },
  { name: 'class_trib', label: 'cClassTrib', aliases: ['classificação tributária', 'class trib', 'cclasstrib ibs cbs'], cell: (row) => row.class_trib },
  { name: 'benefit_code', label: 'Código de benefício', aliases: ['cbenef', 'benefício fiscal'], cell: (row) => row.benefit_code },
  { name: 'tax_group', label: 'Grupo de imposto', aliases: ['grupo', 'grupo tributário', 'grupo fiscal'], cell: (row) => row.tax_group },
]

export async function productSheet({ app, actor, input, reply }: Call<InputOf<typeof productsFiscalSheet>>) {
  const rows = await inMerchant(app.pool, actor.merchant, (tx) => filteredProductFiscal(tx, input), { readOnly: true })
  return sendSheet(reply, {
    name: 'produtos-fiscal',
    format: input.format,
    columns: columns.map(({ label }) => label),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  })
}

const shape = productFiscalBody.shape
/** Reads a cell by the rule of the contract's field. */
const by =
  (name: keyof typeof shape, prepare: (text: string) => unknown = (text) => text) =>
  (text: string) => {
    const parsed = shape[name].safeParse(prepare(text))
    return parsed.success ? { value: parsed.data as never } : { fault: parsed.error.issues[0]?.message ?? 'Valor inválido' }
  }
/** "0 - Nacional", "0", and nothing else. */
const originIn = (text: string) => (/^[0-8](\s*[-–:].*)?$/.test(text) ? Number(text[0]) : Number.NaN)

export const productFiscalKind: ImportKind = {
  permission: 'fiscal.manage',
  fields: columns.map(({ cell: _, ...field }) => field),
  groupBy: ['sku'],
  check: (rows, mapping) =>
    readSheet<ProductFiscalInput>(
      rows,
      mapping,
      columns,
      (read) => {
        const sent = {
          sku: read('sku', (text) => (text.length > 60 ? { fault: 'O SKU tem no máximo 60 letras' } : { value: text }), 'Informe o SKU') ?? '',
          ncm: read('ncm', by('ncm')),
          cest: read('cest', by('cest')),
          origin: read('origin', by('origin', originIn)),
          gtin: read('gtin', (text) => {
            if (/^sem gtin$/i.test(text)) return { value: null }
            const ean = checkEan(text)
            return 'fault' in ean ? ean : { value: ean.code }
          }),
          unit: read('unit', by('unit')),
          class_trib: read('class_trib', by('class_trib')),
          benefit_code: read('benefit_code', by('benefit_code')),
          tax_group: read('tax_group', by('tax_group')),
        }
        return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)) as unknown as ProductFiscalInput
      },
      ({ sku }) => sku,
      'o SKU',
    ),
  async apply(tx, inputs: ProductFiscalInput[]) {
    const labelOf = (field: string) => columns.find(({ name }) => name === field)?.label ?? field
    return (await saveManyProductFiscal(tx, inputs)).map(({ changed, faults }) => ({
      changed,
      faults: faults.map(({ field, message }) => ({ field: labelOf(field), message })),
    }))
  },
}
