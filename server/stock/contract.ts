import { z } from 'zod'
import { endpoint, filled, id, instant, page, paging, words } from '../platform/endpoint.ts'

/** Where units can be. The outside ones are the world: they have no level. */
export const placeKinds = {
  pick: 'Separação',
  flow: 'Flow rack',
  reserve: 'Reserva',
  receiving: 'Recebimento',
  tote: 'Cesto',
  staging: 'Expedição',
  quarantine: 'Quarentena',
  supplier: 'Fornecedor',
  customer: 'Cliente',
  loss: 'Perda',
  found: 'Sobra',
} as const
export const moveReasons = {
  receive: 'Recebimento',
  put_away: 'Armazenagem',
  transfer: 'Transferência',
  pick: 'Separação',
  put_back: 'Volta à prateleira',
  pack: 'Embalagem',
  unpack: 'Caixa aberta',
  dispatch: 'Expedição',
  return: 'Devolução',
  adjust: 'Ajuste',
  count: 'Contagem',
  damage: 'Avaria',
  opening: 'Saldo inicial',
} as const
const kind = z.enum(
  ['pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine', 'supplier', 'customer', 'loss', 'found'],
  'Tipo de endereço desconhecido',
)
/** Kinds that a merchant may make; the world outside exists once. */
const ownKind = z.enum(
  ['pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine'],
  'Escolha separação, flow rack, reserva, recebimento, cesto, expedição ou quarentena',
)
const reason = z.enum(['receive', 'put_away', 'transfer', 'pick', 'put_back', 'pack', 'unpack', 'dispatch', 'return', 'adjust', 'count', 'damage', 'opening'])
const placeCode = z
  .string('Informe o endereço')
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9._-]{1,30}$/, 'O endereço tem até 30 letras, números, ponto, hífen ou sublinhado')
const code = filled(60)
const units = z
  .number('Informe a quantidade')
  .int('A quantidade é um número inteiro')
  .min(1, 'A quantidade é no mínimo 1')
  .max(1_000_000, 'A quantidade passa de 1 milhão')
const counted = z
  .number('Informe quanto há')
  .int('A quantidade é um número inteiro')
  .min(0, 'A quantidade não pode ser negativa')
  .max(1_000_000, 'A quantidade passa de 1 milhão')
/** The device's own name for one act: sent again after a lost answer, it counts once. */
const key = z.string('Informe a chave da leitura').regex(/^[\x21-\x7e]{8,100}$/, 'A chave tem de 8 a 100 caracteres, sem espaço')
const why = filled(300)
const coordinate = z.number().int('Informe um número inteiro').min(0, 'Não pode ser negativo').max(100_000, 'Número grande demais').nullable()
const flag = z.enum(['true', 'false'], 'Use true ou false').transform((text) => text === 'true')
const receipt = z.object({ receipt: id })
const article = { product: z.number(), sku: z.string(), name: z.string() }

export const placeRow = z.object({
  id: z.number(),
  code: z.string(),
  kind,
  aisle: z.number().nullable(),
  bay: z.number().nullable(),
  level: z.number().nullable(),
  /** Order of the walk. */
  sequence: z.number(),
  capacity_units: z.number().nullable(),
  active: z.boolean(),
  units: z.number(),
  allocated: z.number(),
  products: z.number(),
})
export type PlaceRow = z.output<typeof placeRow>
/** `zone`: how the code begins. The world outside is left out unless `kind` asks for it. */
export const placeFilters = {
  code: placeCode.optional(),
  q: words(30).optional(),
  zone: words(30).optional(),
  kind: kind.optional(),
  aisle: z.coerce.number().int().min(0).max(100_000).optional(),
  bay: z.coerce.number().int().min(0).max(100_000).optional(),
  empty: flag.optional(),
  active: flag.optional(),
}
export const listPlaces = endpoint('listPlaces', {
  method: 'GET',
  path: '/places',
  permission: 'stock.read',
  summary: 'Listar endereços na ordem da caminhada',
  query: z.object({ ...placeFilters, ...paging }),
  answer: page(placeRow),
})
export const placeLabels = endpoint('placeLabels', {
  method: 'GET',
  path: '/places/labels',
  permission: 'stock.read',
  summary: 'Etiquetas dos endereços do filtro para colar nas prateleiras, em PDF A4',
  query: z.object(placeFilters),
  file: 'application/pdf',
})
export const placePlan = endpoint('placePlan', {
  method: 'GET',
  path: '/places/plan',
  permission: 'stock.read',
  summary: 'A planta do galpão: cada posição de cada corredor, com o que há nela',
  /** One row a bay of an aisle. `units` of `capacity` (null: unknown for one of its places); places without coordinates are left out. */
  answer: z.object({
    rows: z.array(
      z.object({
        kind,
        aisle: z.number(),
        bay: z.number(),
        zone: z.string(),
        places: z.number(),
        used: z.number(),
        units: z.number(),
        capacity: z.number().nullable(),
      }),
    ),
  }),
})
export const readPlace = endpoint('readPlace', {
  method: 'GET',
  path: '/places/:code',
  permission: 'stock.read',
  summary: 'O que há num endereço',
  params: z.object({ code: placeCode }),
  answer: placeRow.extend({ content: z.array(z.object({ ...article, quantity: z.number(), allocated: z.number() })) }),
})
export const savePlaceEndpoint = endpoint('savePlace', {
  method: 'PUT',
  path: '/places/:code',
  permission: 'stock.adjust',
  summary: 'Criar ou alterar um endereço; o que não for enviado fica como está',
  params: z.object({ code: placeCode }),
  body: z.object({
    kind: ownKind.optional(),
    aisle: coordinate.optional(),
    bay: coordinate.optional(),
    level: coordinate.optional(),
    sequence: z.number().int().min(-1_000_000).max(100_000_000).optional(),
    capacity_units: z.number().int().min(1, 'A capacidade é no mínimo 1').max(10_000_000).nullable().optional(),
    active: z.boolean('Informe true ou false').optional(),
  }),
  answer: z.object({ id: z.number() }),
})
export const createPlacesEndpoint = endpoint('createPlaces', {
  method: 'POST',
  path: '/places',
  permission: 'stock.adjust',
  summary: 'Criar muitos endereços por um molde, por exemplo A{01..06}-{01..20}-{1..4}, numerados em serpentina',
  body: z.object({
    pattern: z.string('Informe o molde').trim().toUpperCase().min(1, 'Informe o molde').max(100, 'No máximo 100 letras'),
    kind: ownKind.default('pick'),
    capacity_units: z.number().int().min(1).max(10_000_000).nullable().default(null),
    /** Only says what would be made. */
    preview: z.boolean().default(false),
  }),
  /** `known`: codes that existed already and stay as they are. `codes`: the first of the walk, up to 20. */
  answer: z.object({ created: z.number(), known: z.number(), codes: z.array(z.string()) }),
})

export const levelRow = z.object({ ...article, place: z.number(), code: z.string(), kind, quantity: z.number(), allocated: z.number() })
export const listLevels = endpoint('listLevels', {
  method: 'GET',
  path: '/stock',
  permission: 'stock.read',
  summary: 'O que há em cada endereço',
  query: z.object({ q: words(100).optional(), product: id.optional(), place: placeCode.optional(), kind: kind.optional(), ...paging }),
  answer: page(levelRow),
})
export const moveRow = z.object({
  id: z.number(),
  at: z.string(),
  ...article,
  from: z.string(),
  to: z.string(),
  quantity: z.number(),
  reason,
  ref_kind: z.string().nullable(),
  ref: z.number().nullable(),
  note: z.string().nullable(),
  who: z.string().nullable(),
  station: z.string().nullable(),
})
export const listMoves = endpoint('listMoves', {
  method: 'GET',
  path: '/stock/moves',
  permission: 'stock.read',
  summary: 'O diário das movimentações, a mais nova primeiro',
  query: z.object({
    product: id.optional(),
    place: placeCode.optional(),
    reason: reason.optional(),
    ref_kind: words(30).optional(),
    ref: id.optional(),
    from: instant.optional(),
    to: instant.optional(),
    ...paging,
  }),
  answer: page(moveRow),
})
export const stockAtEndpoint = endpoint('stockAt', {
  method: 'GET',
  path: '/stock/at',
  permission: 'stock.read',
  summary: 'O que havia em cada endereço num instante do passado',
  query: z.object({ at: instant, product: id.optional(), ...paging }),
  answer: page(z.object({ ...article, place: z.number(), code: z.string(), kind, quantity: z.number() })),
})

export const receiptRow = z.object({
  id: z.number(),
  supplier: z.string().nullable(),
  reference: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  opened_at: z.string(),
  opened_by: z.string().nullable(),
  closed_at: z.string().nullable(),
  expected: z.number().nullable(),
  counted: z.number(),
  put_away: z.number(),
})
const receiptLine = z.object({
  ...article,
  expected: z.number().nullable(),
  counted: z.number(),
  put_away: z.number(),
  /** counted − expected; null when nothing was said. */
  difference: z.number().nullable(),
})
export const openReceiptEndpoint = endpoint('openReceipt', {
  method: 'POST',
  path: '/receipts',
  permission: 'stock.move',
  summary: 'Abrir um recebimento',
  body: z.object({
    supplier: z.number().int().positive().nullable().default(null),
    reference: words(100).nullable().default(null),
    /** `code`: EAN, DUN (worth its N units), house code or SKU. */
    lines: z
      .array(z.object({ code, quantity: units }))
      .max(1000, 'No máximo 1.000 itens')
      .default([]),
  }),
  answer: z.object({ receipt: z.number() }),
})
export const listReceipts = endpoint('listReceipts', {
  method: 'GET',
  path: '/receipts',
  permission: 'stock.read',
  summary: 'Recebimentos, o mais novo primeiro',
  query: z.object({ state: z.enum(['open', 'closed']).optional(), ...paging }),
  answer: page(receiptRow),
})
export const readReceipt = endpoint('readReceipt', {
  method: 'GET',
  path: '/receipts/:receipt',
  permission: 'stock.read',
  summary: 'Um recebimento com seus itens',
  params: receipt,
  /** `suggested`: where each product would go. */
  answer: receiptRow.extend({ lines: z.array(receiptLine.extend({ suggested: z.string().nullable() })) }),
})
export const countReceiptEndpoint = endpoint('countReceipt', {
  method: 'POST',
  path: '/receipts/:receipt/count',
  permission: 'stock.move',
  summary: 'Contar uma leitura; o código de uma caixa conta suas N unidades; quantidade negativa desfaz',
  params: receipt,
  body: z.object({
    code,
    quantity: z
      .number('Informe a quantidade')
      .int('A quantidade é um número inteiro')
      .min(-100_000)
      .max(100_000, 'A quantidade passa de 100 mil')
      .refine((value) => value !== 0, 'A quantidade não pode ser zero')
      .default(1),
    key,
  }),
  answer: z.object({
    ...article,
    units: z.number(),
    expected: z.number().nullable(),
    counted: z.number(),
    put_away: z.number(),
    suggested: z.string().nullable(),
  }),
})
export const putAwayEndpoint = endpoint('putAway', {
  method: 'POST',
  path: '/receipts/:receipt/put-away',
  permission: 'stock.move',
  summary: 'Guardar o que foi contado num endereço',
  params: receipt,
  /** `quantity` in units. */
  body: z.object({ code, place: placeCode, quantity: units, key: key.optional() }),
  /** `left`: counted and not yet put away. `over_capacity`: units beyond what the place holds; it is done all the same. */
  answer: z.object({ ...article, place: z.string(), left: z.number(), over_capacity: z.number() }),
})
export const closeReceiptEndpoint = endpoint('closeReceipt', {
  method: 'POST',
  path: '/receipts/:receipt/close',
  permission: 'stock.move',
  summary: 'Encerrar a contagem e listar as diferenças; o que falta guardar ainda pode ser guardado',
  params: receipt,
  answer: z.object({ differences: z.array(receiptLine), to_put_away: z.number() }),
})

const moved = z.object({ ...article, moved: z.number() })
export const transferEndpoint = endpoint('transfer', {
  method: 'POST',
  path: '/stock/transfer',
  permission: 'stock.move',
  summary: 'Mudar unidades de um endereço de venda para outro',
  body: z.object({ code, from: placeCode, to: placeCode, quantity: units, key: key.optional() }),
  answer: moved.extend({ over_capacity: z.number() }),
})
export const adjustEndpoint = endpoint('adjust', {
  method: 'POST',
  path: '/stock/adjust',
  permission: 'stock.adjust',
  summary: 'Acertar quanto há de um produto num endereço: a quantidade contada, ou mais ou menos unidades',
  body: z
    .object({
      code,
      place: placeCode,
      quantity: counted.optional(),
      delta: z.number().int('A quantidade é um número inteiro').min(-1_000_000).max(1_000_000).optional(),
      reason: why,
      key: key.optional(),
    })
    .refine((sent) => (sent.quantity === undefined) !== (sent.delta === undefined), {
      path: ['quantity'],
      message: 'Informe a quantidade contada ou a diferença, uma das duas',
    }),
  /** `overpromised`: units that orders had reserved and that no longer exist. */
  answer: z.object({ ...article, was: z.number(), quantity: z.number(), overpromised: z.number() }),
})
export const quarantineEndpoint = endpoint('quarantine', {
  method: 'POST',
  path: '/stock/quarantine',
  permission: 'stock.move',
  summary: 'Tirar unidades da venda, com motivo',
  body: z.object({ code, from: placeCode, quantity: units, reason: why, to: placeCode.default('QUARENTENA'), key: key.optional() }),
  answer: moved,
})
export const releaseQuarantineEndpoint = endpoint('releaseQuarantine', {
  method: 'POST',
  path: '/stock/quarantine/release',
  permission: 'stock.adjust',
  summary: 'Devolver unidades da quarentena à venda, ou dá-las como perda (PERDA)',
  body: z.object({ code, from: placeCode.default('QUARENTENA'), to: placeCode, quantity: units, reason: why, key: key.optional() }),
  answer: moved,
})

export const listCountRequests = endpoint('listCountRequests', {
  method: 'GET',
  path: '/count-requests',
  permission: 'stock.read',
  summary: 'Endereços que alguém precisa contar, na ordem da caminhada',
  query: z.object({ done: flag.optional() }),
  answer: z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        ...article,
        place: z.string(),
        quantity: z.number(),
        allocated: z.number(),
        reason: z.string(),
        requested_at: z.string(),
        requested_by: z.string().nullable(),
        counted_at: z.string().nullable(),
        counted_by: z.string().nullable(),
        counted: z.number().nullable(),
      }),
    ),
  }),
})
export const requestCountEndpoint = endpoint('requestCount', {
  method: 'POST',
  path: '/count-requests',
  permission: 'stock.move',
  summary: 'Pedir a contagem de um produto num endereço',
  body: z.object({ code, place: placeCode, reason: why }),
  answer: z.object({ request: z.number() }),
})
export const countPlaceEndpoint = endpoint('countPlace', {
  method: 'POST',
  path: '/count-requests/:request',
  permission: 'stock.move',
  summary: 'Contar um endereço em dúvida: o estoque passa a ser o contado',
  params: z.object({ request: id }),
  body: z.object({ counted }),
  answer: z.object({ was: z.number(), counted: z.number(), overpromised: z.number() }),
})

/** What this module refuses, in words; `{name}` is a fact of the refusal. */
export const refusals = {
  no_such_code: 'Nenhum produto tem o código {code}',
  no_such_place: 'Não há endereço ativo com o código {place}',
  no_such_receipt: 'Recebimento não encontrado',
  no_such_supplier: 'Fornecedor não encontrado',
  no_such_count_request: 'Pedido de contagem não encontrado',
  kit_has_no_stock: '{sku} é um kit: movimente os componentes',
  not_enough_stock: 'Não há essa quantidade neste endereço',
  stock_is_promised: 'Há unidades prometidas a pedidos em separação neste endereço: só {free} estão livres',
  units_are_promised: 'Estas unidades estão prometidas a uma separação',
  wrong_place_kind: 'O endereço {place} é de {kind}: não serve para isto',
  same_place: 'A origem e o destino são o mesmo endereço',
  place_not_empty: 'O endereço {place} tem {units} unidades: esvazie antes',
  place_of_the_world: 'O endereço {place} é fixo: não se altera',
  receipt_closed: 'Este recebimento já foi encerrado',
  more_than_counted: 'Só {left} unidades foram contadas e ainda não guardadas',
  scan_key_reused: 'Esta chave de leitura já foi usada com outro conteúdo',
  already_counted: 'Esta contagem já foi feita',
} as const
