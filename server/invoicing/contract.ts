import { z } from 'zod'
import { centavos, day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'

export const notaStates = {
  faulty: 'a corrigir',
  queued: 'na fila',
  sending: 'transmitindo',
  uncertain: 'sem resposta',
  authorised: 'autorizada',
  rejected: 'rejeitada',
  denied: 'denegada',
  cancelled: 'cancelada',
  withdrawn: 'retirada',
  invalidated: 'inutilizada',
} as const
export type NotaState = keyof typeof notaStates

export const notaOperations = {
  sale: 'Venda',
  return: 'Devolução do consumidor',
  refused: 'Recusa ou não encontrado',
  exchange: 'Troca',
  warranty: 'Remessa em garantia',
  repair_in: 'Entrada para conserto',
  repair_back: 'Retorno de conserto',
  repair_out: 'Remessa para conserto',
  transfer: 'Transferência entre empresas',
  test: 'Nota de teste',
} as const
export type NotaOperation = keyof typeof notaOperations

export const eventKinds = { '110110': 'Carta de correção', '110111': 'Cancelamento', '110140': 'Contingência EPEC' } as const

/** Who mends what is wrong, and where: from the catalogue of rejections and from our own checks. */
const fault = z.object({
  /** Of the nota, as people say it; empty: the whole nota. */
  field: z.string(),
  /** Counts from 1; null: not of one item. */
  item: z.number().nullable(),
  message: z.string(),
  code: z.string(),
  /** Screen where it is mended. */
  href: z.string().nullable(),
})
export type NotaFault = z.output<typeof fault>

const state = z.enum(Object.keys(notaStates) as [NotaState])
const operation = z.enum(Object.keys(notaOperations) as [NotaOperation])
const nota = z.object({ nota: id })

const notaRow = z.object({
  id: z.number(),
  state,
  operation,
  origin: z.enum(['own', 'elsewhere']),
  environment: z.enum(['production', 'homologation']),
  company: z.object({ id: z.number(), name: z.string() }),
  order: z.object({ id: z.number(), external_id: z.string(), channel: z.string() }).nullable(),
  shipment: z.number().nullable(),
  carrier: z.string().nullable(),
  series: z.number().nullable(),
  number: z.number().nullable(),
  key: z.string().nullable(),
  total: z.number().nullable(),
  recipient: z.string().nullable(),
  uf: z.string().nullable(),
  issued_at: z.string().nullable(),
  authorised_at: z.string().nullable(),
  due_at: z.string().nullable(),
  status_code: z.number().nullable(),
  /** In plain Portuguese, from the catalogue; the authoriser's own words are on the page of the nota. */
  problem: z.string().nullable(),
  faults: z.array(fault),
  attempts: z.number(),
  created_at: z.string(),
})
export type NotaRow = z.output<typeof notaRow>

export const notaFilters = z.object({
  /** One state, or several with commas between them. */
  state: z.string().optional(),
  operation: operation.optional(),
  company: z.coerce.number().int().optional(),
  order: z.coerce.number().int().optional(),
  /** A number, a key, an order of the channel or a name. */
  text: words(80).optional(),
  /** Rejections with this code. */
  code: z.coerce.number().int().optional(),
  /** Held by our own check with this code. */
  fault: words(60).optional(),
  /** `code` of the carrier. */
  carrier: words(20).optional(),
  from: day.optional(),
  until: day.optional(),
})
export const notaList = endpoint('notaList', {
  method: 'GET',
  path: '/notas',
  permission: 'fiscal.read',
  summary: 'Notas, as que pedem trabalho primeiro',
  query: z.object({ ...notaFilters.shape, ...paging }),
  answer: page(notaRow).extend({ totals: z.object({ notas: z.number(), amount: z.number() }) }),
})

export const exportNotas = endpoint('exportNotas', {
  method: 'GET',
  path: '/notas.csv',
  permission: 'fiscal.read',
  summary: 'Baixar as notas do filtro em CSV',
  query: notaFilters,
  file: 'text/csv',
})

export const notaBoard = endpoint('notaBoard', {
  method: 'GET',
  path: '/notas/board',
  permission: 'fiscal.read',
  summary: 'Monitor: fila, ritmo, o que espera há mais tempo, por situação e por autorizador',
  answer: z.object({
    /** Some company has a certificate and a series: before that the monitor leads to the set-up. */
    set_up: z.boolean(),
    states: z.record(z.string(), z.number()),
    /** Of today, in the merchant's time zone. */
    authorised_today: z.number(),
    /** Notas a minute: the last five minutes; the last hour by minute, oldest first. */
    rate: z.number(),
    minutes: z.array(z.number()),
    oldest_queued_at: z.string().nullable(),
    /** When the queue will be empty at the present rate; null: nothing waits or nothing moves. */
    empty_at: z.string().nullable(),
    /** Trucks that wait for notas, earliest first. */
    trucks: z.array(
      z.object({
        carrier: z.string(),
        code: z.string().nullable(),
        cut_off: z.string().nullable(),
        /** In the queue or under way. */
        waiting: z.number(),
        /** Not due yet: the nota is made when the order is picked (or whenever the rule says). */
        unmade: z.number(),
        faulty: z.number(),
        authorised: z.number(),
      }),
    ),
    /** Most notas first. `code` of the authoriser, or `fault` of our own check. */
    rejections: z.array(
      z.object({
        code: z.number().nullable(),
        fault: z.string().nullable(),
        problem: z.string(),
        cure: z.string(),
        who: z.string(),
        href: z.string().nullable(),
        notas: z.number(),
      }),
    ),
    authorisers: z.array(
      z.object({
        company: z.object({ id: z.number(), name: z.string(), environment: z.string() }),
        authoriser: z.string(),
        mode: z.enum(['normal', 'svc', 'epec']),
        mode_since: z.string().nullable(),
        stopped_until: z.string().nullable(),
        stopped_because: z.string().nullable(),
        queued: z.number(),
        sending: z.number(),
        uncertain: z.number(),
        /** Of the answers of the last hour, in milliseconds. */
        median_ms: z.number().nullable(),
        p95_ms: z.number().nullable(),
        calls: z.number(),
        failures: z.number(),
      }),
    ),
    gaps: z.number(),
    /** Cancelled orders whose authorised nota still needs an answer. */
    to_answer: z.number(),
  }),
})

const notaItem = z.object({
  item: z.number(),
  code: z.string(),
  name: z.string(),
  ncm: z.string(),
  cfop: z.string(),
  unit: z.string(),
  quantity: z.string(),
  unit_price: z.string(),
  gross: z.number(),
  discount: z.number(),
  total: z.number(),
})
export const notaPage = endpoint('notaPage', {
  method: 'GET',
  path: '/notas/:nota',
  permission: 'fiscal.read',
  summary: 'Uma nota inteira: itens, impostos, transmissões, eventos',
  params: nota,
  answer: notaRow.extend({
    status_text: z.string().nullable(),
    /** CPF or CNPJ of the recipient. */
    document: z.string().nullable(),
    protocol: z.string().nullable(),
    emission_type: z.number(),
    answers: z.object({ id: z.number(), number: z.number().nullable() }).nullable(),
    answered_by: z.array(z.object({ id: z.number(), number: z.number().nullable(), operation, state })),
    items: z.array(notaItem),
    /** As the XML sums them up in centavos and in the order of the DANFE; without XML none. */
    totals: z.array(z.object({ title: z.string(), value: z.number(), kind: z.enum(['amount', 'tax', 'total']) })),
    calls: z.array(
      z.object({
        service: z.string(),
        authoriser: z.string(),
        at: z.string(),
        ms: z.number().nullable(),
        outcome: z.string().nullable(),
        status_code: z.number().nullable(),
      }),
    ),
    events: z.array(
      z.object({
        id: z.number(),
        kind: z.enum(Object.keys(eventKinds) as [keyof typeof eventKinds]),
        title: z.string(),
        sequence: z.number(),
        state: z.string(),
        reason: z.string(),
        protocol: z.string().nullable(),
        status_code: z.number().nullable(),
        status_text: z.string().nullable(),
        requested_at: z.string(),
        registered_at: z.string().nullable(),
        by: z.string().nullable(),
      }),
    ),
    /** What can be done now; `why` says why not. */
    can: z.object({
      cancel: z.object({ allowed: z.boolean(), why: z.string().nullable(), until: z.string().nullable() }),
      correct: z.object({ allowed: z.boolean(), why: z.string().nullable() }),
      return: z.object({ allowed: z.boolean(), why: z.string().nullable() }),
      retry: z.object({ allowed: z.boolean(), why: z.string().nullable() }),
    }),
    has_xml: z.boolean(),
  }),
})

export const issueNotaEndpoint = endpoint('issueNota', {
  method: 'POST',
  path: '/shipments/:shipment/nota',
  permission: 'fiscal.issue',
  summary: 'Emitir agora a nota de um envio, ou montar de novo a que foi rejeitada',
  params: z.object({ shipment: id }),
  answer: z.object({ nota: z.number(), state, faults: z.array(fault) }),
})
export const retryNotasEndpoint = endpoint('retryNotas', {
  method: 'POST',
  path: '/notas/retry',
  permission: 'fiscal.issue',
  summary: 'Montar de novo e transmitir notas a corrigir ou rejeitadas, depois do acerto',
  body: z.object({
    notas: z.array(id).max(1000).optional(),
    /** Every one rejected with this code. */
    code: z.number().int().optional(),
    /** Every one that our own checks hold. */
    faulty: z.boolean().optional(),
    /** Every one that our own check with this code holds. */
    fault: words(60).optional(),
  }),
  answer: z.object({ queued: z.number(), still: z.array(z.object({ nota: z.number(), faults: z.array(fault) })) }),
})
const legalReason = z
  .string('Escreva a justificativa')
  .trim()
  .min(15, 'A justificativa tem no mínimo 15 letras')
  .max(255, 'A justificativa tem no máximo 255 letras')
export const cancelNotaEndpoint = endpoint('cancelNota', {
  method: 'POST',
  path: '/notas/:nota/cancel',
  permission: 'fiscal.issue',
  summary: 'Cancelar uma nota dentro do prazo',
  params: nota,
  body: z.object({ reason: legalReason }),
  answer: z.object({ event: z.number() }),
})
export const correctNotaEndpoint = endpoint('correctNota', {
  method: 'POST',
  path: '/notas/:nota/correction',
  permission: 'fiscal.issue',
  summary: 'Registrar uma carta de correção; a nova substitui a anterior',
  params: nota,
  body: z.object({ text: z.string().trim().min(15, 'A correção tem no mínimo 15 letras').max(1000, 'A correção tem no máximo 1000 letras') }),
  answer: z.object({ event: z.number(), sequence: z.number() }),
})
export const returnNotaEndpoint = endpoint('returnNota', {
  method: 'POST',
  path: '/notas/:nota/return',
  permission: 'fiscal.issue',
  summary: 'Emitir a nota de entrada da devolução, por item da venda',
  params: nota,
  body: z.object({
    /** `refused`: the consumer did not take it, or was not found. */
    operation: z.enum(['return', 'refused']).default('return'),
    /** Items of the sale, counted from 1; none: all of them. */
    items: z
      .array(z.object({ item: z.number().int().min(1).max(990), quantity: z.number().positive().max(1_000_000) }))
      .max(990)
      .optional(),
  }),
  answer: z.object({ nota: z.number(), state, faults: z.array(fault) }),
})
export const remittanceCustomers = endpoint('remittanceCustomers', {
  method: 'GET',
  path: '/notas/customers',
  permission: 'fiscal.issue',
  summary: 'Achar por nome, CPF ou CNPJ o cliente de uma remessa; até 20, os que compraram por último primeiro',
  query: z.object({ text: filled(80) }),
  answer: z.object({
    /** `order`: the last one, whose address the remittance takes. */
    rows: z.array(
      z.object({
        id: z.number(),
        name: z.string(),
        document: z.string().nullable(),
        city: z.string().nullable(),
        uf: z.string().nullable(),
        order: z.number().nullable(),
      }),
    ),
  }),
})
export const remittanceEndpoint = endpoint('remittance', {
  method: 'POST',
  path: '/notas/remittance',
  permission: 'fiscal.issue',
  summary: 'Emitir remessa: troca, garantia, conserto ou transferência',
  body: z.object({
    operation: z.enum(['exchange', 'warranty', 'repair_in', 'repair_back', 'repair_out', 'transfer']),
    company: id,
    /** Whom it goes to: a customer, or with `transfer` another of our companies. */
    customer: id.optional(),
    to_company: id.optional(),
    /** Where, when it is not the address of the customer's last order. */
    order: id.optional(),
    answers: id.optional(),
    items: z
      .array(z.object({ product: id, quantity: z.number().int().min(1).max(1_000_000), unit_price: centavos }))
      .min(1, 'Informe os itens')
      .max(990),
    note: words(500).optional(),
  }),
  answer: z.object({ nota: z.number(), state, faults: z.array(fault) }),
})

const packages = z.object({
  rows: z.array(z.object({ id: z.number(), name: z.string(), since: z.string(), uploaded_at: z.string(), in_use: z.boolean() })),
})
export const schemaPackages = endpoint('schemaPackages', {
  method: 'GET',
  path: '/fiscal/schemas',
  permission: 'fiscal.read',
  summary: 'Pacotes de esquemas (XSD) que validam as notas, cada um com o primeiro dia de uso',
  answer: packages,
})
export const uploadSchemas = endpoint('uploadSchemas', {
  method: 'POST',
  path: '/fiscal/schemas',
  permission: 'fiscal.manage',
  summary: 'Importar um pacote de esquemas do portal da NF-e (ZIP) com o primeiro dia de uso',
  upload: true,
  answer: packages,
})

export const notaXml = endpoint('notaXml', {
  method: 'GET',
  path: '/notas/:nota/xml',
  permission: 'fiscal.read',
  summary: 'Baixar o XML autorizado, byte a byte como foi recebido',
  params: nota,
  file: 'application/xml',
})
export const notaDanfe = endpoint('notaDanfe', {
  method: 'GET',
  path: '/notas/:nota/danfe.pdf',
  permission: 'fiscal.read',
  summary: 'DANFE em A4',
  params: nota,
  file: 'application/pdf',
})
export const danfes = endpoint('danfes', {
  method: 'GET',
  path: '/notas/danfes.pdf',
  permission: 'fiscal.read',
  summary: 'DANFEs de várias notas ou de uma onda em um só PDF',
  query: z.object({ notas: words(8000).optional(), wave: z.coerce.number().int().optional() }),
  file: 'application/pdf',
})
export const attachNotaEndpoint = endpoint('attachNota', {
  method: 'POST',
  path: '/notas/attach',
  permission: 'fiscal.issue',
  summary: 'Anexar notas emitidas por outro sistema: XML ou ZIP',
  upload: true,
  answer: z.object({
    results: z.array(
      z.object({
        file: z.string(),
        result: z.enum(['attached', 'unchanged', 'refused']),
        nota: z.number().nullable(),
        order: z.number().nullable(),
        message: z.string().nullable(),
      }),
    ),
  }),
})

const gap = z.object({
  id: z.number(),
  company: z.object({ id: z.number(), name: z.string() }),
  environment: z.string(),
  series: z.number(),
  first_number: z.number(),
  last_number: z.number(),
  cause: z.string(),
  state: z.string(),
  status_code: z.number().nullable(),
  status_text: z.string().nullable(),
  protocol: z.string().nullable(),
  found_at: z.string(),
})
export const notaGaps = endpoint('notaGaps', {
  method: 'GET',
  path: '/nota-gaps',
  permission: 'fiscal.read',
  summary: 'Números que nenhuma nota usará: propostos para inutilização',
  answer: z.object({ rows: z.array(gap) }),
})
export const invalidateGapEndpoint = endpoint('invalidateGap', {
  method: 'POST',
  path: '/nota-gaps/:gap/invalidate',
  permission: 'fiscal.issue',
  summary: 'Inutilizar na SEFAZ os números de um intervalo',
  params: z.object({ gap: id }),
  body: z.object({ reason: legalReason }),
})

export const contingencyEndpoint = endpoint('contingency', {
  method: 'POST',
  path: '/fiscal/companies/:company/contingency',
  permission: 'fiscal.manage',
  summary: 'Entrar em contingência (SVC ou EPEC) ou voltar ao normal',
  params: z.object({ company: id }),
  body: z.object({ mode: z.enum(['normal', 'svc', 'epec']), reason: legalReason.optional() }),
  answer: z.object({ mode: z.enum(['normal', 'svc', 'epec']), signed_again: z.number() }),
})

export const notasOfOrder = endpoint('notasOfOrder', {
  method: 'GET',
  path: '/orders/:order/notas',
  permission: 'orders.read',
  summary: 'Notas de um pedido',
  params: z.object({ order: id }),
  answer: z.object({ rows: z.array(notaRow) }),
})

/** Orders cancelled after their nota was authorised, and what the law asks now. */
export const notasToAnswer = endpoint('notasToAnswer', {
  method: 'GET',
  path: '/notas/to-answer',
  permission: 'fiscal.read',
  summary: 'Notas de pedidos cancelados que esperam cancelamento ou nota de entrada',
  answer: z.object({
    rows: z.array(notaRow.extend({ answer: z.enum(['cancel', 'return', 'refused', 'wait']), until: z.string().nullable(), why: z.string() })),
  }),
})

export const refusals = {
  no_such_nota: 'Nota não encontrada',
  no_such_customer: 'Cliente não encontrado',
  no_such_gap: 'Intervalo de números não encontrado',
  no_nota_xml: 'Esta nota ainda não tem XML autorizado',
  nota_not_now: 'A nota está {state}: não dá para {operation} agora',
  nota_window_over: 'O prazo de cancelamento acabou em {until}: emita a nota de entrada da devolução',
  nota_goods_left: 'A mercadoria já saiu: emita a nota de entrada quando ela voltar',
  no_series: 'A empresa {company} não tem série em uso neste ambiente: escolha uma em Fiscal, Empresas',
  corrections_over: 'Esta nota já tem 20 cartas de correção, o máximo da lei',
  no_certificate: 'A empresa {company} não tem certificado válido: envie o A1 em Fiscal, Certificado',
  no_company: 'Nenhuma empresa emite por este canal: escolha uma em Configurações, Canais',
  not_in_return: 'O item {item} não está na nota de venda, ou já foi devolvido',
  contingency_reason: 'Escreva o motivo da contingência',
  schemas_unusable: 'Este arquivo não é um pacote de esquemas da NF-e: {reason}',
  schemas_too_large: 'O pacote de esquemas é grande demais: envie só o ZIP do portal',
  unreadable_xml: 'O XML não pode ser lido: {reason}',
  gap_not_now: 'Estes números já estão {state}',
} as const
