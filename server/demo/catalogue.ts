import { sql } from 'kysely'
import { gtinDigit } from '../catalog/index.ts'
import { cnpjDigits } from '../customers/index.ts'
import type { Tx } from '../platform/db.ts'
import { colours, families, kits, suppliers } from './assortment.ts'
import type { Colour, Family } from './assortment.ts'
import { drawPicture } from './pictures.ts'
import type { Chance } from './random.ts'
import { writeRows } from './write-rows.ts'

export interface DemoProduct {
  id: number
  sku: string
  name: string
  family: Family
  colour: Colour
  /** Millimetres and grams of one packed unit. */
  mm: [number, number, number]
  g: number
  /** Centavos. */
  price: number
  pace: number
}
export interface DemoKit {
  id: number
  sku: string
  name: string
  price: number
  parts: { product: DemoProduct; quantity: number }[]
}
export interface Catalogue {
  products: DemoProduct[]
  kits: DemoKit[]
}

/** Products with codes, costs and pictures, and the kits. `since`: day of the first costs, YYYY-MM-DD. */
export async function writeCatalogue(tx: Tx, luck: Chance, since: [string, string]): Promise<Catalogue> {
  const catalogue = inventCatalogue(luck)
  const { products } = catalogue
  await writeRows(
    tx,
    'supplier',
    'id bigint, name text, cnpj text, lead_time_days int',
    suppliers.map(({ name, days }, index) => ({ id: index + 1, name, cnpj: inventedCnpj(980 + index), lead_time_days: days })),
  )
  await writeRows(
    tx,
    'product',
    'id bigint, sku text, name text, kind text, category text, weight_g int, length_mm int, width_mm int, height_mm int, supplier_id bigint',
    [
      ...products.map(({ id, sku, name, family, mm, g }) => ({
        id,
        sku,
        name,
        kind: 'simple',
        category: family.category,
        weight_g: g,
        length_mm: mm[0],
        width_mm: mm[1],
        height_mm: mm[2],
        supplier_id: family.from + 1,
      })),
      ...catalogue.kits.map(({ id, sku, name }) => ({ id, sku, name, kind: 'kit', category: 'Kits' })),
    ],
  )
  await writeRows(
    tx,
    'kit_component',
    'kit_id bigint, product_id bigint, quantity int',
    catalogue.kits.flatMap((kit) => kit.parts.map(({ product, quantity }) => ({ kit_id: kit.id, product_id: product.id, quantity }))),
  )
  await writeRows(
    tx,
    'barcode',
    'code text, product_id bigint, units int',
    products.flatMap(({ id, family }) => [
      { code: eanOf(id), product_id: id, units: 1 },
      ...(family.box ? [{ code: dunOf(id), product_id: id, units: family.box }] : []),
    ]),
  )
  await writeRows(
    tx,
    'cost',
    'product_id bigint, supplier_id bigint, since date, unit_cost numeric',
    products.flatMap((product) => costsOf(product, luck, since)),
  )
  await sql`
    insert into product_picture (product_id, content_type, bytes)
    select product, 'image/svg+xml', convert_to(svg, 'UTF8')
    from json_to_recordset(${JSON.stringify([...products.map(({ id, family, colour }) => ({ product: id, svg: drawPicture(family.shape, colours[colour][1]) })), ...catalogue.kits.map((kit) => ({ product: kit.id, svg: drawPicture('kit', colours[kit.parts[0]!.product.colour][1]) }))])}::json) as picture(product bigint, svg text)`.execute(
    tx,
  )
  await sql`insert into product_stock (product_id) select id from product where kind = 'simple' order by id`.execute(tx)
  return catalogue
}

function inventCatalogue(luck: Chance): Catalogue {
  const products: DemoProduct[] = []
  for (const family of families)
    for (const [code, words, factor] of family.sizes ?? [['', '', 1] as const])
      for (const colour of family.colours) {
        const edge = Math.cbrt(factor)
        const [length, width, height] = family.mm.map((mm) => Math.max(5, Math.round((mm * edge) / 5) * 5)) as [number, number, number]
        products.push({
          id: products.length + 1,
          sku: [family.code, code, colour].filter(Boolean).join('-'),
          name: [family.name, words, family.colours.length > 1 || family.sizes ? colours[colour][0] : ''].filter(Boolean).join(' '),
          family,
          colour,
          mm: [length, width, height],
          g: Math.round((family.g * factor) / 5) * 5,
          price: Math.round((family.price * Math.sqrt(factor)) / 1000) * 1000 - 10,
          pace: family.pace * (0.5 + luck.next()),
        })
      }
  const bySku = new Map(products.map((product) => [product.sku, product]))
  return {
    products,
    kits: kits.map(([sku, name, parts], index) => {
      const inside = parts.map(([part, quantity]) => ({ product: bySku.get(part)!, quantity }))
      // a kit costs a tenth less than its parts
      const full = inside.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0)
      return { id: products.length + index + 1, sku, name, price: Math.round((full * 0.9) / 1000) * 1000 - 10, parts: inside }
    }),
  }
}

/** 789 and 790 are GS1 Brasil's; the second half of the range marks ours as inventions of one house. */
export const eanOf = (product: number) => withDigit(`${product % 3 ? '789' : '790'}9999${String(10_000 + product * 7).padStart(5, '0')}`)
export const dunOf = (product: number) => withDigit(`1${eanOf(product).slice(0, 12)}`)
const withDigit = (digits: string) => digits + gtinDigit(digits)

/** Roots that the registry has not reached, so that no real company is named. */
export const inventedCnpj = (number: number) => {
  const root = `99${String(number).padStart(6, '0')}0001`
  return root + cnpjDigits(root)
}

/** What the factory makes costs less; a third of the products rose in price meanwhile. */
function costsOf({ id, price, family }: DemoProduct, luck: Chance, [since, later]: [string, string]) {
  const first = (price / 100) * (family.from === 0 ? 0.27 : 0.36 + luck.next() * 0.12)
  const cost = { product_id: id, supplier_id: family.from + 1 }
  return [
    { ...cost, since, unit_cost: first.toFixed(4) },
    ...(luck.once(0.33) ? [{ ...cost, since: later, unit_cost: (first * (1.02 + luck.next() * 0.07)).toFixed(4) }] : []),
  ]
}
