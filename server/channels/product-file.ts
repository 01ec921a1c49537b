import { checkEan, isGtinLength } from '../catalog/index.ts'
import { productInput } from '../catalog/contract.ts'
import type { ProductInput } from '../catalog/contract.ts'
import { readDecimal, readInteger } from './formats/values.ts'
import type { Read } from './formats/values.ts'
import type { Row } from './formats/reading.ts'
import type { Field, Mapping } from './mapping.ts'
import type { Checked, RowFault } from './order-file.ts'

/** Every field of a product that a column may hold; a row is one product. */
export const productFields: Field[] = [
  { name: 'sku', label: 'SKU', required: true, aliases: ['código', 'código do produto', 'cód', 'código sku', 'referência', 'ref'] },
  { name: 'name', label: 'Nome', required: true, aliases: ['nome do produto', 'produto', 'descrição', 'título', 'name'] },
  { name: 'category', label: 'Categoria', aliases: ['grupo', 'departamento', 'category'] },
  { name: 'ean', label: 'EAN da unidade', aliases: ['ean', 'gtin', 'código de barras', 'gtin ean', 'ean 13', 'cod barras'] },
  { name: 'dun', label: 'DUN da caixa', aliases: ['dun', 'dun 14', 'gtin da caixa', 'código da caixa'] },
  { name: 'dun_units', label: 'Unidades na caixa', aliases: ['unidades por caixa', 'qtd por caixa', 'qtd caixa', 'itens por caixa'] },
  { name: 'weight_g', label: 'Peso (g)', aliases: ['peso g', 'peso em gramas', 'peso gramas', 'peso bruto g'] },
  { name: 'weight_kg', label: 'Peso (kg)', aliases: ['peso kg', 'peso', 'peso bruto', 'peso bruto kg', 'peso em kg'] },
  { name: 'length_cm', label: 'Comprimento (cm)', aliases: ['comprimento', 'comprimento cm', 'profundidade', 'profundidade cm'] },
  { name: 'width_cm', label: 'Largura (cm)', aliases: ['largura', 'largura cm'] },
  { name: 'height_cm', label: 'Altura (cm)', aliases: ['altura', 'altura cm'] },
  { name: 'supplier', label: 'Fornecedor', aliases: ['nome do fornecedor', 'supplier', 'fabricante'] },
  { name: 'unit_cost', label: 'Custo unitário', aliases: ['custo', 'preço de custo', 'valor de custo', 'cost'] },
]

/** Rows of a file as products; several rows of one SKU are refused, as nobody can say which one counts. */
export function toProducts(rows: Row[], mapping: Mapping): Checked<ProductInput> {
  const things: Checked<ProductInput>['things'] = []
  const faults: RowFault[] = []
  const seen = new Map<string, number>()
  for (const row of rows) {
    const found: RowFault[] = (row.faults ?? []).map((fault) => ({ row: row.row, ...fault }))
    const product = readProduct(row, mapping, found)
    const twin = seen.get(product.sku)
    if (product.sku && twin !== undefined)
      found.push({ row: row.row, field: mapping['sku'] ?? 'SKU', message: `O SKU "${product.sku}" já está na linha ${twin}; deixe uma linha por SKU` })
    else seen.set(product.sku, row.row)
    if (found.length) faults.push(...found)
    else things.push({ rows: [row.row], input: product })
  }
  return { things, faults }
}

function readProduct({ row, values }: Row, mapping: Mapping, found: RowFault[]): ProductInput {
  const columnOf = (field: string) => mapping[field] ?? productFields.find(({ name }) => name === field)?.label ?? field
  const read = <T>(field: string, parse: (text: string) => Read<T>, needed?: string): T | undefined => {
    const text = values[mapping[field] ?? '']?.trim() ?? ''
    const result = text === '' ? (needed ? { fault: needed } : undefined) : parse(text)
    if (!result) return undefined
    if ('value' in result) return result.value
    found.push({ row, field: columnOf(field), message: result.fault })
    return undefined
  }
  const text =
    (max: number) =>
    (value: string): Read<string> =>
      value.length > max ? { fault: `O texto tem ${value.length} letras; o máximo é ${max}` } : { value }
  const scaled =
    (what: string, factor: number, max: number) =>
    (value: string): Read<number> => {
      const number = readDecimal(value, what)
      if ('fault' in number) return number
      const whole = Math.round(number.value * factor)
      if (whole < 1) return { fault: `${what} é zero; deixe a célula vazia quando não souber` }
      return whole > max ? { fault: `${what} "${value}" passa do máximo; confira a unidade` } : { value: whole }
    }
  const code = (value: string): Read<string> => {
    const digits = value.replaceAll(/[\s-]/g, '')
    // the house's own codes have no check digit
    if (!isGtinLength(digits)) return digits.length >= 3 && digits.length <= 60 ? { value: digits } : { fault: 'O código tem de 3 a 60 caracteres' }
    const checked = checkEan(digits)
    return 'fault' in checked ? checked : { value: checked.code }
  }
  const ean = read('ean', code)
  const dun = read('dun', code)
  const units = read('dun_units', (value) => readInteger(value, { min: 1, max: 10_000, what: 'A quantidade na caixa' }))
  if (dun && units === undefined && !found.length) found.push({ row, field: columnOf('dun_units'), message: 'Informe quantas unidades vêm na caixa deste DUN' })
  const cost = read('unit_cost', (value) => readDecimal(value, 'O custo'))
  const supplier = read('supplier', text(120))
  if (cost !== undefined && !supplier) found.push({ row, field: columnOf('supplier'), message: 'Informe o fornecedor que cobra este custo' })
  const product = {
    sku: read('sku', text(60), 'Informe o SKU') ?? '',
    name: read('name', text(300), 'Informe o nome do produto') ?? '',
    category: read('category', text(120)),
    barcodes: [...(ean ? [{ code: ean, units: 1 }] : []), ...(dun && units ? [{ code: dun, units }] : [])],
    weight_g: read('weight_g', scaled('O peso', 1, 1_000_000)) ?? read('weight_kg', scaled('O peso', 1000, 1_000_000)),
    length_mm: read('length_cm', scaled('O comprimento', 10, 10_000)),
    width_mm: read('width_cm', scaled('A largura', 10, 10_000)),
    height_mm: read('height_cm', scaled('A altura', 10, 10_000)),
    supplier,
    cost: cost === undefined ? undefined : { unit_cost: cost },
  }
  const sent = Object.fromEntries(Object.entries(product).filter(([, value]) => value !== undefined)) as unknown as ProductInput
  // what no cell reader knows is judged by the contract itself
  const parsed = found.length ? null : productInput.safeParse(sent)
  if (parsed && !parsed.success)
    found.push(...parsed.error.issues.map(({ path, message }) => ({ row, field: columnOf(fieldOf[String(path[0])] ?? String(path[0])), message })))
  return parsed?.success ? parsed.data : sent
}

/** Where a part of the product stands in the file. */
const fieldOf: Record<string, string> = { barcodes: 'ean', cost: 'unit_cost', length_mm: 'length_cm', width_mm: 'width_cm', height_mm: 'height_cm' }
