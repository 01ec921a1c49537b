import { sql } from 'kysely'
import type { Actor, Merchant } from '../platform/actor.ts'
import { system } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Pool, Tx } from '../platform/db.ts'
import { createMerchant, dropMerchant } from '../platform/migrate.ts'
import { permissions } from '../platform/permission.ts'
import type { Permission } from '../platform/permission.ts'
import { createOwner, createPerson } from '../people/index.ts'
import { dateOf, iso, midnight, minute } from './calendar.ts'
import { writeCatalogue } from './catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import { writeFloor } from './floor.ts'
import type { Floor } from './floor.ts'
import { daysOfHistory, tellHistory } from './history.ts'
import { receiveMorning } from './morning.ts'
import { chance } from './random.ts'
import type { Chance } from './random.ts'
import { openMarket } from './sales.ts'
import type { Work } from './shift-work.ts'
import { emptyStory, openStory, writeStory } from './story.ts'

/** How people get in. Operators OP-01 to OP-08 have the PINs 1001 to 1008, the manager GE-01 has 2001. */
export const demoLogin = { merchant: 'demo', name: 'Casa Aurora', email: 'dono@demo.local', password: 'retaguarda', firstBadge: 'OP-01', firstPin: '1001' } as const

/** The first of the totes that history leaves alone: what lies on the floor right now is in these. */
const keptTotes = 24

/**
 * Creates the merchant `demo` with a catalogue, a building, people, thirty days of history that end now and a morning's
 * orders. The same day always gives the same demo. @throws 409 merchant_exists
 */
export async function createDemo(app: { pool: Pool }, url: string, now = Date.now()): Promise<Merchant> {
  const merchant = await createMerchant(url, demoLogin.merchant, demoLogin.name)
  try {
    await inMerchant(app.pool, merchant, (tx) => fill(tx, merchant, now))
    await createOwner(app.pool, merchant, { name: 'Aurora Dantas', email: demoLogin.email, password: demoLogin.password })
  } catch (error) {
    // half a demo would look like a shop that lost its goods
    await dropMerchant(url, demoLogin.merchant)
    throw error
  }
  return merchant
}

/** Forgets everything that was tried in the demo and begins again. */
export async function resetDemo(app: { pool: Pool }, url: string): Promise<Merchant> {
  await dropMerchant(url, demoLogin.merchant)
  return createDemo(app, url)
}

async function fill(tx: Tx, merchant: Merchant, now: number): Promise<void> {
  const luck = chance(20_260_731)
  const actor: Actor = { ...system(merchant, 'Integração'), permissions: new Set(Object.keys(permissions) as Permission[]) }
  const catalogue = await writeCatalogue(tx, luck, [dateOf(midnight(now, -120)), dateOf(midnight(now, -18))])
  const floor = await writeFloor(tx, luck, catalogue)
  await createPerson(tx, { name: 'Sônia Carvalhal', roles: ['manager'], badge: 'GE-01', pin: '2001' })
  const short = shortProducts(catalogue)
  const market = openMarket(luck, catalogue, floor.carriers, short)

  let tote = 0
  const work: Work = { story: emptyStory(), luck, floor, busy: new Map(), nextTote: () => floor.totes[tote++ % (floor.totes.length - keptTotes)]! }
  tellHistory(work, market, catalogue, now)
  writeBuyers(work, market, now)
  openStory(work.story, midnight(now, -daysOfHistory) - 300 * minute, 'Inventário inicial', rest(luck, catalogue, floor, short), new Set([1, 2, 3, 4]))
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
  await sql`analyze`.execute(tx)
  await receiveMorning(tx, work, market, catalogue, actor, short, now)
}

/** Best sellers that ran out: the morning's orders wait for them. */
const shortProducts = ({ products }: Catalogue) => new Set(products.filter(({ sku }) => ['CAN-PET', 'SQZ-LAV', 'POT-18-OLI', 'VEL-BOR', 'TBA-GRA'].includes(sku)).map(({ sku }) => sku))

/** What is left on the shelves this morning: some days' sales, more of what sells fast; a reserve holds whole cases. */
function rest(luck: Chance, { products }: Catalogue, { homes }: Floor, short: ReadonlySet<string>) {
  return products
    .filter(({ sku }) => !short.has(sku))
    .flatMap(({ id, pace, family }) =>
      homes.get(id)!.map((place) => ({ product: id, place: place.id, quantity: place.kind === 'reserve' ? (family.box || 6) * luck.between(1, 4) : Math.round((place.kind === 'flow' ? 26 : 12) * (0.5 + pace * 0.5) * (0.5 + luck.next())) })),
    )
}

function writeBuyers({ story }: Work, { buyers }: ReturnType<typeof openMarket>, now: number) {
  const known = new Map<number, { account: number; external: string; hidden: boolean; at: string }>()
  void known
  void now
  for (const [index, { kind, document, name, email, phone }] of buyers.entries())
    story.rows.customer.push({ id: index + 1, kind, document, name, email, phone, created_at: iso(now) })
}
