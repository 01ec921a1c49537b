import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { buildApp } from '../server/app.ts'
import { openSession } from '../server/people/index.ts'
import { system } from '../server/platform/actor.ts'
import type { Actor, Merchant } from '../server/platform/actor.ts'
import { inMerchant, inPlatform } from '../server/platform/db.ts'
import type { Tx } from '../server/platform/db.ts'
import { startPostgres } from '../server/platform/embedded-postgres.ts'
import type { Server } from '../server/platform/http.ts'
import { createMerchant, migrate } from '../server/platform/migrate.ts'
import { moveStock, world } from '../server/stock/index.ts'

/** A merchant on a durable PostgreSQL of its own, served over HTTP by this one process. */
export interface Shop {
  server: Server
  address: string
  merchant: Merchant
  actor: Actor
  skus: string[]
  command: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** A bearer token of somebody with this role. */
  token: (role: string) => Promise<string>
}

/** `products` products with `stock` units each, one place each. */
export async function withShop(products: number, stock: number, work: (shop: Shop) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'retaguarda-bench-'))
  chmodSync(data, 0o755)
  const postgres = await startPostgres(data)
  try {
    await migrate(postgres.url)
    const merchant = await createMerchant(postgres.url, 'banco', 'Bancada')
    const server = await buildApp(postgres.url, { poolSize: 24 })
    const actor = system(merchant)
    const command: Shop['command'] = (use) => inMerchant(server.app.pool, merchant, use)
    const skus = await command((tx) => seed(tx, actor, products, stock))
    const address = await server.http.listen({ port: 0, host: '127.0.0.1' })
    try {
      await work({
        server,
        address,
        merchant,
        actor,
        skus,
        command,
        token: async (role) => {
          const { id } = await command((tx) =>
            tx
              .insertInto('person')
              .values({ name: `Pessoa ${role}`, roles: [role] })
              .returning('id')
              .executeTakeFirstOrThrow(),
          )
          return (await inPlatform(server.app.pool, (tx) => openSession(tx, { kind: 'token', merchant: merchant.id, person: id, name: role, roles: [role] })))
            .token
        },
      })
    } finally {
      await server.close()
    }
  } finally {
    await postgres.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

async function seed(tx: Tx, actor: Actor, products: number, stock: number): Promise<string[]> {
  await sql`insert into channel_account (code, name, kind) values ('loja', 'Loja', 'shop')`.execute(tx)
  await sql`insert into carrier (code, name) values ('RAPIDA', 'Rápida')`.execute(tx)
  await sql`insert into carrier_cut_off select id, weekday, '23:59' from carrier, generate_series(0, 6) weekday`.execute(tx)
  await sql`insert into setting values ('default_carrier', '"RAPIDA"')`.execute(tx)
  await sql`insert into carton (code, name, length_mm, width_mm, height_mm, weight_g, max_weight_g) values ('CX1', 'Caixa', 600, 400, 400, 200, 50000)`.execute(
    tx,
  )
  await sql`insert into place (code, kind, aisle, bay, sequence) select 'A' || n, 'pick', 1 + n / 40, n % 40, n from generate_series(1, ${products}::int) n`.execute(
    tx,
  )
  await sql`insert into place (code, kind) select 'T-' || n, 'tote' from generate_series(1, 2000) n`.execute(tx)
  await sql`insert into cart (code, slots) select 'C-' || n, 12 from generate_series(1, 200) n`.execute(tx)
  const { rows } = await sql<{ id: number; sku: string; place: number }>`
    with created as (
      insert into product (sku, name, weight_g, length_mm, width_mm, height_mm) select 'SKU-' || n, 'Produto ' || n, 300, 100, 80, 60 from generate_series(1, ${products}::int) n returning id, sku
    ), stock as (insert into product_stock (product_id) select id from created),
    codes as (insert into barcode (code, product_id) select 'EAN' || id, id from created)
    select created.id, sku, place.id as place from created join place on place.code = 'A' || substr(sku, 5)`.execute(tx)
  await moveStock(
    tx,
    rows.map((row) => ({ product: row.id, from: world.supplier, to: row.place, quantity: stock, reason: 'opening' as const, key: `opening ${row.id}` })),
    actor,
  )
  return rows.map((row) => row.sku)
}

export const percentile = (values: number[], part: number) =>
  values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0
export const round = (value: number, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits
