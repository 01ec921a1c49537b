import { z } from 'zod'
import { day, endpoint, id, page, paging, words } from '../platform/endpoint.ts'

/** The phases of a shipment in the order of its way, as screens name them. The database's phase_of() gives the keys. */
export const phases = {
  waiting_release: 'Aguardando liberação',
  waiting_picker: 'Aguardando separador',
  picking: 'Separando',
  waiting_bench: 'Aguardando bancada',
  packing: 'Conferindo e embalando',
  waiting_truck: 'Aguardando coleta',
  on_road: 'Na estrada',
} as const
export type Phase = keyof typeof phases
const phase = z.enum(Object.keys(phases) as [Phase, ...Phase[]], 'Fase desconhecida')

/** Every number that opens rows of its own. */
export const metrics = {
  late_dispatch: 'Prazo de postagem vencido e ainda na casa',
  late_delivery: 'Dia prometido passou e não chegou',
  forecast: 'Vai perder o prazo se o ritmo não mudar',
  due_today: 'A expedir até o fim do dia',
  received: 'Pedidos recebidos',
  picked: 'Pedidos separados',
  checked: 'Pedidos conferidos',
  packed: 'Pedidos embalados',
  dispatched: 'Pedidos expedidos',
  queue: 'Envios na fase agora',
  phase_time: 'Envios que saíram da fase',
  measured: 'Pedidos contados no pedido perfeito',
  perfect: 'Pedidos perfeitos',
  not_on_time: 'Fora do prazo',
  not_complete: 'Incompletos por falta',
  not_right: 'Item ou endereço errado',
  not_undamaged: 'Avariados',
  first_checked: 'Envios etiquetados pela primeira vez',
  first_check_errors: 'Envios com erro achado na conferência',
  put_back_overdue: 'Devoluções à prateleira paradas há mais de 24 horas',
  count_overdue: 'Contagens pedidas há mais de 24 horas',
} as const
export type Metric = keyof typeof metrics

const rowFilters = {
  metric: z.enum(Object.keys(metrics) as [Metric, ...Metric[]], 'Indicador desconhecido'),
  /** Days of the merchant, both included; default: the last seven. */
  from: day.optional(),
  to: day.optional(),
  phase: phase.optional(),
  /** forecast only: by pace of work, or by missing stock. */
  cause: z.enum(['rate', 'stock']).optional(),
  /** `code`; `none` for shipments without one. */
  carrier: words(20).optional(),
  /** `person.id`; 0: done without an operator (system, API). */
  person: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** `shift.id`; 0: outside every shift. */
  shift: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
}
export type RowFilters = { [Name in keyof typeof rowFilters]?: z.output<(typeof rowFilters)[Name]> }

/** What opens the rows behind a number: the name of a contract endpoint and its query. */
const opens = z.object({ endpoint: z.enum(['listOrders', 'insightRows']), query: z.record(z.string(), z.union([z.string(), z.number()])) })
export type Opens = z.output<typeof opens>
const figure = z.object({ value: z.number(), rows: opens })
export type Figure = z.output<typeof figure>

const rate = z.object({
  step: z.enum(['pick', 'pack']),
  /** Shipments an hour; null: unknown. */
  per_hour: z.number().nullable(),
  source: z.enum(['last_hour', 'same_hours']).nullable(),
})

export const home = z.object({
  at: z.string(),
  late: z.object({
    /** Dispatch deadline missed, still here. */
    dispatch: figure,
    /** Promised day missed, not arrived. */
    delivery: figure,
    forecast: z.object({
      by_rate: figure,
      by_stock: figure,
      rates: z.array(rate),
      /** Shipments that wait for work whose pace is not known: they are in no forecast. */
      unknown: z.number(),
      formula: z.string(),
    }),
  }),
  profit: z.object({
    /** Contribution margin of each 100 of net revenue: the last 7 days with sales, the 28 before; by day. Null: nothing known. */
    margin: z.object({ now: z.number().nullable(), before: z.number().nullable(), trend: z.array(z.number().nullable()) }),
    /** Listings that lost money in the last 30 days, and centavos lost. */
    negative: z.object({ listings: z.number(), lost: z.number() }),
    /** Charged beyond the agreement and not given back; centavos. */
    recover: z.object({ claims: z.number(), centavos: z.number(), deadline: z.string().nullable() }),
    /** Lines that nobody told apart yet: of channels' files, of banks. */
    unmatched: z.object({
      lines: z.object({ count: z.number(), oldest_days: z.number().nullable() }),
      bank: z.object({ count: z.number(), oldest_days: z.number().nullable() }),
    }),
  }),
  not_executed: z.object({ put_backs: figure, counts: figure }),
  today: z.object({
    day: z.string(),
    received: figure,
    dispatched: figure,
    due: figure,
    carriers: z.array(
      z.object({
        carrier: z.string().nullable(),
        name: z.string(),
        /** Today's truck; null: none today. May be past. */
        cut_off: z.string().nullable(),
        /** Until that truck leaves; negative when it left; null: none today. */
        seconds_left: z.number().nullable(),
        /** Orders to hand over until the end of the day. */
        due: figure,
        ready: z.number(),
        on_floor: z.number(),
        waiting: z.number(),
        dispatched: figure,
        /** When the last one that is due is labelled, at the current pace; null: nothing due or pace unknown. */
        finishes_at: z.string().nullable(),
      }),
    ),
  }),
})
export type Home = z.output<typeof home>
export const homeEndpoint = endpoint('insightHome', {
  method: 'GET',
  path: '/insight/home',
  permission: 'insight.read',
  summary: 'Os alarmes e o dia de hoje',
  answer: home,
})

const period = { from: day.optional(), to: day.optional() }
const share = z.object({ orders: figure, percent: z.number().nullable() })
export const operation = z.object({
  at: z.string(),
  from: z.string(),
  to: z.string(),
  perfect: z.object({
    definition: z.string(),
    /** Of 100, one decimal; null: no order was due. */
    percent: z.number().nullable(),
    measured: figure,
    perfect: figure,
    /** Orders that failed each test; an order may fail several. Percent is of those that passed. */
    on_time: share,
    complete: share,
    right: share,
    undamaged: share,
    without_promise: z.number(),
  }),
  first_pass: z.object({
    definition: z.string(),
    percent: z.number().nullable(),
    checked: figure,
    with_error: figure,
    reasons: z.array(z.object({ reason: z.string(), title: z.string(), errors: z.number() })),
  }),
  /** Minutes of the shipments that left the phase in the period. */
  phases: z.array(z.object({ phase, title: z.string(), shipments: figure, median: z.number().nullable(), p90: z.number().nullable() })),
  days: z.array(z.object({ day: z.string(), picked: figure, dispatched: figure })),
  operators: z.array(
    z.object({
      person: z.number().nullable(),
      name: z.string(),
      shift: z.object({ id: z.number(), name: z.string() }).nullable(),
      picked: figure,
      units: z.number(),
      checked: figure,
      packed: figure,
      dispatched: figure,
      /** Presence. */
      hours: z.number(),
      /** Orders picked, packed and dispatched for each hour of presence; null without presence. */
      per_hour: z.number().nullable(),
    }),
  ),
  queue: z.array(
    z.object({ phase, title: z.string(), shipments: figure, oldest: z.string().nullable(), oldest_minutes: z.number().nullable(), without_stock: z.number() }),
  ),
})
export type Operation = z.output<typeof operation>
export const operationEndpoint = endpoint('insightOperation', {
  method: 'GET',
  path: '/insight/operation',
  permission: 'insight.read',
  summary: 'Pedido perfeito, tempos, produção e filas de um período',
  query: z.object(period),
  answer: operation,
})
export const operationCsvEndpoint = endpoint('insightOperationCsv', {
  method: 'GET',
  path: '/insight/operation.csv',
  permission: 'insight.read',
  summary: 'Os mesmos números do período como planilha CSV',
  query: z.object(period),
  file: 'text/csv',
})

export const insightRow = z.object({
  /** Unique in the list. */
  key: z.string(),
  order: z.number().nullable(),
  external_id: z.string().nullable(),
  channel: z.string().nullable(),
  buyer: z.string().nullable(),
  commercial: z.string().nullable(),
  shipment: z.number().nullable(),
  fulfilment: z.array(z.string()),
  /** The instant that puts it in this list: when it was picked, since when it waits, its deadline. */
  at: z.string(),
  minutes: z.number().nullable(),
  /** What else is to be said: SKU and place of a count, for instance. */
  detail: z.string().nullable(),
})
export type InsightRow = z.output<typeof insightRow>
export const rowsEndpoint = endpoint('insightRows', {
  method: 'GET',
  path: '/insight/rows',
  permission: 'insight.read',
  summary: 'As linhas de que um número é feito',
  query: z.object({ ...rowFilters, ...paging }),
  answer: page(insightRow),
})

export const searchKinds = {
  order: 'Pedidos',
  product: 'Produtos',
  volume: 'Caixas e rastreios',
  wave: 'Ondas',
  manifest: 'Romaneios',
  person: 'Pessoas',
} as const
export type SearchKind = keyof typeof searchKinds
export const search = z.object({
  groups: z.array(
    z.object({
      kind: z.enum(Object.keys(searchKinds) as [SearchKind, ...SearchKind[]]),
      title: z.string(),
      /** `id` of the thing; for a volume, of its order. */
      hits: z.array(z.object({ id, title: z.string(), detail: z.string() })),
    }),
  ),
})
/** Each group needs the permission of its own list, so everybody may ask and sees what they may see. */
export const searchEndpoint = endpoint('search', {
  method: 'GET',
  path: '/search',
  permission: 'signed_in',
  summary: 'Procurar pedidos, produtos, caixas, ondas, romaneios e pessoas',
  query: z.object({ q: words(100).min(1, 'Escreva o que procura') }),
  answer: search,
})
