import { z } from 'zod'
import { day, endpoint, id, page, paging, words } from '../platform/endpoint.ts'

/** What the issuer made of the nota. `summary`: its XML comes after our awareness. */
export const receivedStates = { summary: 'Só o resumo', complete: 'Completa', cancelled: 'Cancelada pelo emitente', denied: 'Denegada' } as const
/** What we told the SEFAZ. */
export const manifestations = {
  none: 'Sem manifestação',
  aware: 'Ciência',
  confirmed: 'Confirmada',
  unknown: 'Desconhecida',
  not_done: 'Não realizada',
} as const
export const manifestationKinds = {
  '210210': 'Ciência da operação',
  '210200': 'Confirmação da operação',
  '210220': 'Desconhecimento da operação',
  '210240': 'Operação não realizada',
} as const
export const manifestationStates = {
  queued: 'Na fila',
  sending: 'Enviando',
  uncertain: 'Conferindo com a SEFAZ',
  registered: 'Registrada',
  rejected: 'Recusada pela SEFAZ',
} as const
/** What the nota asks of us next. */
export const receivedWork = {
  wait_xml: 'Esperando o XML',
  match: 'Dizer que produtos são',
  receive: 'Criar a lista de recebimento',
  receiving: 'Em recebimento',
  confirm: 'Confirmar a operação',
  stop: 'Cancelada depois de recebida',
} as const

const state = z.enum(['summary', 'complete', 'cancelled', 'denied'], 'Situação desconhecida')
const manifestation = z.enum(['none', 'aware', 'confirmed', 'unknown', 'not_done'], 'Manifestação desconhecida')
const kind = z.enum(['210200', '210210', '210220', '210240'], 'Escolha ciência, confirmação, desconhecimento ou operação não realizada')
const manifestationState = z.enum(['queued', 'sending', 'uncertain', 'registered', 'rejected'])
const work = z.enum(['wait_xml', 'match', 'receive', 'receiving', 'confirm', 'stop'])
const nota = z.object({ nota: id })
const party = z.object({ id: z.number(), name: z.string() })
/** A key as people paste it: with blanks and points. */
const accessKey = z
  .string('Informe a chave')
  .transform((text) => text.replace(/[\s.-]/g, '').toUpperCase())
  .refine((key) => /^[0-9]{6}[0-9A-Z]{12}[0-9]{26}$/.test(key), 'A chave tem 44 letras e números')

export const receivedRow = z.object({
  id: z.number(),
  key: z.string(),
  company: party,
  supplier: z.object({ document: z.string(), name: z.string() }),
  series: z.number(),
  number: z.number(),
  issued_at: z.string(),
  first_seen_at: z.string(),
  /** In centavos. */
  total: z.number(),
  state,
  manifestation,
  /** A manifestation that has not come back from the SEFAZ, or that it refused. */
  under_way: z.object({ kind, state: manifestationState }).nullable(),
  work: work.nullable(),
  receipt: z.object({ id: z.number(), state: z.enum(['open', 'closed']) }).nullable(),
  items: z.number(),
  /** Items of which nobody knows the product. */
  unmatched: z.number(),
})
export type ReceivedRow = z.output<typeof receivedRow>
export const receivedFilters = {
  /** Supplier, number or key. */
  q: words(100).optional(),
  work: work.optional(),
  state: state.optional(),
  manifestation: manifestation.optional(),
  /** CNPJ or CPF. */
  supplier: words(14).optional(),
  company: id.optional(),
  /** Days of issue. */
  from: day.optional(),
  until: day.optional(),
}
export const listReceived = endpoint('listReceived', {
  method: 'GET',
  path: '/received-notas',
  permission: 'fiscal.read',
  summary: 'Notas que emitiram contra as nossas empresas, a mais nova primeiro',
  query: z.object({ ...receivedFilters, ...paging }),
  answer: page(receivedRow).extend({ totals: z.object({ notas: z.number(), amount: z.number() }) }),
})
export const exportReceived = endpoint('exportReceived', {
  method: 'GET',
  path: '/received-notas/xml.zip',
  permission: 'fiscal.read',
  summary: 'Baixar os XML do filtro em um ZIP',
  query: z.object(receivedFilters),
  file: 'application/zip',
})

export const receivedBoard = endpoint('receivedBoard', {
  method: 'GET',
  path: '/received-notas/board',
  permission: 'fiscal.read',
  summary: 'O que as notas recebidas pedem, e como anda a busca na SEFAZ',
  answer: z.object({
    work: z.record(z.string(), z.number()),
    suppliers: z.array(z.object({ document: z.string(), name: z.string(), notas: z.number() })),
    /** `next_at`: when the SEFAZ may be asked again. `faulty`: documents that came and cannot be read. */
    companies: z.array(
      party.extend({
        cnpj: z.string(),
        environment: z.enum(['production', 'homologation']),
        has_certificate: z.boolean(),
        last_nsu: z.number().nullable(),
        max_nsu: z.number().nullable(),
        answered_at: z.string().nullable(),
        next_at: z.string().nullable(),
        status_code: z.number().nullable(),
        status_text: z.string().nullable(),
        faulty: z.number(),
      }),
    ),
    /** Keys that somebody asked for in the last day. */
    questions: z.array(
      z.object({
        id: z.number(),
        key: z.string(),
        company: z.string(),
        state: z.enum(['queued', 'asking', 'found', 'not_found', 'failed']),
        status_text: z.string().nullable(),
        requested_at: z.string(),
        nota: z.number().nullable(),
      }),
    ),
  }),
})

const item = z.object({
  position: z.number(),
  code: z.string(),
  gtin: z.string().nullable(),
  name: z.string(),
  ncm: z.string(),
  cfop: z.string(),
  unit: z.string(),
  /** Decimal text, as in the XML. */
  quantity: z.string(),
  unit_price: z.string(),
  gross: z.number(),
  /** With freight, insurance, other, IPI and ST, without the discount; centavos. */
  landed: z.number(),
  no_stock: z.boolean(),
  product: z.object({ id: z.number(), sku: z.string(), name: z.string() }).nullable(),
  /** Of the product in one unit of the supplier. */
  units: z.number().nullable(),
  matched_by: z.enum(['learnt', 'gtin', 'code', 'person']).nullable(),
  /** Where nothing is known: the product whose name is nearest. */
  suggestion: z.object({ id: z.number(), sku: z.string(), name: z.string() }).nullable(),
})
export type ReceivedItem = z.output<typeof item>
export const readReceived = endpoint('readReceived', {
  method: 'GET',
  path: '/received-notas/:nota',
  permission: 'fiscal.read',
  summary: 'Uma nota recebida inteira: itens, produtos, parcelas, manifestações',
  params: nota,
  answer: receivedRow.extend({
    environment: z.enum(['production', 'homologation']),
    nature: z.string().nullable(),
    direction: z.number(),
    protocol: z.string().nullable(),
    authorised_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    cancelled_at: z.string().nullable(),
    supplier_id: z.number().nullable(),
    has_xml: z.boolean(),
    instalments: z.array(z.object({ number: z.string().nullable(), due: z.string().nullable(), amount: z.number() })),
    lines: z.array(item),
    /** What one unit would cost with this nota, in reais with four decimals; `current`: what it costs today from this supplier, or from any. */
    costs: z.array(
      z.object({ product: z.number(), sku: z.string(), name: z.string(), units: z.number(), proposed: z.number(), current: z.number().nullable() }),
    ),
    /** Counted less than expected, or more: known when the receiving ended. */
    differences: z.number().nullable(),
    manifestation_history: z.array(
      z.object({
        id: z.number(),
        kind,
        state: manifestationState,
        reason: z.string().nullable(),
        protocol: z.string().nullable(),
        status_code: z.number().nullable(),
        status_text: z.string().nullable(),
        requested_at: z.string(),
        registered_at: z.string().nullable(),
        by: z.string().nullable(),
      }),
    ),
    /** Events of the issuer and of others, as the SEFAZ gave them. */
    events: z.array(z.object({ type: z.string(), at: z.string() })),
  }),
})

const units = z
  .number('Informe quantas unidades há na embalagem do fornecedor')
  .positive('Informe um número maior que zero')
  .max(100_000, 'Passa de 100 mil unidades')
  .refine((value) => Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-3, 'No máximo 4 casas decimais')
export const saveMatchesEndpoint = endpoint('saveReceivedMatches', {
  method: 'PUT',
  path: '/received-notas/:nota/items',
  permission: 'catalog.edit',
  summary: 'Dizer que produto é cada item; o que se diz é lembrado para as próximas notas do fornecedor',
  params: nota,
  body: z.object({
    /** `product` null and not `no_stock`: still unknown. */
    items: z
      .array(
        z
          .object({
            position: z.number('Informe o item').int().min(1).max(990),
            product: z.number().int().positive().nullable().default(null),
            units: units.default(1),
            no_stock: z.boolean().default(false),
          })
          .refine((sent) => !(sent.no_stock && sent.product !== null), {
            path: ['no_stock'],
            message: 'O item tem produto ou não entra no estoque, um dos dois',
          }),
      )
      .max(990)
      .refine((sent) => new Set(sent.map(({ position }) => position)).size === sent.length, 'Um item aparece duas vezes'),
    /** Products whose proposed cost is taken over. */
    costs: z.array(z.number().int().positive()).max(990).default([]),
  }),
  answer: z.object({ unmatched: z.number(), costs: z.number() }),
})
export const makeReceiptEndpoint = endpoint('makeReceiptOfNota', {
  method: 'POST',
  path: '/received-notas/:nota/receipt',
  permission: 'stock.move',
  summary: 'Criar a lista de recebimento da nota; pedir de novo dá a mesma lista',
  params: nota,
  answer: z.object({ receipt: z.number() }),
})
export const manifestEndpoint = endpoint('manifestNotas', {
  method: 'POST',
  path: '/received-notas/manifest',
  permission: 'fiscal.issue',
  summary: 'Manifestar notas recebidas à SEFAZ',
  body: z
    .object({
      notas: z.array(id).min(1, 'Escolha as notas').max(500, 'No máximo 500 notas por vez'),
      kind,
      reason: z
        .string('Escreva a justificativa')
        .trim()
        .min(15, 'A justificativa tem no mínimo 15 letras')
        .max(255, 'A justificativa tem no máximo 255 letras')
        .optional(),
    })
    .refine((sent) => (sent.kind === '210240') === (sent.reason !== undefined), {
      path: ['reason'],
      message: 'Só a operação não realizada leva justificativa, e sem ela não vai',
    }),
  answer: z.object({
    queued: z.number(),
    refused: z.array(z.object({ nota: z.number(), number: z.number().nullable(), message: z.string() })),
  }),
})
export const askKeyEndpoint = endpoint('askReceivedKey', {
  method: 'POST',
  path: '/received-notas/ask',
  permission: 'fiscal.issue',
  summary: 'Procurar uma nota na SEFAZ pela chave; no máximo 20 por hora em cada CNPJ',
  body: z.object({ key: accessKey, company: id }),
  answer: z.object({ question: z.number().nullable(), nota: z.number().nullable() }),
})
export const uploadReceived = endpoint('uploadReceived', {
  method: 'POST',
  path: '/received-notas/upload',
  permission: 'fiscal.issue',
  summary: 'Enviar o XML de fornecedores, um arquivo ou um ZIP; cada um é julgado sozinho',
  upload: true,
  answer: z.object({
    results: z.array(
      z.object({
        file: z.string(),
        result: z.enum(['received', 'completed', 'event', 'known', 'refused']),
        nota: z.number().nullable(),
        number: z.number().nullable(),
        supplier: z.string().nullable(),
        /** Why not, and what to do. */
        reason: z.string().nullable(),
        cure: z.string().nullable(),
      }),
    ),
  }),
})
export type UploadResult = z.output<typeof uploadReceived.answer>['results'][number]
export const receivedXml = endpoint('receivedXml', {
  method: 'GET',
  path: '/received-notas/:nota/xml',
  permission: 'fiscal.read',
  summary: 'Baixar o XML da nota recebida, byte a byte como veio',
  params: nota,
  file: 'application/xml',
})
export const receivedDanfe = endpoint('receivedDanfe', {
  method: 'GET',
  path: '/received-notas/:nota/danfe.pdf',
  permission: 'fiscal.read',
  summary: 'DANFE da nota recebida',
  params: nota,
  file: 'application/pdf',
})

/** What this module refuses, in words; `{name}` is a fact of the refusal. */
export const refusals = {
  no_such_received_nota: 'Nota recebida não encontrada',
  no_received_xml: 'O XML desta nota ainda não chegou: ele vem depois da ciência',
  received_nota_cancelled: 'O emitente cancelou esta nota: não receba a mercadoria por ela',
  received_nota_in_receiving: 'Esta nota já virou lista de recebimento: os itens não mudam mais',
  items_without_product: 'Diga que produto é cada item antes: faltam {count}',
  nothing_to_receive: 'Nenhum item desta nota entra no estoque',
  key_of_our_own: 'Esta chave é de uma nota que a própria {company} emitiu',
  key_not_ours: 'Não há empresa cadastrada com este número',
} as const
