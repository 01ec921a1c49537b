import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import type { Tx } from '../platform/db.ts'
import { orderOf, receive, seedPlace, seedProduct, seedShop } from '../../test/seed.ts'
import { cancelOrder } from '../orders/index.ts'
import { followOrders, saveFeePolicy } from '../receivables/index.ts'
import { moveStock, world } from '../stock/index.ts'
import { components, followCosts, followMargins, marginBy, noteDueMargins, orderMargin, refreshMargins, rollMargins } from './index.ts'
import type { Amounts } from './index.ts'

const db = await cloneDatabase()
let account = 0
let supplier = 0
let shelf = 0
beforeAll(async () => {
  await db.command(async (tx) => {
    await seedShop(tx)
    account = (await tx.selectFrom('channel_account').select('id').where('code', '=', 'loja').executeTakeFirstOrThrow()).id
    supplier = (await tx.insertInto('supplier').values({ name: 'Fábrica' }).returning('id').executeTakeFirstOrThrow()).id
    shelf = await seedPlace(tx, 'Z-1')
    await sql`insert into margin_term (name, valid_from, value) values ('tax_rate', '2020-01-01', 0.1), ('packaging_per_shipment', '2020-01-01', 150), ('return_loss_rate', '2020-01-01', 0.25)`.execute(
      tx,
    )
    await saveFeePolicy(tx, {
      account,
      valid_from: '2020-01-01',
      release_after: 'delivery',
      release_days: 7,
      bands: [{ from_price: 0, commission_rate: '0.14', fixed_fee: 400 }],
    })
  })
})
const follow = () =>
  db.command(async (tx, actor) => {
    await followOrders(tx, actor)
    while ((await followCosts(tx, actor)).more);
    await noteDueMargins(tx)
    while ((await followMargins(tx)).more);
  })
const marginsOf = (order: number) =>
  db.command(
    async (tx) =>
      (
        await sql<
          Amounts & { margin: number | null; predicted: number | null; settled: boolean; units: number }
        >`select * from line_margin where order_id = ${order} order by order_line_id`.execute(tx)
      ).rows,
  )
const product = async (unit_cost: string | null, stock = 100) => {
  const made = await db.command((tx, actor) => seedProduct(tx, actor, { stock }))
  if (unit_cost !== null) await price(made.id, unit_cost)
  return made
}
const price = (id: number, unit_cost: string) =>
  db.command((tx) => tx.insertInto('cost').values({ product_id: id, supplier_id: supplier, since: '2020-01-01', unit_cost }).execute())
const sell = async (lines: Parameters<typeof orderOf>[0], over: Parameters<typeof orderOf>[1] = {}) => {
  const [made] = await db.command((tx, actor) => receive(tx, actor, orderOf(lines, { approved_at: new Date().toISOString(), ...over })))
  return made!.order
}
const send = (order: number, back = false) =>
  db.command(async (tx, actor) => {
    const { rows } = await sql<{ id: number; product: number; units: number }>`
      select shipment.id, product_id as product, sum(quantity)::int as units from shipment join shipment_line on shipment_id = shipment.id where order_id = ${order} group by 1, 2`.execute(
      tx,
    )
    await moveStock(
      tx,
      rows.map(({ id, product: goods, units }) => ({
        product: goods,
        ...(back ? { from: world.customer, to: world.quarantine } : { from: shelf, to: world.customer }),
        quantity: units,
        reason: back ? 'return' : 'dispatch',
        key: `${back} ${id} ${goods}`,
        ref: { kind: 'shipment', id },
      })),
      actor,
    )
    if (!back) await sql`update shipment set fulfilment = 'dispatched' where order_id = ${order}`.execute(tx)
  })
const onShelf = (id: number, quantity = 50) =>
  db.command((tx, actor) => moveStock(tx, [{ product: id, from: world.supplier, to: shelf, quantity, reason: 'receive', key: `in ${id} ${quantity}` }], actor))

test('a sale is predicted by the policy of its day, and its goods cost what they left with', async () => {
  const goods = await product('30.0000')
  await onShelf(goods.id)
  const order = await sell([{ sku: goods.sku, quantity: 2, unit_price: 10_000 }])
  await follow()
  // 20,000 - 14 % - 2 × 400 - 10 % - 6,000 - 150
  expect(await marginsOf(order)).toMatchObject([
    { goods: 20_000, commission: -2_800, fixed_fee: -800, tax: -2_000, cost: -6_000, packaging: -150, margin: 8_250, predicted: 8_250, settled: false },
  ])
  // the next delivery is dearer before these leave: 150 units for 3,000 and 50 for 5,000
  await db.command((tx) => sql`update cost set unit_cost = 50 where product_id = ${goods.id}`.execute(tx))
  await onShelf(goods.id, 49)
  await send(order)
  await follow()
  const [line] = await marginsOf(order)
  expect(line!.cost).toBeLessThan(-6_000)
  expect(line!.predicted).toBe(8_250)
  expect(await db.command((tx) => marginBy(tx, { by: 'product' }))).toMatchObject({
    rows: expect.arrayContaining([expect.objectContaining({ code: goods.sku, margin: line!.margin })]),
  })
})

test('a cancelled sale has no margin; one that comes back keeps what it cost', async () => {
  const goods = await product('30.0000')
  await onShelf(goods.id)
  const [never, back] = [await sell([{ sku: goods.sku, unit_price: 9_000 }]), await sell([{ sku: goods.sku, unit_price: 9_000 }])]
  await follow()
  expect(await marginsOf(never)).toHaveLength(1)
  await db.command((tx, actor) => cancelOrder(tx, { order: never, reason: 'teste' }, actor))
  await send(back)
  await follow()
  await send(back, true)
  await db.command(async (tx) => {
    await sql`update sales_order set payment = 'refunded' where id = ${back}`.execute(tx)
    await sql`insert into order_event (order_id, operation, actor_name, payment) values (${back}, 'refund', 'Teste', 'refunded')`.execute(tx)
  })
  await follow()
  expect(await marginsOf(never)).toEqual([])
  // goods given back, a quarter of their cost lost, the box paid for; no tax, no fees
  expect(await marginsOf(back)).toMatchObject([
    { goods: 9_000, refund: -9_000, cost: 0, tax: 0, commission: 0, packaging: -150, return_cost: -750, margin: -900 },
  ])
})

test('without a cost there is no margin, and it comes with the cost', async () => {
  const goods = await product(null)
  const order = await sell([{ sku: goods.sku, unit_price: 5_000 }])
  await follow()
  expect(await marginsOf(order)).toMatchObject([{ cost: null, margin: null, predicted: null }])
  await price(goods.id, '10.0000')
  await follow()
  expect(await marginsOf(order)).toMatchObject([{ cost: -1_000, margin: 2_250, predicted: 2_250 }])
})

test('once settled, what was really charged stands beside what was predicted', async () => {
  const goods = await product('10.0000')
  const order = await sell([{ sku: goods.sku, unit_price: 10_000 }])
  await follow()
  await db.command(async (tx) => {
    const { rows } = await sql<{ receivable: number; external: string; nominal: number }>`
      select receivable.id as receivable, external_order as external, nominal from receivable join receivable_balance on receivable_id = receivable.id where order_id = ${order}`.execute(
      tx,
    )
    const { receivable, external, nominal } = rows[0]!
    const file = (
      await tx
        .insertInto('source_file')
        .values({ account_id: account, sha256: 'a'.repeat(64), name: 'x', format: 'x', lines: 2, fresh: 2, credit: 0, debit: 0 } as never)
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id
    const line = async (kind: string, over: object) =>
      (
        await tx
          .insertInto('settlement_line')
          .values({
            account_id: account,
            file_id: file,
            row: 1,
            day: '2026-11-20',
            hash: `${kind === 'payment' ? '1' : '2'}1111111-1111-1111-1111-111111111111`,
            occurrence: 1,
            kind,
            word: kind,
            external_order: external,
            gross: 0,
            commission: 0,
            fixed_fee: 0,
            payment_fee: 0,
            freight: 0,
            coupon: 0,
            tax: 0,
            other_fee: 0,
            net: 0,
            paid_on: '2026-11-20',
            ...over,
          } as never)
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id
    const paid = await line('payment', { gross: 10_000, commission: -1_650, fixed_fee: -400, net: 7_950 })
    await line('shipping', { gross: -990, net: -990 })
    await sql`update receivable_balance set allocated = nominal where receivable_id = ${receivable}`.execute(tx)
    await sql`insert into allocation (receivable_id, settlement_line_id, centavos, day, kind, rule) values (${receivable}, ${paid}, ${nominal}, '2026-11-20', 'settlement', 'key')`.execute(
      tx,
    )
  })
  await follow()
  // 10,000 - 1,650 - 400 - 990 - 1,000 - 1,000 - 150
  expect(await marginsOf(order)).toMatchObject([
    { commission: -1_650, freight_paid: -990, settled: true, margin: 4_810, predicted: 10_000 - 1_400 - 400 - 1_000 - 1_000 - 150 },
  ])
})

test('what ads cost a listing on a day is shared by units, and sums', async () => {
  const goods = await product('1.0000')
  const orders = [await sell([{ sku: goods.sku, quantity: 1 }]), await sell([{ sku: goods.sku, quantity: 2 }])]
  await db.command((tx) =>
    sql`insert into ad_spend select account_id, listing, day, 100 from (select ${account}::bigint as account_id, ${goods.sku} as listing, (now() at time zone zone)::date as day from merchant_time) spent`.execute(
      tx,
    ),
  )
  await follow()
  const ads = (await Promise.all(orders.map(marginsOf))).flat().map((line) => line.ads)
  expect(ads).toEqual([-33, -67])
})

/** Orders written straight into the tables, a thousand at once: what the pure sums say of the same facts is what the lines must say. */
const size = fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: null, freq: 5 })
const generated = fc.record({
  charges: fc.record({
    commission: fc.integer({ min: 0, max: 9_999 }),
    fixed_fee: fc.integer({ min: 0, max: 2_000 }),
    payment_fee: fc.integer({ min: 0, max: 999 }),
    freight_seller: fc.integer({ min: 0, max: 5_000 }),
    freight_buyer: fc.integer({ min: 0, max: 3_000 }),
    coupon_seller: fc.integer({ min: 0, max: 999 }),
  }),
  lines: fc.array(
    fc.record({
      goods: fc.integer({ min: 0, max: 11 }),
      quantity: fc.integer({ min: 1, max: 5 }),
      unit_price: fc.integer({ min: 0, max: 50_000 }),
      discount: fc.integer({ min: 0, max: 3_000 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  // paid by the channel, and units of a line that came back or were cancelled: before it paid, after it, or after it and not yet taken back
  paid: fc.option(
    fc.record({
      handedOver: fc.boolean(),
      tellsFees: fc.boolean(),
      back: fc.nat(3),
      cancelled: fc.boolean(),
      when: fc.constantFrom('before', 'after', 'waiting'),
    }),
    { freq: 3 },
  ),
})
type Generated = typeof generated extends fc.Arbitrary<infer Value> ? Value : never

const worthOf = ({ quantity, unit_price, discount }: Generated['lines'][number], units = quantity) =>
  units * unit_price - Math.floor((Math.min(discount, quantity * unit_price) * units) / quantity)

/** What the channel said and did for an order of those: `sold` and `left` before and after the return; what it paid, took back and gave back of its commission. */
function fateOf({ charges, lines, paid }: Generated) {
  if (!paid) return null
  const at = lines.findIndex((line) => line.goods < 8)
  const units = at < 0 ? 0 : Math.min(paid.back, lines[at]!.quantity)
  const back = units > 0 ? worthOf(lines[at]!) - worthOf(lines[at]!, lines[at]!.quantity - units) : 0
  const sold = lines.reduce((sum, line) => sum + worthOf(line), 0) + charges.freight_buyer
  const fees = charges.commission + charges.fixed_fee + charges.payment_fee + charges.freight_seller + charges.coupon_seller
  const gross = paid.when === 'before' ? sold - back : sold
  // nothing is paid out where the fees take all
  if (gross <= fees) return null
  const given = paid.when === 'after' && back > 0 ? Math.floor((charges.commission * back) / Math.max(sold, 1)) : 0
  // the second half of it was anticipated: no line of the channel tells what it cost
  const handedOver = paid.handedOver && paid.tellsFees && units === 0
  return {
    ...paid,
    handedOver,
    at,
    units,
    back,
    sold,
    left: sold - back,
    gross,
    fees,
    net: gross - fees,
    given,
    taken: paid.when === 'after' ? back - given : 0,
  }
}

type Fate = NonNullable<ReturnType<typeof fateOf>> & { order: number; charges: Generated['charges'] }

/** Parcels that came back, units that were cancelled, what is owed now, and the lines of the channel: what it paid, and what it took back of it. */
async function settle(tx: Tx, fates: (Fate | null)[]) {
  const known = fates.flatMap((fate) => fate ?? [])
  const json = (rows: object[]) => JSON.stringify(rows)
  const parcels = known.flatMap(({ order, at, units, cancelled }) => (units > 0 ? [{ order, at: String(at), units, cancelled }] : []))
  await sql`
    update order_line set cancelled = units from jsonb_to_recordset(${json(parcels.filter(({ cancelled }) => cancelled))}::jsonb) as less("order" bigint, at text, units int)
    where order_id = "order" and external_id = at`.execute(tx)
  await sql`
    with parcel as (
      select "order", line.id as line, line.product_id as product, quantity, units from jsonb_to_recordset(${json(parcels.filter(({ cancelled }) => !cancelled))}::jsonb) as parcel("order" bigint, at text, units int)
      join order_line line on line.order_id = "order" and line.external_id = at
    ), sent as (
      insert into shipment (order_id, number, fulfilment) select "order", 1, 'delivered' from parcel where quantity > units union all select "order", 2, 'returned' from parcel returning id, order_id, number
    )
    insert into shipment_line (shipment_id, order_line_id, product_id, quantity) select sent.id, line, product, case number when 2 then units else quantity - units end from sent join parcel on "order" = order_id`.execute(
    tx,
  )
  // halves of what is told: the first is paid by a line, the second by whom it was handed to
  const half = (amount: number, handedOver: boolean, first: boolean) => (!handedOver ? amount : first ? Math.ceil(amount / 2) : Math.floor(amount / 2))
  const owed = known.flatMap((fate) =>
    (fate.handedOver ? [true, false] : [true]).map((first) => {
      const { order, charges, handedOver, tellsFees, left, gross, net, back, when } = fate
      const of = (amount: number) => half(amount, handedOver, first)
      const fees = {
        commission: of(charges.commission),
        fixed_fee: of(charges.fixed_fee),
        payment_fee: of(charges.payment_fee),
        freight: of(charges.freight_seller),
        coupon: of(charges.coupon_seller),
      }
      const feesOfIt = fees.commission + fees.fixed_fee + fees.payment_fee + fees.freight + fees.coupon
      const paid = handedOver ? of(gross) - feesOfIt : net
      const none = { commission: 0, fixed_fee: 0, payment_fee: 0, freight: 0, coupon: 0 }
      return {
        order,
        first,
        terms: { gross: of(left), ...fees },
        owed_back: when === 'waiting' ? back : 0,
        paid: Math.max(paid, 1),
        line: tellsFees ? { gross: of(gross), ...fees } : { gross: net, ...none },
      }
    }),
  )
  const file = (
    await tx
      .insertInto('source_file')
      .values({ account_id: account, sha256: 'b'.repeat(64), name: 'g', format: 'x', lines: 2, fresh: 2, credit: 0, debit: 0 } as never)
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id
  const fee = (name: string, of = 'line') => sql.raw(`(${of} ->> '${name}')::bigint`)
  const names = ['commission', 'fixed_fee', 'payment_fee', 'freight', 'coupon']
  const zeroed = sql.raw("'2026-11-05', gen_random_uuid(), 1")
  await sql`
    with owed as (
      select owed.*, sales_order.account_id, external_id from jsonb_to_recordset(${json(owed)}::jsonb) as owed("order" bigint, first boolean, terms jsonb, owed_back bigint, paid bigint, line jsonb) join sales_order on id = "order"
    ), fresh as (
      insert into receivable (account_id, order_id, external_order, instalment, approved_on, predicted_on) select account_id, "order", external_id, case when first then 1 else 2 end, '2026-11-01', '2026-11-05' from owed
      returning id, order_id, instalment
    ), receivable as (
      select fresh.id, owed.* from fresh join owed on "order" = order_id and first = (instalment = 1)
    ), balances as (
      insert into receivable_balance (receivable_id, nominal, allocated) select id, paid, paid from receivable
    ), terms as (
      insert into receivable_terms (receivable_id, gross, owed_back, ${sql.raw(names.join(', '))})
      select id, ${fee('gross', 'terms')}, owed_back, ${sql.join(names.map((name) => fee(name, 'terms')))} from receivable
    ), paid as (
      insert into settlement_line (account_id, file_id, row, day, hash, occurrence, kind, word, external_order, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net)
      select account_id, ${file}, 1, ${zeroed}, 'payment', 'payment', external_id, ${fee('gross')}, ${sql.join(names.map((name) => sql`-${fee(name)}`))}, 0, 0,
        ${fee('gross')} - ${sql.join(
          names.map((name) => fee(name)),
          sql` - `,
        )} from receivable where first
      returning id, external_order
    )
    insert into allocation (receivable_id, settlement_line_id, centavos, day, kind, rule)
    select receivable.id, paid.id, receivable.paid, '2026-11-05', case when first then 'settlement' else 'cession' end, 'key' from receivable left join paid on first and external_order = external_id`.execute(
    tx,
  )
  const back = known.flatMap(({ order, when, tellsFees, back: worth, given }) =>
    when === 'after' && worth > 0 ? [{ order, gross: tellsFees ? -worth : given - worth, given: tellsFees ? given : 0 }] : [],
  )
  await sql`
    insert into settlement_line (account_id, file_id, row, day, hash, occurrence, kind, word, external_order, gross, commission, fixed_fee, payment_fee, freight, coupon, tax, other_fee, net)
    select account_id, ${file}, 2, ${zeroed}, 'refund', 'refund', external_id, gross, given, 0, 0, 0, 0, 0, 0, gross + given
    from jsonb_to_recordset(${json(back)}::jsonb) as back("order" bigint, gross bigint, given bigint) join sales_order on id = "order"`.execute(tx)
}

test('the lines of a thousand generated orders say what the pure sums say, and sum to their orders in every component', async () => {
  const count = 1_000
  const orders = fc.sample(generated, { numRuns: count, seed: 4 })
  const fates = orders.map(fateOf)
  // each of the ways in which money and goods come back was met often
  for (const when of ['before', 'after', 'waiting'] as const)
    for (const tellsFees of [true, false])
      for (const cancelled of [true, false])
        expect(
          fates.filter((fate) => fate?.when === when && fate.tellsFees === tellsFees && fate.cancelled === cancelled && fate.back > 0).length,
        ).toBeGreaterThan(15)
  const sizes = fc.sample(fc.record({ weight: size, length: size, cost: fc.integer({ min: 1, max: 2_000_000 }) }), { numRuns: 10, seed: 4 })
  await db.command(async (tx) => {
    // 0 to 7 are products, 8 and 9 kits of some of them, 10 a product without a cost, 11 no product
    const ids: number[] = []
    for (let at = 0; at <= 10; at++) {
      const { weight, length } = sizes[at % 10]!
      const { id } = await tx
        .insertInto('product')
        .values({
          sku: `G-${at}`,
          name: `G ${at}`,
          kind: at === 8 || at === 9 ? 'kit' : 'simple',
          weight_g: weight,
          length_mm: length && Math.min(length, 900),
          width_mm: 100,
          height_mm: 50,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      ids.push(id)
      if (at < 8)
        await tx
          .insertInto('cost')
          .values({ product_id: id, supplier_id: supplier, since: '2020-01-01', unit_cost: (sizes[at]!.cost / 10_000).toFixed(4) })
          .execute()
    }
    const kits: Record<number, [number, number][]> = {
      8: [
        [0, 2],
        [1, 1],
      ],
      9: [
        [2, 1],
        [3, 3],
        [4, 1],
      ],
    }
    for (const [kit, parts] of Object.entries(kits))
      await tx
        .insertInto('kit_component')
        .values(parts.map(([part, quantity]) => ({ kit_id: ids[Number(kit)]!, product_id: ids[part]!, quantity })))
        .execute()
    const { rows: made } = await sql<{ id: number }>`
      with buyer as (insert into customer (kind, name) values ('person', 'Gerada') returning id), shop as (insert into channel_account (code, name, kind) values ('gerada', 'Gerada', 'shop') returning id)
      insert into sales_order (account_id, external_id, version, customer_id, placed_at, approved_at, commercial, payment, ship_to, total)
      select shop.id, 'G-' || n, 1, buyer.id, '2026-11-01T12:00Z', '2026-11-01T12:00Z', 'approved', 'paid', '{"state":"SP"}', 0 from buyer, shop, generate_series(1, ${count}) n order by n returning id`.execute(
      tx,
    )
    const lines = orders.flatMap(({ lines: some }, at) =>
      some.map((line, index) => ({
        ...line,
        discount: Math.min(line.discount, line.quantity * line.unit_price),
        order: made[at]!.id,
        external: String(index),
        product: ids[line.goods] ?? null,
      })),
    )
    await sql`
      insert into order_line (order_id, external_id, sku, name, product_id, quantity, unit_price, discount)
      select "order", external, 'G', 'G', product, quantity, unit_price, discount from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l("order" bigint, external text, product bigint, quantity int, unit_price bigint, discount bigint) order by "order", external`.execute(
      tx,
    )
    const charges = orders.flatMap(({ charges: some }, at) => Object.entries(some).map(([kind, amount]) => ({ order: made[at]!.id, kind, amount })))
    await sql`insert into order_charge (order_id, kind, amount) select "order", kind, amount from jsonb_to_recordset(${JSON.stringify(charges)}::jsonb) as c("order" bigint, kind text, amount bigint)`.execute(
      tx,
    )
    await settle(
      tx,
      fates.map((fate, at) => fate && { ...fate, order: made[at]!.id, charges: orders[at]!.charges }),
    )
    await sql`insert into margin_due select id from sales_order where external_id like 'G-%'`.execute(tx)
    while ((await followMargins(tx)).more);
    const { rows } = await sql<
      Amounts & {
        order_id: number
        settled: boolean
        margin: number | null
        cost: number | null
        parts: { revenue: number; cost: number | null; margin: number | null }[] | null
      }
    >`
      select line_margin.*, (select jsonb_agg(to_jsonb(part)) from kit_margin part where part.order_line_id = line_margin.order_line_id) as parts from line_margin where order_id = any(${made.map(({ id }) => id)}::bigint[]) order by order_line_id`.execute(
      tx,
    )
    const byOrder = Map.groupBy(rows, ({ order_id }) => order_id)
    const unit = (at: number, units: number) => Math.round((sizes[at]!.cost / 100) * units)
    let kitLines = 0
    orders.forEach(({ charges, lines: all }, at) => {
      const fate = fates[at]
      const { given = 0, units: away = 0, cancelled = false } = fate ?? {}
      const parcels = away > 0 && !cancelled && away < all[fate!.at]!.quantity ? 2 : 1
      // what was cancelled is in no line, whoever paid it meanwhile
      const some = all.flatMap((line, index) => {
        if (!cancelled || index !== fate!.at) return [line]
        const quantity = line.quantity - away
        return quantity
          ? [{ ...line, quantity, discount: Math.floor((Math.min(line.discount, line.quantity * line.unit_price) * quantity) / line.quantity) }]
          : []
      })
      const back = cancelled ? 0 : (fate?.back ?? 0)
      const fees = fate && !fate.tellsFees ? { ...charges, commission: fate.fees, fixed_fee: 0, payment_fee: 0, freight_seller: 0, coupon_seller: 0 } : charges
      const worth =
        some.reduce((sum, line) => sum + line.quantity * line.unit_price - Math.min(line.discount, line.quantity * line.unit_price), 0) + fees.freight_buyer
      const pure = orderMargin({
        lines: some.map((line, index) => {
          const kit = kits[line.goods]
          const known = line.goods < 8 || kit !== undefined
          // lines of one product share the cost of all their units: the sum is what is compared below
          return {
            id: String(index),
            quantity: line.quantity,
            own: { goods: line.quantity * line.unit_price, discount: -Math.min(line.discount, line.quantity * line.unit_price), ...(known ? { cost: 0 } : {}) },
            size:
              line.goods > 10
                ? { weight: null, length: null, width: null, height: null }
                : {
                    weight: sizes[line.goods % 10]!.weight,
                    length: sizes[line.goods % 10]!.length && Math.min(sizes[line.goods % 10]!.length!, 900),
                    width: 100,
                    height: 50,
                  },
            kit: [],
          }
        }),
        shared: {
          freight_charged: fees.freight_buyer,
          discount: -fees.coupon_seller,
          commission: -fees.commission + given,
          refund: -back,
          fixed_fee: -fees.fixed_fee,
          payment_fee: -fees.payment_fee,
          freight_paid: -fees.freight_seller,
          packaging: -150 * parcels,
          tax: -Math.round(worth * 0.1),
        },
        freeShipping: null,
        cubicFactor: 300,
      })
      const found = byOrder.get(made[at]!.id) ?? []
      expect(found.length).toBe(some.length)
      const units = new Map<number, number>()
      some.forEach((line, index) => {
        const row = found[index]!
        const told = (amounts: Amounts) => components.filter((component) => component !== 'cost').map((component) => amounts[component] + 0)
        expect([at, fate, told(row)]).toEqual([at, fate, told(pure[index]!.amounts)])
        expect(row.settled).toBe(Boolean(fate))
        expect(row.cost === null).toBe(line.goods > 9)
        expect(row.margin).toBe(row.cost === null ? null : components.reduce((sum, component) => sum + row[component], 0))
        for (const [part, quantity] of kits[line.goods] ?? (line.goods < 8 ? [[line.goods, 1] as const] : []))
          units.set(part, (units.get(part) ?? 0) + quantity * line.quantity)
        if (kits[line.goods]) {
          kitLines++
          const sum = (name: 'revenue' | 'cost' | 'margin') => row.parts!.reduce((all, part) => all + part[name]!, 0)
          expect([sum('revenue'), sum('cost'), sum('margin')]).toEqual([row.goods + row.freight_charged + row.discount + row.refund, row.cost, row.margin])
        }
      })
      expect(found.reduce((sum, { cost }) => sum - (cost ?? 0), 0)).toBe([...units].reduce((sum, [part, some_]) => sum + unit(part, some_), 0))
    })
    expect(kitLines).toBeGreaterThan(300)
  })
})

test('months that are summed say what their lines say, and a line that changes takes its month out of the sums', async () => {
  await db.command(async (tx) => {
    // as if the month were over
    await sql`update line_margin set day = day - 31`.execute(tx)
    const lines = await Promise.all((['channel', 'listing'] as const).map((by) => marginBy(tx, { by, from: '2026-09-15', to: '2026-11-15' })))
    await sql`insert into margin_month_stale (month, touched_at) values ('2026-10-01', now() - interval '2 hours') on conflict (month) do update set touched_at = excluded.touched_at`.execute(
      tx,
    )
    while ((await rollMargins(tx)).more);
    const { rows } = await sql<{ months: number }>`select count(*) as months from margin_month_made`.execute(tx)
    expect(rows[0]!.months).toBeGreaterThan(0)
    expect(await Promise.all((['channel', 'listing'] as const).map((by) => marginBy(tx, { by, from: '2026-09-15', to: '2026-11-15' })))).toEqual(lines)
    const { rows: some } = await sql<{
      order: number
    }>`select order_id as order from line_margin where day between '2026-10-01' and '2026-10-31' and not settled limit 1`.execute(tx)
    await sql`update order_charge set amount = amount + 1000 where order_id = ${some[0]!.order} and kind = 'commission'`.execute(tx)
    await sql`update sales_order set approved_at = approved_at - interval '31 days' where id = ${some[0]!.order}`.execute(tx)
    const total = lines[0]!.total.fees
    await refreshMargins(tx, [some[0]!.order])
    expect((await marginBy(tx, { by: 'channel', from: '2026-09-15', to: '2026-11-15' })).total.fees).toBe(total - 1_000)
  })
})
