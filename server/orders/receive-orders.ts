import { sql } from 'kysely'
import { parseDocument, stateOfCep } from '../customers/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, table, violated } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { faultsOf } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import { canonicalOrder } from './contract.ts'
import type { CanonicalOrder, Receipt } from './contract.ts'
import { coverShipments } from './cover.ts'
import type { Commercial } from './operations.ts'
import { updateOrder } from './update-order.ts'

/** A well-formed order with what the database knows about it. */
interface Incoming {
  position: number
  raw: unknown
  order: CanonicalOrder
  version: number
  document: string | null
  kind: 'person' | 'company'
}

/**
 * Receives 1 to 500 orders from any channel: registers the buyers, writes orders, journals and snapshots, reserves stock.
 * Three statements whatever their number. Each order is judged alone: a bad one is refused with its faults and the rest
 * go in. An order that is known is updated when its version is newer, else left as it is; so every retry is harmless.
 * An unknown SKU never refuses an order: it is held for the mapping inbox.
 */
export async function receiveOrders(tx: Tx, { orders }: { orders: unknown[] }, actor: Actor): Promise<{ receipts: Receipt[] }> {
  const receipts: Receipt[] = []
  const newest = new Map<string, Incoming>()
  for (const [position, raw] of orders.entries()) {
    const { incoming, faults } = readOrder(raw, position)
    if (!incoming) {
      receipts.push(refusal(position, raw, faults))
      continue
    }
    // the same order twice in one batch: the newer version counts
    const key = keyOf(incoming.order)
    const rival = newest.get(key)
    if (rival && rival.version >= incoming.version) receipts.push(receiptOf(incoming, null, 'unchanged'))
    else {
      if (rival) receipts.push(receiptOf(rival, null, 'unchanged'))
      newest.set(key, incoming)
    }
  }
  const batch = [...newest.values()]
  if (batch.length) {
    const known = await lookUp(tx, batch)
    const fresh: Incoming[] = []
    for (const incoming of batch) {
      const existing = known.orders.find((row) => row.external_id === incoming.order.external_id && row.code === incoming.order.account)
      const faults = unknownCodes(incoming.order, known)
      if (faults.length) receipts.push(refusal(incoming.position, incoming.raw, faults))
      else if (!existing) fresh.push(incoming)
      else receipts.push(receiptOf(incoming, existing.id, await updateOrder(tx, existing, incoming, actor)))
    }
    receipts.push(...(await writeOrders(tx, fresh, known, actor)))
  }
  return { receipts: receipts.sort((left, right) => left.position - right.position) }
}

const keyOf = (order: { account: string; external_id: string }) => `${order.account}\n${order.external_id}`

function readOrder(raw: unknown, position: number): { incoming: Incoming | null; faults: FieldFault[] } {
  const parsed = canonicalOrder.safeParse(raw)
  if (!parsed.success) return { incoming: null, faults: faultsOf(parsed.error) }
  const order = parsed.data
  let document: string | null = null
  let kind: 'person' | 'company' = 'person'
  if (order.buyer.document) {
    const read = parseDocument(order.buyer.document)
    if ('fault' in read) return { incoming: null, faults: [{ field: 'buyer.document', message: read.fault }] }
    document = read.document
    kind = read.kind
  }
  const total = totalOf(order)
  if (order.lines.some((line) => line.discount > line.unit_price * line.quantity))
    return { incoming: null, faults: [{ field: 'lines', message: 'O desconto de um item passa do valor dele' }] }
  if (!Number.isSafeInteger(total) || total > 1_000_000_000_000)
    return { incoming: null, faults: [{ field: 'lines', message: 'O total do pedido passa de R$ 10 bilhões: confira quantidades e valores' }] }
  const ids = order.lines.map((line, index) => line.external_id ?? String(index + 1))
  if (new Set(ids).size !== ids.length) return { incoming: null, faults: [{ field: 'lines', message: 'Dois itens têm o mesmo external_id' }] }
  return { incoming: { position, raw, order, version: order.version ?? Date.now(), document, kind }, faults: [] }
}

/** Goods minus discounts plus what the buyer pays for freight and interest, in centavos. */
function totalOf(order: CanonicalOrder) {
  const goods = order.lines.reduce((sum, line) => sum + line.unit_price * line.quantity - line.discount, 0)
  return order.charges.reduce((sum, { kind, amount }) => sum + (kind === 'freight_buyer' || kind === 'interest' ? amount : 0), goods)
}

interface Known {
  accounts: Record<string, number>
  carriers: Record<string, number>
  defaultCarrier: number | null
  orders: { id: number; code: string; external_id: string; version: number; commercial: Commercial }[]
  skus: { account: string; sku: string; product: number }[]
  customers: { account: string; external_id: string; customer: number }[]
  ceps: Record<string, { street: string | null; district: string | null; city: string; state: string }>
  ids: { order: number[]; customer: number[]; line: number[]; shipment: number[] }
}

/** Everything that the batch needs to know, and fresh ids for what it will write, in one statement. */
async function lookUp(tx: Tx, batch: Incoming[]): Promise<Known> {
  const keys = batch.map(({ order }) => ({ code: order.account, external_id: order.external_id }))
  const skus = [
    ...new Map(
      batch.flatMap(({ order }) => order.lines.map((line) => ({ code: order.account, sku: line.sku }))).map((row) => [`${row.code}\n${row.sku}`, row]),
    ).values(),
  ]
  const buyers = batch.flatMap(({ order, document }) =>
    !document && order.buyer.external_id ? [{ code: order.account, external_id: order.buyer.external_id }] : [],
  )
  const lines = batch.reduce((sum, { order }) => sum + order.lines.length, 0)
  const { rows } = await sql<{ known: Known }>`
    select jsonb_build_object(
      'accounts', (select coalesce(jsonb_object_agg(code, id), '{}') from channel_account where code = any(${batch.map(({ order }) => order.account)}) and active),
      'carriers', (select coalesce(jsonb_object_agg(code, id), '{}') from carrier where code = any(${batch.map(({ order }) => order.carrier ?? '')}) and active),
      'defaultCarrier', (select carrier.id from setting join carrier on carrier.code = setting.value #>> '{}' where setting.name = 'default_carrier' and carrier.active),
      'orders', (select coalesce(jsonb_agg(jsonb_build_object('id', sales_order.id, 'code', account.code, 'external_id', sales_order.external_id, 'version', version, 'commercial', commercial)), '[]')
         from ${table(keys, 'wanted(code text, external_id text)')}
         join channel_account account on account.code = wanted.code
         join sales_order on sales_order.account_id = account.id and sales_order.external_id = wanted.external_id),
      'skus', (select coalesce(jsonb_agg(jsonb_build_object('account', wanted.code, 'sku', wanted.sku, 'product', coalesce(sku_mapping.product_id, product.id, barcode.product_id))), '[]')
         from ${table(skus, 'wanted(code text, sku text)')}
         join channel_account account on account.code = wanted.code
         left join sku_mapping on sku_mapping.account_id = account.id and sku_mapping.sku = wanted.sku
         left join product on product.sku = wanted.sku
         left join barcode on barcode.code = wanted.sku and barcode.units = 1
         where coalesce(sku_mapping.product_id, product.id, barcode.product_id) is not null),
      'customers', (select coalesce(jsonb_agg(jsonb_build_object('account', wanted.code, 'external_id', wanted.external_id, 'customer', customer_id)), '[]')
         from ${table(buyers, 'wanted(code text, external_id text)')}
         join channel_account account on account.code = wanted.code
         join customer_identity identity on identity.account_id = account.id and identity.external_id = wanted.external_id),
      'ceps', (select coalesce(jsonb_object_agg(cep, to_jsonb(known_cep) - 'cep'), '{}') from known_cep where cep = any(${batch.map(({ order }) => order.ship_to.cep)})),
      'ids', jsonb_build_object(
         'order', (select jsonb_agg(nextval('sales_order_id_seq')) from generate_series(1, ${batch.length}::int)),
         'customer', (select jsonb_agg(nextval('customer_id_seq')) from generate_series(1, ${batch.length}::int)),
         'line', (select jsonb_agg(nextval('order_line_id_seq')) from generate_series(1, ${lines}::int)),
         'shipment', (select jsonb_agg(nextval('shipment_id_seq')) from generate_series(1, ${batch.length}::int)))
    ) as known`.execute(tx)
  const { known } = one(rows)
  // taken from the end: the first order gets the lowest id
  for (const list of Object.values(known.ids)) list.reverse()
  return known
}

function unknownCodes(order: CanonicalOrder, known: Known): FieldFault[] {
  const faults: FieldFault[] = []
  if (!(order.account in known.accounts))
    faults.push({ field: 'account', message: `Não há canal ativo com o código "${order.account}": cadastre-o em Configurações, Canais` })
  if (order.carrier && !(order.carrier in known.carriers))
    faults.push({ field: 'carrier', message: `Não há transportadora ativa com o código "${order.carrier}"` })
  return faults
}

async function writeOrders(tx: Tx, fresh: Incoming[], known: Known, actor: Actor): Promise<Receipt[]> {
  if (!fresh.length) return []
  const customers = new Map<
    string,
    { id: number; kind: string; document: string | null; name: string; email: string | null; phone: string | null; ie: string | null }
  >()
  const identities: { account: number; external_id: string; customer: number }[] = []
  const products = new Map(known.skus.map((row) => [`${row.account}\n${row.sku}`, row.product]))
  const ceps = new Map<string, object>()
  const orders: Record<string, unknown>[] = []
  const lines: Record<string, unknown>[] = []
  const payments: Record<string, unknown>[] = []
  const charges: Record<string, unknown>[] = []
  const receipts: (Receipt & { shipment: number })[] = []
  for (const incoming of fresh) {
    const { order, document, kind, version, raw } = incoming
    const id = take(known.ids.order)
    const shipment = take(known.ids.shipment)
    const account = known.accounts[order.account] as number
    const customerKey = document ?? (order.buyer.external_id ? keyOf({ account: order.account, external_id: order.buyer.external_id }) : `order ${id}`)
    let customer = customers.get(customerKey)?.id
    const recognised = known.customers.find((row) => !document && row.account === order.account && row.external_id === order.buyer.external_id)
    if (recognised) customer = recognised.customer
    else if (!customer) {
      customer = take(known.ids.customer)
      customers.set(customerKey, {
        id: customer,
        kind,
        document,
        name: order.buyer.name,
        email: order.buyer.email ?? null,
        phone: order.buyer.phone ?? null,
        ie: order.buyer.state_registration ?? null,
      })
      if (!document && order.buyer.external_id) identities.push({ account, external_id: order.buyer.external_id, customer })
    }
    const shipTo = completeAddress(order, known.ceps[order.ship_to.cep])
    if (shipTo.city && shipTo.state && !shipTo.doubt)
      ceps.set(order.ship_to.cep, {
        cep: order.ship_to.cep,
        street: shipTo.street ?? null,
        district: shipTo.district ?? null,
        city: shipTo.city,
        state: shipTo.state,
      })
    const commercial = commercialOf(order, shipTo.doubt)
    const { doubt: holdReason, ...address } = shipTo
    orders.push({
      id,
      shipment,
      account,
      external_id: order.external_id,
      version,
      customer,
      document,
      placed_at: order.placed_at,
      approved_at: commercial === 'approved' || commercial === 'on_hold' ? (order.approved_at ?? order.placed_at) : null,
      promised_at: order.promised_at ?? null,
      dispatch_by: order.dispatch_by ?? null,
      carrier: order.carrier ? known.carriers[order.carrier] : known.defaultCarrier,
      priority: order.priority,
      fulfilment_by: order.fulfilment_by,
      commercial,
      payment: order.paid ? 'paid' : 'pending',
      hold_reason: commercial === 'on_hold' ? holdReason : null,
      ship_to: address,
      total: totalOf(order),
      raw,
    })
    let held = false
    for (const [index, line] of order.lines.entries()) {
      const product = products.get(`${order.account}\n${line.sku}`) ?? null
      held ||= product === null
      lines.push({
        id: take(known.ids.line),
        order: id,
        shipment,
        external_id: line.external_id ?? String(index + 1),
        sku: line.sku,
        name: line.name ?? line.sku,
        product,
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount: line.discount,
      })
    }
    for (const [index, payment] of order.payments.entries()) payments.push({ order: id, position: index + 1, ...payment })
    for (const [chargeKind, amount] of sumByKind(order.charges)) charges.push({ order: id, kind: chargeKind, amount })
    receipts.push({ ...receiptOf(incoming, id, 'created'), held, shipment })
  }
  // rows that several orders may share are written in one order by everybody, so that batches never wait for each other
  const sortedCustomers = [...customers.values()].sort((left, right) => ((left.document ?? '') < (right.document ?? '') ? -1 : 1))
  const sortedCeps = [...ceps.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row)
  try {
    await sql`
      with customers as (
        insert into customer (id, kind, document, name, email, phone, ie) overriding system value
        select id, kind, document, name, email, phone, ie from ${table(sortedCustomers, 'customer(id bigint, kind text, document text, name text, email text, phone text, ie text)')}
        on conflict (document) do update set name = excluded.name, email = coalesce(excluded.email, customer.email), phone = coalesce(excluded.phone, customer.phone), ie = coalesce(excluded.ie, customer.ie), updated_at = now()
        returning id, document
      ), identities as (
        insert into customer_identity (account_id, external_id, customer_id)
        select account, external_id, customer from ${table(identities, 'identity(account bigint, external_id text, customer bigint)')}
      ), ceps as (
        insert into known_cep (cep, street, district, city, state)
        select cep, street, district, city, state from ${table(sortedCeps, 'known(cep text, street text, district text, city text, state text)')}
        on conflict (cep) do nothing
      ), arrived as (
        select * from ${table(orders, 'arrived(id bigint, shipment bigint, account bigint, external_id text, version bigint, customer bigint, document text, placed_at timestamptz, approved_at timestamptz, promised_at timestamptz, dispatch_by timestamptz, carrier bigint, priority int, fulfilment_by text, commercial text, payment text, hold_reason text, ship_to jsonb, total bigint, raw jsonb)')}
      ), orders as (
        insert into sales_order (id, account_id, external_id, version, customer_id, placed_at, approved_at, promised_at, dispatch_by, carrier_id, priority, fulfilment_by, commercial, payment, hold_reason, ship_to, total) overriding system value
        select arrived.id, account, external_id, version, coalesce(customers.id, arrived.customer), placed_at, approved_at, promised_at, dispatch_by, carrier, priority, fulfilment_by, commercial, payment, hold_reason, ship_to, total
        from arrived left join customers on customers.document = arrived.document
      ), snapshots as (
        insert into order_snapshot (order_id, version, raw) select id, version, raw from arrived
      ), shipments as (
        insert into shipment (id, order_id, number, fulfilment, fiscal) overriding system value
        select shipment, arrived.id, 1, case when commercial = 'cancelled' then 'cancelled' else 'waiting' end, case when required and invoice_by <> 'none' then 'required' else 'not_required' end
        from arrived join channel_account on channel_account.id = arrived.account,
        (select coalesce((select value = 'true' from setting where name = 'invoice_required'), false) as required) rule
        where fulfilment_by = 'own'
      ), line as (
        select * from ${table(lines, 'line(id bigint, "order" bigint, shipment bigint, external_id text, sku text, name text, product bigint, quantity int, unit_price bigint, discount bigint)')}
      ), lines as (
        insert into order_line (id, order_id, external_id, sku, name, product_id, quantity, unit_price, discount) overriding system value
        select id, "order", external_id, sku, name, product, quantity, unit_price, discount from line
      ), parts as (
        insert into shipment_line (shipment_id, order_line_id, product_id, quantity)
        select line.shipment, line.id, coalesce(component.product_id, line.product), line.quantity * coalesce(component.quantity, 1)
        from line join arrived on arrived.id = line."order" and arrived.fulfilment_by = 'own' and arrived.commercial <> 'cancelled'
        left join kit_component component on component.kit_id = line.product
        where line.product is not null
      ), payments as (
        insert into order_payment (order_id, position, method, installments, amount, reference)
        select "order", position, method, installments, amount, nullif(reference, '') from ${table(payments, 'payment("order" bigint, position int, method text, installments int, amount bigint, reference text)')}
      ), charges as (
        insert into order_charge (order_id, kind, amount) select "order", kind, amount from ${table(charges, 'charge("order" bigint, kind text, amount bigint)')}
      )
      insert into order_event (order_id, operation, actor_id, actor_name, station_id, commercial, payment, facts)
      select id, event.operation, ${actor.person}, ${actor.name}, ${actor.station}, event.commercial, event.payment, event.facts
      from arrived,
      lateral (values
        (1, 'receive', case when commercial in ('pending', 'cancelled') then commercial else 'pending' end, 'pending', jsonb_build_object('version', version)),
        (2, 'approve', case when commercial in ('approved', 'on_hold') then 'approved' end, payment, '{}'),
        (3, 'hold', case when commercial = 'on_hold' then 'on_hold' end, null, jsonb_build_object('reason', hold_reason))
      ) event(step, operation, commercial, payment, facts)
      where event.commercial is not null
      order by id, step`.execute(tx)
  } catch (error) {
    // Somebody else wrote the same order or the same masked buyer a moment ago: run again, and find it.
    const constraint = violated(error)
    if (constraint === 'sales_order_account_id_external_id_key' || constraint === 'customer_identity_pkey') throw new Problem(503, 'try_again')
    throw error
  }
  const covered = new Set(
    await coverShipments(
      tx,
      receipts.map((row) => row.shipment),
      actor,
    ),
  )
  return receipts.map(({ shipment, ...row }) => ({
    ...row,
    short: !row.held && !covered.has(shipment) && fresh.find((incoming) => incoming.position === row.position)?.order.fulfilment_by === 'own',
  }))
}

/** What the channel left out of the address is filled from what earlier orders taught about the CEP. */
function completeAddress(order: CanonicalOrder, known: Known['ceps'][string] | undefined) {
  const { ship_to: given } = order
  const byRange = stateOfCep(given.cep)
  const state = given.state ?? known?.state ?? byRange ?? undefined
  return {
    recipient: given.recipient || order.buyer.name,
    cep: given.cep,
    street: given.street || known?.street || undefined,
    number: given.number,
    complement: given.complement,
    district: given.district || known?.district || undefined,
    city: given.city || known?.city || undefined,
    state,
    doubt: byRange && state && byRange !== state ? `O CEP ${given.cep} é de ${byRange}, e o endereço diz ${state}: confirme com o comprador` : null,
  }
}

function commercialOf(order: CanonicalOrder, doubt: string | null): Commercial {
  const wanted = order.status ?? (order.paid ? 'approved' : 'pending')
  return wanted === 'approved' && doubt ? 'on_hold' : wanted
}

function sumByKind(charges: CanonicalOrder['charges']) {
  const sums = new Map<string, number>()
  for (const { kind, amount } of charges) sums.set(kind, (sums.get(kind) ?? 0) + amount)
  return sums
}

function take(ids: number[]): number {
  const id = ids.pop()
  if (id === undefined) throw new Error('ran out of ids')
  return id
}

const receiptOf = ({ position, order }: Incoming, id: number | null, result: Receipt['result']): Receipt => ({
  position,
  account: order.account,
  external_id: order.external_id,
  order: id,
  result,
  held: false,
  short: false,
  faults: [],
})

function refusal(position: number, raw: unknown, faults: FieldFault[]): Receipt {
  const text = (name: string) => {
    const value = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[name] : null
    return typeof value === 'string' ? value.slice(0, 100) : null
  }
  return { position, account: text('account'), external_id: text('external_id'), order: null, result: 'refused', held: false, short: false, faults }
}
