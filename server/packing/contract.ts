import { z } from 'zod'
import { endpoint, filled, id, words } from '../platform/endpoint.ts'

const shipment = z.object({ shipment: id })

export const bench = z.object({
  shipment: z.number(),
  order: z.number(),
  external_id: z.string(),
  channel: z.string(),
  carrier: z.string().nullable(),
  cut_off: z.string().nullable(),
  fulfilment: z.string(),
  totes: z.array(z.string()),
  lines: z.array(
    z.object({
      line: z.number(),
      product: z.number(),
      sku: z.string(),
      name: z.string(),
      picture: z.boolean(),
      quantity: z.number(),
      checked: z.number(),
      /** Sold as part of this kit. */
      kit: z.string().nullable(),
      barcodes: z.array(z.object({ code: z.string(), units: z.number() })),
    }),
  ),
  units: z.number(),
  checked: z.number(),
  /** checking: scan the next unit · closing: all is checked, close the box · done: labels are printed */
  phase: z.enum(['checking', 'closing', 'done']),
  volumes: z.array(
    z.object({
      id: z.number(),
      number: z.number(),
      code: z.string(),
      carton: z.string().nullable(),
      weight_g: z.number().nullable(),
      closed: z.boolean(),
      units: z.number(),
      /** The last print of its label; `waiting`: for its nota; `shown`: this browser prints it. Null before there is a label. */
      print: z
        .object({ state: z.enum(['waiting', 'queued', 'sent', 'failed', 'shown']), printer: z.string().nullable(), failure: z.string().nullable() })
        .nullable(),
    }),
  ),
  /** For what is not in a closed box yet. `why` says why there is none. */
  suggestion: z.object({ carton: z.string().nullable(), name: z.string().nullable(), boxes: z.number(), why: z.string().nullable() }),
  /** Of the open box in the suggested carton, grams; null when a product's weight is unknown. */
  expected_weight_g: z.number().nullable(),
  weigh: z.boolean(),
  /** The nota that goes on the label. `problem`: why it does not come, in words. */
  nota: z.object({
    state: z.enum(['not_required', 'required', 'issuing', 'authorised', 'accepted_by_channel', 'rejected', 'cancelled']),
    problem: z.string().nullable(),
  }),
  /** Other orders that wait in the same tote (single-line batches). */
  others: z.number(),
})
export type Bench = z.output<typeof bench>

export const benchQueue = endpoint('benchQueue', {
  method: 'GET',
  path: '/packing/queue',
  permission: 'packing.work',
  summary: 'Cestos e pedidos que esperam a conferência, o mais urgente primeiro',
  answer: z.object({
    rows: z.array(
      z.object({
        tote: z.string(),
        shipments: z.number(),
        units: z.number(),
        order: z.number().nullable(),
        carrier: z.string().nullable(),
        cut_off: z.string().nullable(),
        since: z.string(),
      }),
    ),
    waiting: z.number(),
  }),
})
export const openBenchEndpoint = endpoint('openBench', {
  method: 'POST',
  path: '/packing/open',
  permission: 'packing.work',
  summary: 'Bipar um cesto ou pedido na bancada',
  body: z.object({ code: filled(100) }),
  /** `batch`: a tote with one-line orders; the next scan is an item. */
  answer: z.object({ bench: bench.nullable(), batch: z.object({ tote: z.string(), shipments: z.number(), units: z.number() }).nullable() }),
})
export const readBench = endpoint('readBench', {
  method: 'GET',
  path: '/packing/shipments/:shipment',
  permission: 'packing.work',
  summary: 'O que deve estar na caixa',
  params: shipment,
  answer: bench,
})
export const scanUnitEndpoint = endpoint('scanUnit', {
  method: 'POST',
  path: '/packing/shipments/:shipment/scan',
  permission: 'packing.work',
  summary: 'Bipar uma unidade do pedido',
  params: shipment,
  body: z.object({ code: filled(60) }),
  answer: bench,
})
export const scanBatchEndpoint = endpoint('scanBatch', {
  method: 'POST',
  path: '/packing/batch-scan',
  permission: 'packing.work',
  summary: 'Bipar um item de um cesto de pedidos de um item: abre o próximo pedido que o espera',
  body: z.object({ tote: filled(30), code: filled(60) }),
  answer: bench,
})
export const closeVolumeEndpoint = endpoint('closeVolume', {
  method: 'POST',
  path: '/packing/shipments/:shipment/close-volume',
  permission: 'packing.work',
  summary: 'Fechar a caixa; com tudo conferido, as etiquetas saem',
  params: shipment,
  body: z.object({
    carton: filled(20),
    weight_g: z
      .number('Informe o peso em gramas')
      .int('O peso é em gramas inteiros')
      .min(1, 'O peso é no mínimo 1 g')
      .max(1_000_000, 'O peso passa de 1 tonelada')
      .optional(),
    /** The weight was checked again and is right. */
    accept_weight: z.boolean().default(false),
  }),
  answer: bench,
})
export const reportAtBenchEndpoint = endpoint('reportAtBench', {
  method: 'POST',
  path: '/packing/shipments/:shipment/report',
  permission: 'packing.work',
  summary: 'Informar unidade que faltou ou está avariada: ela vai em outro envio, o resto segue',
  params: shipment,
  body: z.object({ line: id, quantity: z.number().int().min(1).max(100_000), kind: z.enum(['missing', 'damaged']) }),
  /** null: nothing is left to pack in this shipment. */
  answer: z.object({ bench: bench.nullable() }),
})
export const unpackEndpoint = endpoint('unpack', {
  method: 'POST',
  path: '/packing/shipments/:shipment/unpack',
  permission: 'packing.work',
  summary: 'Reabrir a caixa: a etiqueta deixa de valer',
  params: shipment,
  body: z.object({ reason: filled(200) }),
  answer: bench,
})
const volume = z.object({ volume: id })
export const reprintEndpoint = endpoint('reprintLabel', {
  method: 'POST',
  path: '/packing/volumes/:volume/reprint',
  permission: 'packing.work',
  summary: 'Reimprimir a etiqueta, com motivo',
  params: volume,
  body: z.object({ reason: filled(100) }),
  /** `shown`: the station has no network printer, so whoever asked opens the PDF and prints it. */
  answer: z.object({ print: z.number(), shown: z.boolean() }),
})
export const labelPdfEndpoint = endpoint('labelPdf', {
  method: 'GET',
  path: '/packing/volumes/:volume/label.pdf',
  permission: 'packing.work',
  summary: 'Etiqueta em PDF',
  params: volume,
  file: 'application/pdf',
})
export const labelZplEndpoint = endpoint('labelZpl', {
  method: 'GET',
  path: '/packing/volumes/:volume/label.zpl',
  permission: 'packing.work',
  summary: 'Etiqueta em ZPL',
  params: volume,
  file: 'text/plain; charset=utf-8',
})
export const labelSvgEndpoint = endpoint('labelSvg', {
  method: 'GET',
  path: '/packing/volumes/:volume/label.svg',
  permission: 'packing.work',
  summary: 'Etiqueta na tela',
  params: volume,
  file: 'image/svg+xml',
})
export const shipmentLabels = endpoint('shipmentLabels', {
  method: 'GET',
  path: '/packing/shipments/:shipment/labels.pdf',
  permission: 'packing.work',
  summary: 'Todas as etiquetas do envio',
  params: shipment,
  file: 'application/pdf',
})

const carton = z.object({
  code: z.string(),
  name: z.string(),
  length_mm: z.number(),
  width_mm: z.number(),
  height_mm: z.number(),
  weight_g: z.number(),
  max_weight_g: z.number(),
  active: z.boolean(),
})
export const listCartons = endpoint('listCartons', {
  method: 'GET',
  path: '/cartons',
  permission: 'signed_in',
  summary: 'Caixas de papelão',
  answer: z.object({ rows: z.array(carton) }),
})
const mm = z.number('Informe a medida em milímetros').int().min(1).max(5000)
export const saveCarton = endpoint('saveCarton', {
  method: 'PUT',
  path: '/cartons/:code',
  permission: 'settings.manage',
  summary: 'Criar ou alterar uma caixa',
  params: z.object({ code: z.string().regex(/^[A-Z0-9-]{1,20}$/, 'Use até 20 letras maiúsculas, números e hífen') }),
  body: z.object({
    name: words(60),
    length_mm: mm,
    width_mm: mm,
    height_mm: mm,
    weight_g: z.number().int().min(0).max(50_000),
    max_weight_g: z.number().int().min(1).max(1_000_000),
    active: z.boolean().default(true),
  }),
  answer: carton,
})

export const refusals = {
  nothing_with_code: 'Nada para conferir com o código {code}',
  tote_empty: 'O cesto {tote} não tem nada para conferir',
  tote_cancelled: 'O pedido deste cesto foi cancelado: separe o cesto para a devolução à prateleira',
  not_in_order: 'Não é deste pedido: {scanned}. Deixe à parte e siga',
  more_than_ordered: 'Já está completo: {name}. Devolva este à prateleira',
  not_in_tote: 'Nenhum pedido deste cesto espera {scanned}. Deixe à parte e siga',
  no_such_carton: 'Não há caixa com o código {carton}',
  box_empty: 'Bipe ao menos um item antes de fechar a caixa',
  weigh_first: 'Informe o peso da caixa',
  weight_deviates: 'O peso não confere: esperado {expected} g, informado {weight} g. Confira o conteúdo',
  all_checked: 'Tudo deste item já foi conferido',
  no_such_volume: 'Caixa não encontrada',
  no_label_yet: 'A etiqueta só existe depois da última leitura certa',
  loaded: 'A caixa está no romaneio {manifest}: descarregue antes',
}
