import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import { createPerson } from '../people/index.ts'
import type { personRoles } from '../people/index.ts'
import type { Catalogue, DemoProduct } from './catalogue.ts'
import { inventedCnpj } from './catalogue.ts'
import { cnpjDigits } from '../customers/index.ts'
import type { Chance } from './random.ts'
import { writeRows } from './write-rows.ts'

export interface Place {
  id: number
  code: string
  kind: string
  sequence: number
}
export interface Operator {
  id: number
  name: string
  shift: 1 | 2
  does: 'pick' | 'pack' | 'dispatch'
  /** 1 is ordinary; more is slower. */
  pace: number
  station: number
}
export interface Carrier {
  id: number
  code: string
  /** By weekday, 0 is Sunday: minutes after midnight, local time. */
  leaves: Partial<Record<number, number>>
}
export interface Floor {
  places: Place[]
  totes: Place[]
  /** Where each product lies, first the shelf that is picked first. */
  homes: Map<number, Place[]>
  operators: Operator[]
  carriers: Carrier[]
  cartons: { id: number; code: string; mm: [number, number, number]; g: number; max: number }[]
}

/** The shop pays by the Normal regime, the factory by Simples. Neither exists; their numbers have right check digits. */
export const companies = [
  {
    cnpj: inventedCnpj(471),
    legal_name: 'Casa Aurora Comércio de Utilidades Ltda',
    trade_name: 'Casa Aurora',
    state_registration: '0620000470065',
    address: { street: 'Avenida das Indústrias', number: '1450', district: 'Cinco', city: 'Contagem', state: 'MG', cep: '32010000' },
    crt: 3,
    ibge: '3118601',
    phone: '3133330471',
    email: 'fiscal@casa-aurora.example.com',
  },
  {
    cnpj: `AU7R0RA2${'0001'}${cnpjDigits('AU7R0RA20001')}`,
    legal_name: 'Aurora Indústria de Utilidades Ltda',
    trade_name: 'Fábrica Aurora',
    state_registration: '250000474',
    address: { street: 'Rua dos Tecelões', number: '880', district: 'Zona Industrial Norte', city: 'Joinville', state: 'SC', cep: '89219500' },
    crt: 1,
    ibge: '4209102',
    phone: '4734330471',
    email: 'fiscal@casa-aurora.example.com',
  },
] as const

/** `intermediary`: CNPJ of the marketplace itself, and the shop's name there (invented). The own site and the telephone have none. */
export const channels = [
  { id: 1, code: 'mercado-livre', name: 'Mercado Livre', kind: 'mercado_livre', company: 1, share: 45, intermediary: ['03007331000141', 'CASAAURORA'] },
  { id: 2, code: 'shopee', name: 'Shopee', kind: 'shopee', company: 1, share: 27, intermediary: ['35635824000112', 'casaaurora.oficial'] },
  { id: 3, code: 'loja', name: 'Loja Casa Aurora (Nuvemshop)', kind: 'nuvemshop', company: 1, share: 21, intermediary: null },
  { id: 4, code: 'atacado', name: 'Atacado e telefone', kind: 'manual', company: 2, share: 7, intermediary: null },
] as const

const carriers: (Carrier & { name: string })[] = [
  { id: 1, code: 'EXPRESSO-MG', name: 'Expresso Mantiqueira', leaves: { 1: 930, 2: 930, 3: 930, 4: 930, 5: 930, 6: 690 } },
  { id: 2, code: 'COLETA-ML', name: 'Coleta Mercado Envios', leaves: { 0: 660, 1: 1020, 2: 1020, 3: 1020, 4: 1020, 5: 1020, 6: 720 } },
  { id: 3, code: 'RAPIDA-SUL', name: 'Rápida Sul Encomendas', leaves: { 1: 1110, 2: 1110, 3: 1110, 4: 1110, 5: 1110, 6: 780 } },
]

/** Badge and PIN go together: OP-01 has 1001, OP-02 has 1002. */
const people: readonly (readonly [string, 1 | 2, Operator['does'], number, readonly (typeof personRoles)[number][]])[] = [
  ['Rosângela Prado', 1, 'pick', 0.92, ['picker']],
  ['Wesley Antunes', 1, 'pick', 1.08, ['picker', 'packer']],
  ['Ivone Sampaio', 1, 'pack', 0.95, ['packer']],
  ['Jonas Meireles', 1, 'dispatch', 1, ['dispatcher', 'packer', 'picker']],
  ['Kelly Bittencourt', 2, 'pick', 0.98, ['picker']],
  ['Edson Vilela', 2, 'pick', 1.15, ['picker']],
  ['Marlene Couto', 2, 'pack', 1.04, ['packer', 'picker']],
  ['Davi Passos', 2, 'dispatch', 1, ['dispatcher', 'packer']],
]
/** Names, kinds and printers of the stations; people of both shifts share them. */
const stations = ['Carrinho 1', 'Carrinho 2', 'Carrinho 3', 'Bancada 1', 'Bancada 2', 'Bancada 3', 'Doca 1', 'Recebimento 1'] as const
const kindOf = (name: string) => (name.startsWith('Carrinho') ? 'pick' : name.startsWith('Bancada') ? 'pack' : name.startsWith('Doca') ? 'dispatch' : 'receive')
const stationsOf = { pick: [1, 2], pack: [4], dispatch: [7] } as const

// oxfmt-ignore
const cartons: readonly (readonly [string, string, number, number, number, number, number])[] = [
  ['CX-01', 'Caixa 01 mini', 160, 120, 60, 60, 2000], ['CX-02', 'Caixa 02 pequena', 200, 160, 120, 95, 4000], ['CX-03', 'Caixa 03 chata', 340, 260, 80, 150, 5000],
  ['CX-04', 'Caixa 04 cubo', 240, 240, 240, 210, 8000], ['CX-05', 'Caixa 05 alta', 300, 220, 320, 280, 10000], ['CX-06', 'Caixa 06 média', 440, 320, 200, 360, 15000],
  ['CX-07', 'Caixa 07 larga', 560, 480, 160, 520, 18000], ['CX-08', 'Caixa 08 grande', 600, 500, 400, 780, 25000], ['CX-09', 'Caixa 09 gigante', 1120, 600, 620, 1450, 30000],
]

/** Companies, people, stations, the building and where everything lies in it. */
export async function writeFloor(tx: Tx, luck: Chance, catalogue: Catalogue): Promise<Floor> {
  await writeRows(
    tx,
    'company',
    'id bigint, cnpj text, legal_name text, trade_name text, state_registration text, address jsonb, crt int, ibge text, phone text, email text',
    companies.map((company, index) => ({ id: index + 1, ...company })),
  )
  await writeRows(tx, 'warehouse', 'id bigint, name text, company_id bigint', [{ id: 1, name: 'Galpão Contagem', company_id: 1 }])
  await writeRows(tx, 'shift', 'id bigint, name text, starts_at time, ends_at time', [
    { id: 1, name: 'Manhã', starts_at: '06:00', ends_at: '14:00' },
    { id: 2, name: 'Tarde', starts_at: '13:30', ends_at: '21:30' },
  ])
  await writeRows(tx, 'printer', 'id bigint, name text, kind text, language text', [
    { id: 1, name: 'Etiquetas da bancada (navegador)', kind: 'browser', language: 'pdf' },
  ])
  await writeRows(
    tx,
    'station',
    'id bigint, name text, kind text, printer_id bigint',
    stations.map((name, index) => ({ id: index + 1, name, kind: kindOf(name), printer_id: kindOf(name) === 'pack' ? 1 : null })),
  )
  await writeRows(
    tx,
    'cart',
    'id bigint, code text, slots int',
    Array.from({ length: 8 }, (_, index) => ({ id: index + 1, code: `C-0${index + 1}`, slots: 12 })),
  )
  await writeRows(
    tx,
    'carton',
    'id bigint, code text, name text, length_mm int, width_mm int, height_mm int, weight_g int, max_weight_g int',
    cartons.map(([code, name, length_mm, width_mm, height_mm, weight_g, max_weight_g], index) => ({
      id: index + 1,
      code,
      name,
      length_mm,
      width_mm,
      height_mm,
      weight_g,
      max_weight_g,
    })),
  )
  await writeRows(
    tx,
    'carrier',
    'id bigint, code text, name text, cnpj text',
    carriers.map(({ id, code, name }) => ({ id, code, name, cnpj: inventedCnpj(600 + id) })),
  )
  await writeRows(
    tx,
    'carrier_cut_off',
    'carrier_id bigint, weekday int, cut_off time',
    carriers.flatMap(({ id, leaves }) =>
      Object.entries(leaves).map(([weekday, minutes]) => ({
        carrier_id: id,
        weekday: Number(weekday),
        cut_off: `${Math.floor(minutes! / 60)}:${String(minutes! % 60).padStart(2, '0')}`,
      })),
    ),
  )
  await writeRows(
    tx,
    'channel_account',
    'id bigint, code text, name text, kind text, company_id bigint, intermediary_cnpj text, intermediary_seller text',
    channels.map(({ id, code, name, kind, company, intermediary }) => ({
      id,
      code,
      name,
      kind,
      company_id: company,
      intermediary_cnpj: intermediary?.[0],
      intermediary_seller: intermediary?.[1],
    })),
  )
  await sql`insert into setting (name, value) values ('default_carrier', '"EXPRESSO-MG"') on conflict (name) do update set value = excluded.value`.execute(tx)

  const operators: Operator[] = []
  for (const [index, [name, shift, does, pace, roles]] of people.entries()) {
    const id = await createPerson(tx, { name, roles, badge: `OP-0${index + 1}`, pin: String(1001 + index), shift })
    const nth = operators.filter((other) => other.shift === shift && other.does === does).length
    operators.push({ id, name, shift, does, pace, station: stationsOf[does][nth] ?? stationsOf[does][0] })
  }
  const { places, totes } = await writePlaces(tx)
  return {
    places,
    totes,
    homes: assignHomes(places, catalogue.products, luck),
    operators,
    carriers,
    cartons: cartons.map(([code, , length, width, height, g, max], index) => ({ id: index + 1, code, mm: [length, width, height], g, max })),
  }
}

/** Aisles A01 to A12, flow racks F01 and F02, reserve R01 to R04; the walk goes up the odd aisles and down the even ones. */
async function writePlaces(tx: Tx): Promise<{ places: Place[]; totes: Place[] }> {
  const rows: (Place & { aisle: number | null; bay: number | null; level: number | null; capacity_units: number | null; warehouse_id: number })[] = []
  let id = 100
  const block = (letter: string, kind: string, aisles: number, bays: number, levels: number, first: number, capacity: number) => {
    for (let aisle = 1; aisle <= aisles; aisle++)
      for (let bay = 1; bay <= bays; bay++)
        for (let level = 1; level <= levels; level++) {
          const walked = first + aisle
          const along = walked % 2 ? bay : bays + 1 - bay
          rows.push({
            id: id++,
            code: `${letter}${two(aisle)}-${two(bay)}-${level}`,
            kind,
            aisle: walked,
            bay,
            level,
            sequence: walked * 1000 + along * 10 + level,
            capacity_units: capacity,
            warehouse_id: 1,
          })
        }
  }
  block('A', 'pick', 12, 12, 4, 0, 60)
  block('F', 'flow', 2, 12, 2, 12, 120)
  block('R', 'reserve', 4, 12, 3, 14, 400)
  const totes = Array.from({ length: 120 }, (_, index) => ({
    id: id + index,
    code: `T-${String(index + 1).padStart(3, '0')}`,
    kind: 'tote',
    aisle: null,
    bay: null,
    level: null,
    sequence: 0,
    capacity_units: null,
    warehouse_id: 1,
  }))
  await writeRows(tx, 'place', 'id bigint, code text, kind text, aisle int, bay int, level int, sequence int, capacity_units int, warehouse_id bigint', [
    ...rows,
    ...totes,
  ])
  return { places: rows, totes }
}

const two = (number: number) => String(number).padStart(2, '0')

/** What sells fastest lies in the flow racks and the first aisles; every product has a shelf, most a second one, fast ones a reserve. */
function assignHomes(places: Place[], products: DemoProduct[], luck: Chance): Map<number, Place[]> {
  const flow = places.filter(({ kind }) => kind === 'flow')
  const reserve = places.filter(({ kind }) => kind === 'reserve')
  // the near aisles are filled first, and within them in no order, as real shelves are
  const shelves = places
    .filter(({ kind }) => kind === 'pick')
    .map((place) => ({ place, rank: place.sequence + luck.next() * 4000 }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ place }) => place)
  const homes = new Map<number, Place[]>()
  for (const product of products.toSorted((one, other) => other.pace - one.pace)) {
    const bulky = product.mm[0] * product.mm[1] * product.mm[2] > 25_000_000
    const mine = [
      ...(flow.length && !bulky ? flow.splice(0, 1) : []),
      ...shelves.splice(0, luck.once(0.6) ? 2 : 1),
      ...(reserve.length && product.pace > 0.9 ? reserve.splice(0, 1) : []),
    ]
    homes.set(product.id, mine)
  }
  return homes
}
