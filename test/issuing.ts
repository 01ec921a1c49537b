import { sql } from 'kysely'
import { cpfDigits } from '../server/customers/index.ts'
import { findGaps } from '../server/invoicing/index.ts'
import type { OrderAsSent } from '../server/orders/contract.ts'
import type { Actor } from '../server/platform/actor.ts'
import type { Tx } from '../server/platform/db.ts'
import { enqueue } from '../server/platform/jobs.ts'
import { moveStock, world } from '../server/stock/index.ts'
import { seedCarton } from './floor.ts'
import { seedFiscal, seedIssuer } from './issuer.ts'
import type { Issuer } from './issuer.ts'
import type { SefazProcess } from './processes.ts'
import { orderOf, receive, seedProduct, seedShop } from './seed.ts'

/* Boxes that stand packed and wait for their notas, and the count of what was doubled, lost or left unexplained once the notas were issued. */

export type Command = <T>(work: (tx: Tx, actor: Actor) => Promise<T>) => Promise<T>

export interface NotaShop {
  company: number
  skus: string[]
  /** Sold like the others, but nobody ever filled in its NCM. */
  unfit: string
  carton: string
}

const cnpj = '11222333000181'

/** A shop that issues its notas at the simulator's, and not before `startIssuing`. */
export async function seedNotaShop(
  command: Command,
  sefaz: SefazProcess,
  { answerSeconds = 60, ...issuer }: Issuer & { answerSeconds?: number } = {},
): Promise<NotaShop> {
  const pfx = await sefaz.certificateOf(cnpj, 'CASA AURORA COMERCIO LTDA', 'segredo')
  return command(async (tx, actor) => {
    await seedShop(tx)
    await sql`insert into setting (name, value) values ('invoice_when', '"by_hand"')`.execute(tx)
    const products = []
    for (let at = 0; at < 13; at++) products.push(await seedProduct(tx, actor, { stock: 20_000 }))
    const [unfit, ...fit] = products.map(({ sku }) => sku) as [string, ...string[]]
    await seedFiscal(tx, ...fit)
    const company = await seedIssuer(tx, actor, { ...sefaz, issueCertificate: () => pfx }, { cnpj, ...issuer })
    await sql`update company set answer_seconds = ${answerSeconds} where id = ${company}`.execute(tx)
    return { company, skus: fit, unfit, carton: await seedCarton(tx) }
  })
}

/** Where consumers live: inside the state of the shop, and where the difference of rates is due. */
const homes = [
  { cep: '30140-071', street: 'Rua da Bahia', number: '1000', district: 'Lourdes', city: 'Belo Horizonte', state: 'MG' },
  { cep: '20040-002', street: 'Rua da Assembleia', number: '10', district: 'Centro', city: 'Rio de Janeiro', state: 'RJ' },
  { cep: '01310-100', street: 'Avenida Paulista', number: '900', complement: 'Conjunto 12', district: 'Bela Vista', city: 'São Paulo', state: 'SP' },
  { cep: '40020-000', street: 'Rua Chile', number: '7', district: 'Centro', city: 'Salvador', state: 'BA' },
]

const saleOf = (number: number, skus: string[]): OrderAsSent =>
  orderOf(
    skus.map((sku, line) => ({ sku, quantity: 1 + ((number + line) % 2), unit_price: 1990 + 10 * ((number * 7 + line) % 900) })),
    {
      external_id: `N-${String(number).padStart(6, '0')}`,
      buyer: { name: `Comprador ${number} da Conceição`, document: cpf(100_000_000 + number * 7919), email: `c${number}@example.com` },
      ship_to: homes[number % homes.length]!,
    },
  )

const cpf = (seed: number) => `${seed % 1_000_000_000}${cpfDigits(String(seed % 1_000_000_000))}`

/**
 * Orders as the floor leaves them: in their boxes, each with a label that waits for the nota. Received as any order is; picked and packed in one stroke.
 * Every `unfitEvery`th sells what no nota may name yet. @returns their ids
 */
export async function packedOrders(command: Command, { skus, unfit, carton }: NotaShop, count: number, { unfitEvery = 0 } = {}): Promise<number[]> {
  const orders: number[] = []
  for (let from = 0; from < count; from += 100) {
    const sales = Array.from({ length: Math.min(100, count - from) }, (_, index) => {
      const number = from + index
      const lines = Array.from({ length: 1 + (number % 3) }, (__, line) => skus[(number * 5 + line) % skus.length]!)
      return saleOf(number, unfitEvery && number % unfitEvery === unfitEvery - 1 ? [...lines, unfit] : lines)
    })
    orders.push(
      ...(await command(async (tx, actor) => {
        const received = (await receive(tx, actor, ...sales)).map(({ order }) => order)
        await packAtOnce(tx, actor, carton, received)
        return received
      })),
    )
  }
  return orders
}

/** What pickers and packers do in hours, with the same rows at the end. */
async function packAtOnce(tx: Tx, actor: Actor, carton: string, orders: number[]): Promise<void> {
  const { rows } = await sql<{ shipment: number; product: number; place: number; units: number }>`
    with lines as (
      update shipment_line line set reserved = 0, picked = quantity, checked = quantity from shipment
      where shipment.id = line.shipment_id and order_id = any(${orders}::bigint[]) returning line.id, line.shipment_id, line.product_id, line.quantity
    ), freed as (
      update product_stock set reserved = reserved - units from (select product_id, sum(quantity) as units from lines group by product_id) taken where taken.product_id = product_stock.product_id
    ), packed as (
      update shipment set fulfilment = 'ready', since = clock_timestamp() where id in (select shipment_id from lines) returning id, order_id
    ), told as (
      insert into order_event (order_id, shipment_id, operation, actor_name, fulfilment)
      select order_id, id, step, ${actor.name}, state from packed, (values ('pack', 'packed'), ('label', 'ready')) steps(step, state)
    ), boxes as (
      insert into volume (shipment_id, number, code, carton_id, weight_g, expected_weight_g, closed_at)
      select packed.id, 1, 'V' || lpad(packed.id::text, 10, '0'), carton.id, 500, 500, now() from packed, carton where carton.code = ${carton} returning id, shipment_id
    ), goods as (
      insert into volume_item (volume_id, shipment_line_id, quantity) select boxes.id, lines.id, lines.quantity from boxes join lines using (shipment_id)
    ), labels as (
      insert into label_print (volume_id, reason, state) select id, 'first', 'waiting' from boxes
    )
    select shipment_id as shipment, lines.product_id as product, place_id as place, sum(lines.quantity)::int as units
    from lines join stock_level on stock_level.product_id = lines.product_id join place on place.id = place_id and place.kind = 'pick'
    group by shipment_id, lines.product_id, place_id`.execute(tx)
  await moveStock(
    tx,
    rows.map(({ shipment, product, place, units }) => ({
      product,
      from: place,
      to: world.staging,
      quantity: units,
      reason: 'pack' as const,
      key: `pack ${shipment} ${product}`,
      ref: { kind: 'shipment' as const, id: shipment },
    })),
    actor,
  )
}

/** From now on the notas of packed boxes are due. */
export const startIssuing = (command: Command) =>
  command(async (tx) => {
    await sql`update setting set value = '"packed"' where name = 'invoice_when'`.execute(tx)
    await enqueue(tx, 'follow_orders', {})
  })

export interface Standing {
  /** Notas by state. */
  notas: Record<string, number>
  /** Not yet where they will stay: to be issued, in the queue, on their way, or a cancelling that is not over. */
  open: number
}

export async function standing(tx: Tx): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select coalesce((select jsonb_object_agg(state, many) from (select state, count(*)::int as many from nota group by state) states), '{}') as notas,
      (select count(*)::int from nota where state in ('queued', 'sending', 'uncertain'))
      + (select count(*)::int from nota_event where state in ('queued', 'sending', 'uncertain'))
      + (select count(*)::int from shipment join sales_order on sales_order.id = order_id
         where fiscal = 'required' and commercial = 'approved' and not exists (select from nota where shipment_id = shipment.id and state = 'faulty'))
      + (select count(*)::int from nota join sales_order on sales_order.id = order_id where commercial = 'cancelled' and state in ('faulty', 'rejected', 'authorised')) as open`.execute(
    tx,
  )
  return rows[0]!
}

export interface Verdict {
  doubled: string[]
  lost: string[]
  unexplained: string[]
  /** Orders without an authorised nota, by the reason that is written on their nota. */
  named: Record<string, number>
  authorised: number
}

interface OrderRow {
  order: string
  commercial: string
  fiscal: string
  /** Times that the journal says "authorised". */
  times: number
  /** Labels that still wait, and labels that are out. */
  waiting: number
  out: number
  notas: { state: string; number: number | null; status_code: number | null; faults: { code: string }[] }[]
}

/** Holds our books against the authoriser's own, nota by nota and byte by byte. */
export async function judge(command: Command, sefaz: SefazProcess): Promise<Verdict> {
  const verdict: Verdict = { doubled: [], lost: [], unexplained: [], named: {}, authorised: 0 }
  const { doubled, lost, unexplained, named } = verdict
  for (const row of await command(ordersAsTheyStand)) {
    const authorised = row.notas.filter(({ state }) => state === 'authorised').length
    const numbers = row.notas.filter(({ state, number }) => number !== null && state !== 'withdrawn').length
    const cancelled = row.commercial === 'cancelled'
    if (authorised > 1 || numbers > 1) doubled.push(`${row.order}: ${JSON.stringify(row.notas)}`)
    if (row.times > 1) doubled.push(`${row.order}: authorised ${row.times} times in its journal`)
    const refusal = row.notas.find(({ state }) => state === 'faulty' || state === 'rejected')
    const reason = cancelled ? 'order cancelled' : (refusal?.faults[0]?.code ?? refusal?.status_code?.toString())
    if (authorised === 1 && !cancelled) {
      verdict.authorised++
      if (row.fiscal !== 'authorised' || row.times !== 1) lost.push(`${row.order}: the nota is authorised, the order says ${row.fiscal}`)
      if (row.waiting || row.out !== 1) lost.push(`${row.order}: ${row.waiting} labels wait, ${row.out} are out`)
    } else if (!authorised && reason) named[reason] = (named[reason] ?? 0) + 1
    else lost.push(`${row.order}, ${row.commercial}: ${JSON.stringify(row.notas)}`)
  }

  const { rows: ours } = await command((tx) =>
    sql<{ key: string; state: string; protocol: string | null; bytes: Buffer | null }>`
      select key, state, protocol, bytes from nota left join nota_file on nota_id = nota.id and kind = 'authorised' where key is not null`.execute(tx),
  )
  const byKey = new Map(ours.map((nota) => [nota.key, nota]))
  const theirs = await sefaz.notas()
  for (const { key, protocol } of theirs) {
    const nota = byKey.get(key)
    if (!nota) lost.push(`${key} is authorised and we do not know it`)
    else if (nota.state !== 'authorised' && nota.state !== 'cancelled') lost.push(`${key} is authorised and we say ${nota.state}`)
    else if (nota.protocol !== protocol) lost.push(`${key}: protocol ${protocol} there, ${nota.protocol} here`)
    else if (!nota.bytes?.equals(await sefaz.xmlOf(key))) lost.push(`${key}: other bytes here than there`)
  }
  const there = new Set(theirs.map(({ key }) => key))
  for (const { key, state } of ours) if (['authorised', 'cancelled'].includes(state) && !there.has(key)) lost.push(`${key} is ${state} here and unknown there`)
  const { doubledNumbers, doubledOrders, cancelled } = await sefaz.stats()
  if (doubledNumbers) doubled.push(`${doubledNumbers} numbers with two notas`)
  doubled.push(...doubledOrders.map((order) => `${order} has two authorised notas`))
  const ended = ours.filter(({ state }) => state === 'cancelled').length
  if (ended !== cancelled) lost.push(`${cancelled} notas are cancelled there, ${ended} here`)

  // what the next full minute would do: withdrawn numbers are proposed to be made void; a jump of the counter stays one
  await command(findGaps)
  for (const { series, number, why } of await command(unexplainedNumbers)) unexplained.push(`series ${series} number ${number}: ${why}`)
  return verdict
}

const ordersAsTheyStand = async (tx: Tx): Promise<OrderRow[]> =>
  (
    await sql<OrderRow>`
      select external_id as order, commercial, shipment.fiscal,
        (select count(*)::int from order_event where order_id = sales_order.id and operation = 'authorise_invoice') as times,
        (select count(*)::int from label_print join volume on volume.id = volume_id where shipment_id = shipment.id and label_print.state = 'waiting') as waiting,
        (select count(*)::int from label_print join volume on volume.id = volume_id where shipment_id = shipment.id and label_print.state <> 'waiting') as out,
        coalesce((select jsonb_agg(jsonb_build_object('state', state, 'number', number, 'status_code', status_code, 'faults', faults) order by id)
                  from nota where nota.order_id = sales_order.id and operation = 'sale'), '[]') as notas
      from sales_order join shipment on shipment.order_id = sales_order.id order by sales_order.id`.execute(tx)
  ).rows

/** Numbers from the first to the counter that no living nota bears and no gap names; a jump of the counter is never explained by itself. */
const unexplainedNumbers = async (tx: Tx) =>
  (
    await sql<{ series: number; number: number; why: string }>`
      select series, number, 'nobody bears it' as why from nota_series, generate_series(1, next_number - 1) number
      where not exists (select from nota where nota.company_id = nota_series.company_id and nota.series = nota_series.series and nota.number = number.number and state <> 'withdrawn')
        and not exists (select from nota_gap gap where gap.company_id = nota_series.company_id and gap.series = nota_series.series and number between first_number and last_number)
      union all
      select series, first_number, cause from nota_gap where cause like 'Salto%'`.execute(tx)
  ).rows
