import { sql } from 'kysely'
import type { Actor, Merchant } from '../platform/actor.ts'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Pool, Tx } from '../platform/db.ts'
import { createMerchant, dropMerchant } from '../platform/migrate.ts'
import { permissions } from '../platform/permission.ts'
import type { Permission } from '../platform/permission.ts'
import { createOwner, createPerson } from '../people/index.ts'
import type { Certificate } from '../fiscal/index.ts'
import { world } from '../stock/index.ts'
import type { Buyer } from './buyers.ts'
import { dateOf, midnight, minute } from './calendar.ts'
import { writeCatalogue } from './catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import { fetchCertificates, setUpIssuing, writeProductFiscal } from './fiscal.ts'
import type { Sefaz } from './fiscal.ts'
import { writeFloor } from './floor.ts'
import type { Floor } from './floor.ts'
import { attendToday, daysOfHistory, tellHistory } from './history.ts'
import { tellMoney } from './money.ts'
import { keptTotes, leaveOnTheFloor, receiveMorning } from './morning.ts'
import { daysOfMoney, tellPast } from './past.ts'
import type { Planted } from './planted.ts'
import { chance } from './random.ts'
import type { Chance } from './random.ts'
import { openMarket } from './sales.ts'
import type { Market } from './sales.ts'
import type { Work } from './shift-work.ts'
import { emptyStory, openStory, writeStory } from './story.ts'

export { sendFirstNotas } from './first-notas.ts'

/** How people get in. Operators OP-01 to OP-08 have the PINs 1001 to 1008, the manager GE-01 has 2001. */
export const demoLogin = {
  merchant: 'demo',
  name: 'Casa Aurora',
  email: 'dono@demo.local',
  password: 'retaguarda',
  firstBadge: 'OP-01',
  firstPin: '1001',
} as const

/**
 * Creates the merchant `demo` with a catalogue, a building, people, thirty days of history that end now and a morning's
 * orders. The same day always gives the same demo. @throws 409 merchant_exists
 */
export async function createDemo(
  app: { pool: Pool },
  url: string,
  { now = Date.now(), sefaz = null, next = new Map(), money = 'now' }: Wanted = {},
): Promise<Merchant> {
  const issuing = sefaz && { sefaz, next, certificates: await fetchCertificates(sefaz) }
  const merchant = await createMerchant(url, demoLogin.merchant, demoLogin.name)
  try {
    await inMerchant(app.pool, merchant, (tx) => fill(tx, merchant, now, issuing, money))
    await createOwner(app.pool, merchant, { name: 'Aurora Dantas', email: demoLogin.email, password: demoLogin.password })
  } catch (error) {
    // half a demo would look like a shop that lost its goods
    await dropMerchant(url, demoLogin.merchant)
    throw error
  }
  return merchant
}

type Money = 'now' | 'later' | 'none'
interface Wanted {
  now?: number
  /** Where its notas go. Without one the shop issues none, and nothing asks it to. */
  sefaz?: Sefaz | null
  /** Number that the series of each company goes on with. */
  next?: ReadonlyMap<number, number>
  /** `now`: ninety days of sales and all their money. `later`: the money comes by `tellDemoMoney`. `none`: only the thirty days of the floor. */
  money?: Money
}

/** Whether the demo was made without its money, and nobody told it since. */
export const lacksMoney = (app: { pool: Pool }, merchant: Merchant): Promise<boolean> =>
  inMerchant(app.pool, merchant, async (tx) => (await sql`select from setting where name = ${withoutMoney}`.execute(tx)).rows.length > 0, { readOnly: true })

/**
 * The money of a demo that was made without it, in one transaction: all of it or nothing. `stopping` breaks it off.
 * @returns what its channels did wrong; null when the demo has its money
 */
export async function tellDemoMoney(app: { pool: Pool }, merchant: Merchant, { now = Date.now(), stopping }: Telling = {}): Promise<Planted[] | null> {
  return inMerchant(app.pool, merchant, async (tx) => {
    const { numAffectedRows } = await sql`delete from setting where name = ${withoutMoney}`.execute(tx)
    if (!numAffectedRows) return null
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    // a statement over all sales takes seconds, and a stop waits for none of them; one that comes between two statements is noticed by the next
    const cancel = () => stopping?.aborted && void app.pool.query('select pg_cancel_backend($1)', [rows[0]!.pid]).catch(() => undefined)
    const watch = setInterval(cancel, 200)
    try {
      return await tellMoney(tx, integration(merchant), now, stopping)
    } finally {
      clearInterval(watch)
    }
  })
}

interface Telling {
  now?: number
  stopping?: AbortSignal
}

/** A setting that stands while the demo has no money yet. */
const withoutMoney = 'demo_without_money'

const integration = (merchant: Merchant): Actor => ({ ...system(merchant, 'Integração'), permissions: new Set(Object.keys(permissions) as Permission[]) })

/** Forgets everything that was tried in the demo and begins again; only the numbers of its notas go on, for the SEFAZ forgets none. */
export async function resetDemo(app: { pool: Pool }, url: string, wanted: Wanted = {}): Promise<Merchant> {
  const { rows } = await app.pool.query<Merchant>('select id, schema_name as schema from platform.merchant where slug = $1', [demoLogin.merchant])
  const next = rows[0] ? await inMerchant(app.pool, rows[0], nextNumbers, { readOnly: true }) : new Map<number, number>()
  await dropMerchant(url, demoLogin.merchant)
  return createDemo(app, url, { ...wanted, next })
}

async function nextNumbers(tx: Tx): Promise<Map<number, number>> {
  const rows = await tx.selectFrom('nota_series').select(['company_id', 'next_number']).where('series', '=', 1).execute()
  return new Map(rows.map(({ company_id, next_number }) => [company_id, next_number]))
}

interface Issuing {
  sefaz: Sefaz
  next: ReadonlyMap<number, number>
  certificates: Certificate[]
}

async function fill(tx: Tx, merchant: Merchant, now: number, issuing: Issuing | null, money: Money): Promise<void> {
  const luck = chance(20_260_731)
  const actor = integration(merchant)
  const catalogue = await writeCatalogue(tx, luck, [dateOf(midnight(now, -120)), dateOf(midnight(now, -18))])
  const floor = await writeFloor(tx, luck, catalogue)
  await createPerson(tx, { name: 'Sônia Carvalhal', roles: ['manager'], badge: 'GE-01', pin: '2001' })
  const short = shortProducts(catalogue)
  const buyers: Buyer[] = []
  const market = openMarket(luck, catalogue, floor.carriers, { buyers })

  let tote = 0
  const work: Work = {
    story: emptyStory(),
    luck,
    floor,
    issues: issuing !== null,
    busy: new Map(),
    nextTote: () => floor.totes[tote++ % (floor.totes.length - keptTotes)]!,
  }
  // orders of two months bear the numbers before those of the last one
  if (money !== 'none') tellPast(work, openMarket(chance(20_260_501), catalogue, floor.carriers, { buyers, counter: 15_300 }), catalogue, short, now)
  tellHistory(work, market, catalogue, short, now)
  const planted = leaveOnTheFloor(work, market, short, now)
  attendToday(work, now)
  tellBuyers(work, market)
  openStory(
    work.story,
    midnight(now, -(money === 'none' ? daysOfHistory : daysOfMoney)) - 300 * minute,
    'Inventário inicial',
    rest(luck, catalogue, floor, short),
    new Set([world.supplier, world.customer, world.loss, world.found]),
    now,
  )
  await writeStory(tx, work.story)
  await sql`
    insert into stock_level (product_id, place_id, quantity)
    select product_id, place_id, sum(units)::int
    from (select product_id, to_place as place_id, quantity as units from stock_move union all select product_id, from_place, -quantity from stock_move) ends
    join place on place.id = place_id and not place.outside
    group by product_id, place_id having sum(units) <> 0`.execute(tx)
  await sql`
    update product_stock set sellable = levels.units
    from (select product_id, sum(quantity)::int as units from stock_level join place on place.id = place_id where sellable group by product_id) levels
    where levels.product_id = product_stock.product_id`.execute(tx)
  await sql`
    insert into known_cep (cep, street, district, city, state)
    select distinct on (ship_to ->> 'cep') ship_to ->> 'cep', ship_to ->> 'street', ship_to ->> 'district', ship_to ->> 'city', ship_to ->> 'state' from sales_order order by ship_to ->> 'cep', id`.execute(
    tx,
  )
  await writeProductFiscal(tx, catalogue, planted)
  if (issuing) await setUpIssuing(tx, actor, issuing.sefaz, issuing.certificates, issuing.next)
  await sql`analyze`.execute(tx)
  await receiveMorning(tx, market, actor, short, now)
  if (money === 'now') await tellMoney(tx, actor, now)
  if (money === 'later') await sql`insert into setting (name, value) values (${withoutMoney}, 'true')`.execute(tx)
}

/** Best sellers that ran out: the morning's orders wait for them. */
const shortProducts = ({ products }: Catalogue) =>
  new Set(products.filter(({ sku }) => ['CAN-PET', 'SQZ-LAV', 'POT-18-OLI', 'VEL-BOR', 'TBA-GRA'].includes(sku)).map(({ sku }) => sku))

/** What is left on the shelves this morning: some days' sales, more of what sells fast; a reserve holds whole cases. */
function rest(luck: Chance, { products }: Catalogue, { homes }: Floor, short: ReadonlySet<string>) {
  return products
    .filter(({ sku }) => !short.has(sku))
    .flatMap(({ id, pace, family }) =>
      homes.get(id)!.map((place) => ({
        product: id,
        place: place.id,
        quantity:
          place.kind === 'reserve'
            ? (family.box || 6) * luck.between(1, 4)
            : Math.round((place.kind === 'flow' ? 26 : 12) * (0.5 + pace * 0.5) * (0.5 + luck.next())),
      })),
    )
}

/** Registers the buyers as their orders did: with the document where a channel gave it, else by the channel's own id. */
function tellBuyers({ story }: Work, { buyers }: Market) {
  const documents = new Set<number>()
  const since = new Map<number, string>()
  const identities = new Map<string, { account_id: unknown; external_id: string; customer_id: number }>()
  for (const [index, { customer_id, account_id, created_at }] of story.rows.sales_order.entries()) {
    const customer = customer_id as number
    const buyer = story.buyers[index]!
    if (buyer.document) documents.add(customer)
    else identities.set(`${account_id} ${buyer.external_id}`, { account_id, external_id: buyer.external_id!, customer_id: customer })
    if (!since.has(customer) || since.get(customer)! > (created_at as string)) since.set(customer, created_at as string)
  }
  for (const [index, { kind, document, name, email, phone }] of buyers.entries()) {
    const id = index + 1
    if (since.has(id)) story.rows.customer.push({ id, kind, document: documents.has(id) ? document : null, name, email, phone, created_at: since.get(id) })
  }
  story.rows.customer_identity.push(...identities.values())
}
