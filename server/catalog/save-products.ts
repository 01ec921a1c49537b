import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { conflict } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import { openStock } from '../stock/index.ts'
import { checkEan, isGtinLength } from './barcodes.ts'
import type { ProductInput } from './contract.ts'

/** What became of one product, in the order they were given. `faults` name fields of the product as sent. */
export interface SavedProduct {
  sku: string
  product: number | null
  result: 'created' | 'updated' | 'unchanged' | 'refused'
  faults: FieldFault[]
}

interface Row {
  sku: string
  name: string
  category: string | null
  weight_g: number | null
  length_mm: number | null
  width_mm: number | null
  height_mm: number | null
  supplier: string | null
  active: boolean
}
interface Known extends Row {
  id: number
}

/**
 * Creates or edits products by SKU, any number in a fixed count of statements. Each is checked alone: a bad one is
 * returned with its faults and stops no other. A field that is left out stays as it is; null empties it. Barcodes are
 * added, never taken away. The input must have passed the contract's `productInput`.
 */
export async function saveProducts(tx: Tx, products: ProductInput[], _actor: Actor): Promise<SavedProduct[]> {
  const known = new Map(
    (
      await lockedBySku(
        tx,
        products.map(({ sku }) => sku),
      )
    ).map((row) => [row.sku, row]),
  )
  const owners = await codeOwners(tx, products)
  const saved: SavedProduct[] = []
  const rows = new Map<string, Row>()
  const changed = new Set<string>()
  const codes = new Map<string, { code: string; units: number; sku: string }>()
  const costs: { sku: string; supplier: string; since: string | null; unit_cost: number }[] = []

  for (const sent of products) {
    const before = rows.get(sent.sku) ?? known.get(sent.sku)
    const row = merged(sent, before)
    const faults = [...faultsOf(sent, row, before), ...codeFaults(sent, owners, codes)]
    if (faults.length) {
      saved.push({ sku: sent.sku, product: known.get(sent.sku)?.id ?? null, result: 'refused', faults })
      continue
    }
    const addedCodes = (sent.barcodes ?? [])
      .map(({ code, units }) => ({ code: written(code), units, sku: sent.sku }))
      .filter(({ code, units }) => owners.get(code)?.units !== units)
    const touched = !before || addedCodes.length > 0 || sent.cost !== undefined || fields.some((field) => row[field] !== before[field])
    rows.set(sent.sku, row)
    for (const added of addedCodes) codes.set(added.code, added)
    if (sent.cost && row.supplier) costs.push({ sku: sent.sku, supplier: row.supplier, since: sent.cost.since ?? null, unit_cost: sent.cost.unit_cost })
    if (touched) changed.add(sent.sku)
    saved.push({
      sku: sent.sku,
      product: before ? (known.get(sent.sku)?.id ?? null) : null,
      result: before ? (touched ? 'updated' : 'unchanged') : 'created',
      faults: [],
    })
  }

  const ids = await write(
    tx,
    [...changed].map((sku) => rows.get(sku)!),
    [...codes.values()],
    costs,
  )
  return saved.map((one) => (one.result === 'refused' ? one : { ...one, product: ids.get(one.sku) ?? one.product }))
}

const fields = ['name', 'category', 'weight_g', 'length_mm', 'width_mm', 'height_mm', 'supplier', 'active'] as const

const lockedBySku = async (tx: Tx, skus: string[]) =>
  (
    await sql<Known>`
      select product.id, sku, product.name, category, weight_g, length_mm, width_mm, height_mm, supplier.name as supplier, active
      from product left join supplier on supplier.id = supplier_id
      where sku = any(${skus}::text[]) order by product.id for no key update of product`.execute(tx)
  ).rows

interface Owner {
  sku: string
  units: number | null
}

/** Who has each code that these products bring, as a barcode or as a SKU; and who has their SKUs as a barcode. */
async function codeOwners(tx: Tx, products: ProductInput[]): Promise<Map<string, Owner>> {
  const asked = [...new Set(products.flatMap(({ sku, barcodes }) => [sku, ...(barcodes ?? []).map(({ code }) => written(code))]))]
  const { rows } = await sql<Owner & { code: string }>`
    select code, sku, units from barcode join product on product.id = product_id where code = any(${asked}::text[])
    union all
    select sku, sku, null from product where sku = any(${asked}::text[]) and not exists (select 1 from barcode where code = sku)`.execute(tx)
  return new Map(rows.map(({ code, ...owner }) => [code, owner]))
}

const merged = (sent: ProductInput, before: Row | undefined): Row => {
  const next = <F extends 'category' | 'weight_g' | 'length_mm' | 'width_mm' | 'height_mm' | 'supplier'>(field: F): Row[F] =>
    (sent[field] === undefined ? (before?.[field] ?? null) : sent[field] || null) as Row[F]
  return {
    sku: sent.sku,
    name: sent.name ?? before?.name ?? '',
    category: next('category'),
    weight_g: next('weight_g'),
    length_mm: next('length_mm'),
    width_mm: next('width_mm'),
    height_mm: next('height_mm'),
    supplier: next('supplier'),
    active: sent.active ?? before?.active ?? true,
  }
}

function faultsOf(sent: ProductInput, row: Row, before: Row | undefined): FieldFault[] {
  const faults: FieldFault[] = []
  if (!row.name) faults.push({ field: 'name', message: before ? 'O nome não pode ficar vazio' : 'Um produto novo precisa de nome' })
  if (sent.cost && !row.supplier) faults.push({ field: 'supplier', message: 'Informe o fornecedor deste custo' })
  return faults
}

/** `taken`: codes that earlier products of the same batch brought. */
function codeFaults(sent: ProductInput, owners: Map<string, Owner>, taken: Map<string, { sku: string }>): FieldFault[] {
  const faults: FieldFault[] = []
  const holder = (code: string) => taken.get(code)?.sku ?? owners.get(code)?.sku
  const clash = holder(sent.sku)
  if (clash !== undefined && clash !== sent.sku) faults.push({ field: 'sku', message: `O SKU ${sent.sku} já é código de barras do produto ${clash}` })
  for (const [index, { code }] of (sent.barcodes ?? []).entries()) {
    const field = `barcodes.${index}.code`
    const fault = codeFault(code)
    const owner = holder(written(code))
    if (fault) faults.push({ field, message: fault })
    else if (owner !== undefined && owner !== sent.sku) faults.push({ field, message: `O código ${written(code)} já é do produto ${owner}` })
  }
  return faults
}

/** A code as it is kept and scanned. */
export const written = (code: string) => code.trim().toUpperCase()

/** What is wrong with a code by itself: one as long as an EAN or DUN must have its check digit; others are the house's own. */
export function codeFault(code: string): string | null {
  if (!isGtinLength(written(code))) return null
  const checked = checkEan(code)
  return 'fault' in checked ? checked.fault : null
}

async function write(
  tx: Tx,
  rows: Row[],
  codes: { code: string; units: number; sku: string }[],
  costs: { sku: string; supplier: string; since: string | null; unit_cost: number }[],
): Promise<Map<string, number>> {
  if (!rows.length) return new Map()
  await sql`insert into supplier (name) select distinct supplier from ${table(rows, 'row(supplier text)')} where supplier is not null order by 1 on conflict (name) do nothing`.execute(
    tx,
  )
  const { rows: kept } = await sql<{ id: number; sku: string }>`
    insert into product (sku, name, category, weight_g, length_mm, width_mm, height_mm, supplier_id, active)
    select sku, row.name, category, weight_g, length_mm, width_mm, height_mm, supplier.id, active
    from ${table(rows, 'row(sku text, name text, category text, weight_g int, length_mm int, width_mm int, height_mm int, supplier text, active boolean)')}
    left join supplier on supplier.name = row.supplier
    order by sku
    on conflict (sku) do update set name = excluded.name, category = excluded.category, weight_g = excluded.weight_g, length_mm = excluded.length_mm,
      width_mm = excluded.width_mm, height_mm = excluded.height_mm, supplier_id = excluded.supplier_id, active = excluded.active, updated_at = now()
    returning id, sku`.execute(tx)
  await openStock(
    tx,
    kept.map(({ id }) => id),
  )
  if (codes.length) {
    const { numAffectedRows } = await sql`
      insert into barcode (code, product_id, units)
      select code, product.id, code.units from ${table(codes, 'code(code text, units int, sku text)')} join product on product.sku = code.sku
      order by code
      on conflict (code) do update set units = excluded.units where barcode.product_id = excluded.product_id`.execute(tx)
    // somebody gave one of them to another product since it was looked up: the second run refuses it by name
    if (Number(numAffectedRows ?? 0) < codes.length) throw conflict('try_again')
  }
  if (costs.length)
    await sql`
      insert into cost (product_id, supplier_id, since, unit_cost)
      select distinct on (product.id, supplier.id, day) product.id, supplier.id, coalesce(cost.since, (now() at time zone merchant_time.zone)::date) as day, cost.unit_cost
      from ${table(costs, 'cost(sku text, supplier text, since date, unit_cost numeric)')}
      join product on product.sku = cost.sku join supplier on supplier.name = cost.supplier, merchant_time
      on conflict (product_id, supplier_id, since) do update set unit_cost = excluded.unit_cost`.execute(tx)
  return new Map(kept.map(({ id, sku }) => [sku, id]))
}
