import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { checkEan } from '../catalog/index.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { badInput, notFound } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { ProductFiscalBody, ProductFiscalRow, productsFiscalEndpoint, productsFiscalSheet, saveProductFiscalEndpoint } from './contract.ts'

type Filters = Pick<InputOf<typeof productsFiscalSheet>, 'missing' | 'text' | 'group' | 'ordered'>

/** What is missing of a row; a kit is sold under the NCM of its parts unless it has its own. */
const gap = {
  ncm: sql`fiscal.ncm is null`,
  origin: sql`fiscal.origin is null`,
  class_trib: sql`fiscal.class_trib is null`,
  gtin: sql`fiscal.gtin is null`,
  any: sql`(fiscal.ncm is null or fiscal.origin is null)`,
}

/** Most asked for first: what stops notas today stands on top. */
export async function productFiscalList(
  tx: Tx,
  { after, limit, ...filters }: InputOf<typeof productsFiscalEndpoint>,
): Promise<AnswerOf<typeof productsFiscalEndpoint>> {
  const where = conditions(filters)
  if (after) {
    const [ordered, id] = readCursor(after, 2)
    where.push(sql`(coalesce(asked.units, 0) < ${ordered}::bigint or (coalesce(asked.units, 0) = ${ordered}::bigint and product.id > ${id}::bigint))`)
  }
  const { rows: counted } = await sql<AnswerOf<typeof productsFiscalEndpoint>['gaps'] & { groups: string[] }>`
    select count(*)::int as all, (count(*) filter (where ${gap.any}))::int as any, (count(*) filter (where ${gap.ncm}))::int as ncm, (count(*) filter (where ${gap.origin}))::int as origin,
      (count(*) filter (where ${gap.class_trib}))::int as class_trib, (count(*) filter (where ${gap.gtin}))::int as gtin,
      (select coalesce(jsonb_agg(distinct tax_group), '[]') from (select tax_group from product_fiscal union select tax_group from tax_rule where tax_group is not null union select 'geral') known) as groups
    from product left join product_fiscal fiscal on fiscal.product_id = product.id where product.active and product.kind = 'simple'`.execute(tx)
  const { groups, ...gaps } = one(counted)
  return { ...cutPage(await productFiscalRows(tx, where, limit + 1), limit, (row) => [row.ordered, row.product]), gaps, groups }
}

/** Every row of the filter, for the sheet. */
export const filteredProductFiscal = (tx: Tx, filters: Filters) => productFiscalRows(tx, conditions(filters), null)

/** @throws 404 no_such_product_fiscal */
export async function productFiscal(tx: Tx, { product }: { product: number }): Promise<ProductFiscalRow> {
  const [row] = await productFiscalRows(tx, [sql`product.id = ${product}`], 1)
  if (!row) throw notFound('no_such_product_fiscal', { product })
  return row
}

async function productFiscalRows(tx: Tx, where: RawBuilder<unknown>[], limit: number | null): Promise<ProductFiscalRow[]> {
  const { rows } = await sql<ProductFiscalRow & { codes: string[] }>`
    with asked as (
      select part.product_id, sum(part.quantity) as units from shipment_line part join shipment on shipment.id = part.shipment_id
      where shipment.fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed') group by part.product_id
    )
    select product.id as product, product.sku, product.name, fiscal.ncm, fiscal.cest, fiscal.origin, fiscal.gtin, coalesce(fiscal.unit, 'UN') as unit, fiscal.class_trib, fiscal.benefit_code,
      coalesce(fiscal.tax_group, 'geral') as tax_group, coalesce(asked.units, 0) as ordered,
      case when fiscal.gtin is null then array(select code from barcode where product_id = product.id and units = 1 and code ~ '^([0-9]{8}|[0-9]{12,14})$' order by length(code) desc, code) else '{}' end as codes
    from product left join product_fiscal fiscal on fiscal.product_id = product.id left join asked on asked.product_id = product.id
    where ${sql.join(where, sql` and `)}
    order by coalesce(asked.units, 0) desc, product.id limit ${limit}`.execute(tx)
  return rows.map(({ codes, ...row }) => ({ ...row, suggested_gtin: codes.find((code) => !('fault' in checkEan(code)) && !isInternal(code)) ?? null }))
}

/** Prefixes 02, 04 and 2x are for use inside a shop: the central register knows none of them, and a nota with one is refused. */
const isInternal = (code: string) => code.length === 13 && /^(02|04|2)/.test(code)

function conditions({ missing, text, group, ordered }: Filters): RawBuilder<unknown>[] {
  const where: RawBuilder<unknown>[] = [sql`product.active`, sql`(product.kind = 'simple' or fiscal.product_id is not null)`]
  if (missing) where.push(gap[missing])
  if (group) where.push(sql`coalesce(fiscal.tax_group, 'geral') = ${group}`)
  if (ordered) where.push(sql`asked.units > 0`)
  for (const word of (text ?? '').toLowerCase().split(/\s+/).filter(Boolean))
    where.push(sql`lower(product.sku || ' ' || product.name || ' ' || coalesce(fiscal.ncm, '')) like ${`%${word.replaceAll(/[%_\\]/g, '\\$&')}%`}`)
  return where
}

/** @throws 404 no_such_product_fiscal, 422 invalid_input */
export async function saveProductFiscal(tx: Tx, { product, ...sent }: InputOf<typeof saveProductFiscalEndpoint>): Promise<ProductFiscalRow> {
  const found = await tx.selectFrom('product').select('sku').where('id', '=', product).executeTakeFirst()
  if (!found) throw notFound('no_such_product_fiscal', { product })
  const [saved] = await saveManyProductFiscal(tx, [{ sku: found.sku, ...sent }])
  if (saved?.faults.length) throw badInput(saved.faults)
  return productFiscal(tx, { product })
}

export interface ProductFiscalInput extends ProductFiscalBody {
  sku: string
}

/**
 * Writes what a nota says of many products in a fixed count of statements; one answer each, in order. A part that is undefined stays, null empties it.
 * A bad one is returned with its faults and stops no other.
 */
export async function saveManyProductFiscal(tx: Tx, inputs: ProductFiscalInput[]): Promise<{ changed: boolean; faults: FieldFault[] }[]> {
  const { rows: known } = await sql<{ id: number; sku: string } & Required<ProductFiscalBody>>`
    select product.id, sku, ncm, cest, origin, gtin, coalesce(unit, 'UN') as unit, class_trib, benefit_code, coalesce(tax_group, 'geral') as tax_group
    from product left join product_fiscal fiscal on fiscal.product_id = product.id where sku = any(${inputs.map(({ sku }) => sku)}::text[]) order by product.id for no key update of product`.execute(
    tx,
  )
  const bySku = new Map(known.map((row) => [row.sku, row]))
  const classes = new Set(
    (
      await tx
        .selectFrom('class_trib')
        .select('code')
        .where('code', 'in', ['', ...inputs.flatMap(({ class_trib }) => class_trib ?? [])])
        .execute()
    ).map(({ code }) => code),
  )
  const rows = new Map<number, object>()
  const answers = inputs.map((input) => {
    const before = bySku.get(input.sku)
    if (!before) return { changed: false, faults: [{ field: 'sku', message: `Não há produto com o SKU "${input.sku}"; cadastre-o no catálogo` }] }
    const faults: FieldFault[] = []
    const gtin = input.gtin ? checkEan(input.gtin) : null
    if (gtin && 'fault' in gtin) faults.push({ field: 'gtin', message: gtin.fault })
    if (input.class_trib && !classes.has(input.class_trib))
      faults.push({
        field: 'class_trib',
        message: `O cClassTrib ${input.class_trib} não está na tabela; confira o código ou importe a tabela em Fiscal, Alíquotas`,
      })
    if (input.ncm === '00000000') faults.push({ field: 'ncm', message: 'O NCM 00000000 é de serviços; uma mercadoria tem o seu' })
    if (faults.length) return { changed: false, faults }
    const sent = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const changed = parts.some((part) => part in sent && sent[part] !== before[part])
    const next = { ...before, ...sent }
    bySku.set(input.sku, next)
    if (changed) rows.set(before.id, next)
    return { changed, faults: [] }
  })
  if (rows.size)
    await sql`
      insert into product_fiscal (product_id, ncm, cest, origin, gtin, unit, class_trib, benefit_code, tax_group)
      select id, ncm, cest, origin, gtin, unit, class_trib, benefit_code, tax_group
      from ${table([...rows.values()], 'row(id bigint, ncm text, cest text, origin int, gtin text, unit text, class_trib text, benefit_code text, tax_group text)')} order by id
      on conflict (product_id) do update set ncm = excluded.ncm, cest = excluded.cest, origin = excluded.origin, gtin = excluded.gtin, unit = excluded.unit, class_trib = excluded.class_trib,
        benefit_code = excluded.benefit_code, tax_group = excluded.tax_group, updated_at = now()`.execute(tx)
  return answers
}
const parts = ['ncm', 'cest', 'origin', 'gtin', 'unit', 'class_trib', 'benefit_code', 'tax_group'] as const
