import { sql } from 'kysely'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { cutPage, readCursor } from '../platform/paging.ts'
import { badInput, notFound } from '../platform/problem.ts'
import type { listReceipts, openReceiptEndpoint, readReceipt } from './contract.ts'
import { suggestPlaces } from './places.ts'
import { lockScanned } from './product-stock.ts'

type ReceiptRow = AnswerOf<typeof listReceipts>['rows'][number]

/** Goods are at the door; what should come is optional. @throws 404 no_such_supplier, 422 invalid_input */
export async function openReceipt(tx: Tx, { supplier, reference, lines }: InputOf<typeof openReceiptEndpoint>, actor: Actor): Promise<{ receipt: number }> {
  if (supplier !== null && !(await tx.selectFrom('supplier').select('id').where('id', '=', supplier).executeTakeFirst())) throw notFound('no_such_supplier')
  const expected = await expectedUnits(tx, lines)
  const { id } = await tx
    .insertInto('receipt')
    .values({ supplier_id: supplier, reference: reference || null, opened_by: actor.person })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (expected.size)
    await tx
      .insertInto('receipt_line')
      .values([...expected].map(([product_id, units]) => ({ receipt_id: id, product_id, expected: units })))
      .execute()
  return { receipt: id }
}

async function expectedUnits(tx: Tx, lines: InputOf<typeof openReceiptEndpoint>['lines']): Promise<Map<number, number>> {
  const expected = new Map<number, number>()
  const faults: { field: string; message: string }[] = []
  const { rows } = await sql<{ line: number; product: number; kind: string; units: number }>`
    select distinct on (line) line::int, product.id as product, kind, coalesce(barcode.units, 1) as units
    from unnest(${lines.map(({ code }) => code)}::text[]) with ordinality as asked (code, line)
    left join barcode on barcode.code = upper(asked.code)
    join product on product.id = barcode.product_id or (barcode.code is null and product.sku in (asked.code, upper(asked.code)))
    order by line, product.sku = asked.code desc`.execute(tx)
  for (const [index, { code, quantity }] of lines.entries()) {
    const found = rows.find(({ line }) => line === index + 1)
    if (!found) faults.push({ field: `lines.${index}.code`, message: `Nenhum produto tem o código ${code}` })
    else if (found.kind === 'kit') faults.push({ field: `lines.${index}.code`, message: `${code} é um kit: receba os componentes` })
    else expected.set(found.product, (expected.get(found.product) ?? 0) + quantity * found.units)
  }
  if ([...expected.values()].some((units) => units > 1_000_000_000)) faults.push({ field: 'lines', message: 'A quantidade esperada passa de 1 bilhão' })
  if (faults.length) throw badInput(faults)
  return expected
}

const receiptColumns = sql`
  receipt.id, supplier.name as supplier, reference, state, opened_at, person.name as opened_by, closed_at, totals.expected, totals.counted, totals.put_away
  from receipt
  left join supplier on supplier.id = supplier_id
  left join person on person.id = opened_by,
  lateral (
    select sum(expected)::int as expected, coalesce(sum(counted), 0)::int as counted, coalesce(sum(put_away), 0)::int as put_away from receipt_line where receipt_id = receipt.id
  ) totals`

/** Newest first. */
export async function receiptList(tx: Tx, { state, after, limit }: InputOf<typeof listReceipts>): Promise<AnswerOf<typeof listReceipts>> {
  const before = after ? readCursor(after, 1)[0] : null
  const { rows } = await sql<ReceiptRow>`
    select ${receiptColumns}
    where (${state ?? null}::text is null or state = ${state ?? null}) and (${before}::bigint is null or receipt.id < ${before}::bigint)
    order by receipt.id desc limit ${limit + 1}`.execute(tx)
  return cutPage(rows, limit, (row) => [row.id])
}

/** @throws 404 no_such_receipt */
export async function receiptPage(tx: Tx, { receipt }: { receipt: number }): Promise<AnswerOf<typeof readReceipt>> {
  const { rows } = await sql<ReceiptRow>`select ${receiptColumns} where receipt.id = ${receipt}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_receipt')
  const lines = await receiptLines(tx, receipt)
  const suggested = await suggestPlaces(
    tx,
    lines.map(({ product }) => product),
  )
  return { ...rows[0], lines: lines.map((line) => ({ ...line, suggested: suggested.get(line.product)?.code ?? null })) }
}

export interface ReceiptLine {
  product: number
  sku: string
  name: string
  expected: number | null
  counted: number
  put_away: number
  difference: number | null
}

/** By name; of one product only when it is given. */
export async function receiptLines(tx: Tx, receipt: number, product: number | null = null): Promise<ReceiptLine[]> {
  const { rows } = await sql<ReceiptLine>`
    select product.id as product, sku, name, expected, counted, put_away,
           case when exists (select 1 from receipt_line any_line where any_line.receipt_id = ${receipt} and any_line.expected is not null) then counted - coalesce(expected, 0) end as difference
    from receipt_line join product on product.id = product_id
    where receipt_id = ${receipt} and (${product}::bigint is null or product_id = ${product})
    order by name, product.id`.execute(tx)
  return rows
}

/** Locks a receipt, then the stock of the product that was scanned. @throws 404 no_such_receipt | no_such_code, 409 kit_has_no_stock */
export async function lockReceipt(tx: Tx, receipt: number, code: string) {
  const row = await tx.selectFrom('receipt').select(['id', 'state']).where('id', '=', receipt).forUpdate().executeTakeFirst()
  if (!row) throw notFound('no_such_receipt')
  return { state: row.state, product: await lockScanned(tx, code) }
}
