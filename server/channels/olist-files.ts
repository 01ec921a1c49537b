import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { readRows } from './formats/reading.ts'

/** Name in the database → file and its columns. All text: what a column means is said where it is read. */
const files = {
  olist_orders: [
    'olist_orders_dataset',
    [
      'order_id',
      'customer_id',
      'order_status',
      'order_purchase_timestamp',
      'order_approved_at',
      'order_delivered_carrier_date',
      'order_delivered_customer_date',
      'order_estimated_delivery_date',
    ],
  ],
  olist_items: ['olist_order_items_dataset', ['order_id', 'order_item_id', 'product_id', 'seller_id', 'shipping_limit_date', 'price', 'freight_value']],
  olist_payments: ['olist_order_payments_dataset', ['order_id', 'payment_sequential', 'payment_type', 'payment_installments', 'payment_value']],
  olist_reviews: [
    'olist_order_reviews_dataset',
    ['review_id', 'order_id', 'review_score', 'review_comment_title', 'review_comment_message', 'review_creation_date', 'review_answer_timestamp'],
  ],
  olist_customers: ['olist_customers_dataset', ['customer_id', 'customer_unique_id', 'customer_zip_code_prefix', 'customer_city', 'customer_state']],
  olist_products: [
    'olist_products_dataset',
    ['product_id', 'product_category_name', 'product_weight_g', 'product_length_cm', 'product_height_cm', 'product_width_cm'],
  ],
  olist_sellers: ['olist_sellers_dataset', ['seller_id', 'seller_zip_code_prefix', 'seller_city', 'seller_state']],
  olist_geolocation: [
    'olist_geolocation_dataset',
    ['geolocation_zip_code_prefix', 'geolocation_lat', 'geolocation_lng', 'geolocation_city', 'geolocation_state'],
  ],
  olist_categories: ['product_category_name_translation', ['product_category_name', 'product_category_name_english']],
} as const

/** Rows of one insert: larger batches are no faster and cost memory. */
const batch = 500

/**
 * Reads the nine files, plain or `.gz`, into temporary tables of this transaction, so that the join needs no memory of
 * ours. @throws Error that names the missing file or column
 */
export async function stageOlist(tx: Tx, directory: string, say: (line: string) => void): Promise<void> {
  for (const [name, [file, columns]] of Object.entries(files)) {
    const path = [join(directory, `${file}.csv`), join(directory, `${file}.csv.gz`)].find(existsSync)
    if (!path) throw new Error(`Falta o arquivo ${file}.csv (ou .csv.gz) em ${directory}`)
    await sql.raw(`create temporary table ${name} (${columns.map((column) => `${column} text`).join(', ')}) on commit drop`).execute(tx)
    const reading = readRows(path, 'csv')
    let held: Record<string, string>[] = []
    let count = 0
    const flush = async () => {
      await sql`insert into ${sql.table(name)} select * from ${table(held, `sent(${columns.map((column) => `${column} text`).join(', ')})`)}`.execute(tx)
      count += held.length
      held = []
    }
    for await (const { row, values, faults } of reading) {
      if (faults) throw new Error(`${path}, linha ${row}: ${faults[0]?.message}`)
      held.push(Object.fromEntries(columns.map((column) => [column, values[column] ?? ''])))
      if (held.length === batch) await flush()
    }
    if (held.length) await flush()
    const missing = columns.filter((column) => !reading.columns.includes(column))
    if (missing.length) throw new Error(`${path} não tem a coluna ${missing.join(', ')}`)
    say(`${file}: ${count.toLocaleString('pt-BR')} linhas`)
  }
  await sql
    .raw(`
    create index on olist_orders (order_id); create index on olist_items (order_id); create index on olist_payments (order_id); create index on olist_reviews (order_id);
    create index on olist_customers (customer_id); create index on olist_sellers (seller_id); create index on olist_products (product_id);
    analyze olist_orders; analyze olist_items; analyze olist_payments; analyze olist_reviews; analyze olist_customers; analyze olist_sellers; analyze olist_products`)
    .execute(tx)
}
