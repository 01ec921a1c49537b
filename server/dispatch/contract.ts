import { z } from 'zod'
import { endpoint, filled, id, words } from '../platform/endpoint.ts'

const manifest = z.object({ manifest: id })

const manifestRow = z.object({
  id: z.number(),
  carrier: z.string(),
  carrier_name: z.string(),
  state: z.enum(['open', 'closed']),
  driver_name: z.string().nullable(),
  driver_document: z.string().nullable(),
  plate: z.string().nullable(),
  opened_at: z.string(),
  opened_by: z.string().nullable(),
  closed_at: z.string().nullable(),
  closed_by: z.string().nullable(),
  cut_off: z.string().nullable(),
  volumes: z.number(),
  orders: z.number(),
  weight_g: z.number(),
})
const box = z.object({
  volume: z.number(),
  code: z.string(),
  number: z.number(),
  count: z.number(),
  order: z.number(),
  shipment: z.number(),
  recipient: z.string().nullable(),
  city: z.string().nullable(),
  state: z.string().nullable(),
  cep: z.string().nullable(),
  weight_g: z.number().nullable(),
  scanned_at: z.string().nullable(),
  /** Cancelled or held after it was loaded: it must come off the truck. */
  must_unload: z.boolean(),
})
const boxWithoutNota = box.extend({
  nota: z.object({
    /** The fiscal axis of the shipment. */
    state: z.string(),
    /** Why the nota does not come, in words; null while it is on its way. */
    problem: z.string().nullable(),
  }),
})
export const manifestPage = z.object({
  manifest: manifestRow,
  boxes: z.array(box),
  /** Ready boxes of this carrier that are not on the manifest yet, the most urgent first. */
  missing: z.array(box),
  /** Packed boxes of this carrier that may not leave yet, for they have no nota. */
  waiting: z.array(boxWithoutNota),
})
export type ManifestPage = z.output<typeof manifestPage>

export const listManifests = endpoint('listManifests', {
  method: 'GET',
  path: '/manifests',
  permission: 'dispatch.work',
  summary: 'Romaneios, os abertos primeiro',
  query: z.object({ state: z.enum(['open', 'closed']).optional() }),
  answer: z.object({ rows: z.array(manifestRow) }),
})
export const readManifest = endpoint('readManifest', {
  method: 'GET',
  path: '/manifests/:manifest',
  permission: 'dispatch.work',
  summary: 'Um romaneio: o que está nele e o que falta',
  params: manifest,
  answer: manifestPage,
})
export const dispatchBoard = endpoint('dispatchBoard', {
  method: 'GET',
  path: '/dispatch/board',
  permission: 'dispatch.work',
  summary: 'Caixas prontas por transportadora e o próximo caminhão',
  answer: z.object({
    rows: z.array(
      z.object({
        carrier: z.string(),
        name: z.string(),
        cut_off: z.string().nullable(),
        ready: z.number(),
        loaded: z.number(),
        coming: z.number(),
        /** Packed, and may not leave: their nota is not there yet. */
        without_nota: z.number(),
        manifest: z.number().nullable(),
      }),
    ),
  }),
})
export const openManifestEndpoint = endpoint('openManifest', {
  method: 'POST',
  path: '/manifests',
  permission: 'dispatch.work',
  summary: 'Abrir um romaneio; se a transportadora já tem um aberto, é ele',
  body: z.object({ carrier: filled(20) }),
  answer: z.object({ manifest: z.number() }),
})
export const loadVolumeEndpoint = endpoint('loadVolume', {
  method: 'POST',
  path: '/manifests/:manifest/load',
  permission: 'dispatch.work',
  summary: 'Bipar uma caixa para dentro do caminhão',
  params: manifest,
  body: z.object({ code: filled(60) }),
  answer: z.object({
    volume: z.number(),
    order: z.number(),
    number: z.number(),
    count: z.number(),
    /** Boxes of the same order still to scan. */
    left_of_order: z.number(),
    loaded: z.number(),
    missing: z.number(),
    /** It was on this manifest already: nothing changed. */
    again: z.boolean(),
  }),
})
export const unloadVolumeEndpoint = endpoint('unloadVolume', {
  method: 'POST',
  path: '/manifests/:manifest/unload',
  permission: 'dispatch.work',
  summary: 'Tirar uma caixa do caminhão',
  params: manifest,
  body: z.object({ code: filled(60) }),
  answer: z.object({ loaded: z.number() }),
})
export const closeManifestEndpoint = endpoint('closeManifest', {
  method: 'POST',
  path: '/manifests/:manifest/close',
  permission: 'dispatch.work',
  summary: 'Fechar o romaneio: tudo que está nele foi entregue à transportadora',
  params: manifest,
  body: z.object({
    driver_name: words(80).optional(),
    driver_document: words(30).optional(),
    plate: words(10).optional(),
    /** The list of missing boxes was read; the truck goes without them. */
    accept_missing: z.boolean().default(false),
  }),
  answer: z.object({ dispatched: z.number() }),
})
export const manifestPdfEndpoint = endpoint('manifestPdf', {
  method: 'GET',
  path: '/manifests/:manifest/romaneio.pdf',
  permission: 'dispatch.work',
  summary: 'Romaneio em PDF, com linha de assinatura',
  params: manifest,
  file: 'application/pdf',
})

export const refusals = {
  no_such_manifest: 'Romaneio não encontrado',
  manifest_closed: 'O romaneio {manifest} já foi fechado',
  manifest_empty: 'O romaneio está vazio: bipe as caixas antes de fechar',
  no_such_box: 'Não há caixa com o código {code}',
  label_void: 'A caixa foi reaberta: esta etiqueta não vale mais. Leve à bancada',
  other_carrier: 'Esta caixa é da {carrier}: separe',
  on_other_manifest: 'Esta caixa já está no romaneio {manifest}',
  not_on_manifest: 'Esta caixa não está neste romaneio',
  already_out: 'Esta caixa já saiu no romaneio {manifest}',
  boxes_missing: 'Faltam {missing} caixas prontas desta transportadora',
  order_incomplete: 'Pedido {order}: falta carregar {left} caixa(s), ou tire as que estão no caminhão',
  must_unload: 'Tire do caminhão as caixas canceladas: {codes}',
  invoice_required: 'Pedido {order} ainda sem nota autorizada: não pode sair',
}
