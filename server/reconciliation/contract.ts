import { z } from 'zod'
import { day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'
import { exitRefusals, explanation, walletCheck } from './exits-contract.ts'

export * from './exits-contract.ts'
export * from './reports/endpoints.ts'

const file = z.object({
  row: z.number().nullable(),
  column: z.string().optional(),
  message: z.string(),
  cure: z.string(),
})
export const fileStates = {
  waiting: 'na fila',
  reading: 'lendo',
  taken: 'lido',
  known: 'já estava',
  needs: 'falta dizer',
  refused: 'recusado',
} as const
const fileState = z.enum(Object.keys(fileStates) as [keyof typeof fileStates])
export const fileOrigins = { upload: 'enviado', folder: 'pasta', report: 'relatório do canal' } as const

const fileRow = z.object({
  id: z.number(),
  name: z.string(),
  origin: z.enum(Object.keys(fileOrigins) as [keyof typeof fileOrigins]),
  state: fileState,
  needs: z.enum(['account', 'account_sure', 'bank_account', 'mapping']).nullable(),
  format: z.string().nullable(),
  format_words: z.string().nullable(),
  account: z.number().nullable(),
  /** Name of the channel account or of the bank account. */
  whose: z.string().nullable(),
  bank_account: z.number().nullable(),
  bytes: z.number(),
  done: z.number(),
  lines: z.number().nullable(),
  fresh: z.number().nullable(),
  faults: z.number(),
  /** The first fault or the question, in one sentence. */
  said: z.string().nullable(),
  received_at: z.string(),
  received_by: z.string().nullable(),
})
export type FileRow = z.output<typeof fileRow>

export const sendMoneyFile = endpoint('sendMoneyFile', {
  method: 'POST',
  path: '/money/files',
  permission: 'money.reconcile',
  summary: 'Enviar um extrato ou repasse (qualquer formato lido); ele é reconhecido e lido em seguida',
  upload: true,
  query: z.object({ account: id.optional(), bank_account: id.optional(), mapping: id.optional() }),
  answer: z.object({ file: z.number(), known: z.boolean() }),
})
export const listMoneyFiles = endpoint('listMoneyFiles', {
  method: 'GET',
  path: '/money/files',
  permission: 'money.read',
  summary: 'Arquivos de dinheiro que chegaram, do mais novo ao mais velho',
  query: z.object({
    ...paging,
    q: words(100).optional(),
    state: fileState.optional(),
    origin: z.enum(Object.keys(fileOrigins) as [keyof typeof fileOrigins]).optional(),
    account: id.optional(),
    bank_account: id.optional(),
  }),
  answer: page(fileRow).extend({ states: z.array(z.object({ state: fileState, files: z.number() })) }),
})
export const readMoneyFilePage = endpoint('readMoneyFilePage', {
  method: 'GET',
  path: '/money/files/:file',
  permission: 'money.read',
  summary: 'Um arquivo: o que disse, o que falta dizer, por que foi recusado',
  params: z.object({ file: id }),
  answer: fileRow.extend({
    sha256: z.string(),
    faults_list: z.array(file),
    notices: z.array(z.string()),
    known: z.object({ id: z.number(), name: z.string(), at: z.string() }).nullable(),
    credit: z.number().nullable(),
    debit: z.number().nullable(),
    mapping: z.object({ id: z.number(), name: z.string() }).nullable(),
    /** What it says of a bank account that nobody registered; centavos and YYYY-MM-DD of the opening. */
    offers: z.object({ bank: z.string(), branch: z.string(), number: z.string(), opening: z.number(), opened_on: z.string().nullable() }).nullable(),
    /** Of a table that nobody knows: its columns and first rows. */
    table: z.object({ columns: z.array(z.string()), sample: z.array(z.array(z.string())) }).nullable(),
  }),
})
export const downloadMoneyFile = endpoint('downloadMoneyFile', {
  method: 'GET',
  path: '/money/files/:file/original',
  permission: 'money.read',
  summary: 'Baixar o arquivo como chegou',
  params: z.object({ file: id }),
  file: 'application/octet-stream',
})
export const faultyRows = endpoint('faultyRows', {
  method: 'GET',
  path: '/money/files/:file/faults.csv',
  permission: 'money.read',
  summary: 'Baixar as linhas com problema, com o motivo e como resolver',
  params: z.object({ file: id }),
  file: 'text/csv',
})
export const answerMoneyFile = endpoint('answerMoneyFile', {
  method: 'POST',
  path: '/money/files/:file/answer',
  permission: 'money.reconcile',
  summary: 'Dizer de quem é o arquivo ou como ler as colunas; a leitura continua',
  params: z.object({ file: id }),
  body: z.object({ account: id.optional(), bank_account: id.optional(), mapping: id.optional() }),
  answer: z.object({ file: z.number() }),
})
export const readMoneyFileAgain = endpoint('readMoneyFileAgain', {
  method: 'POST',
  path: '/money/files/:file/again',
  permission: 'money.reconcile',
  summary: 'Ler de novo um arquivo recusado',
  params: z.object({ file: id }),
  answer: z.object({ file: z.number() }),
})
export const fileChoices = endpoint('fileChoices', {
  method: 'GET',
  path: '/money/file-choices',
  permission: 'money.read',
  summary: 'Canais, contas bancárias e ligações de colunas que um arquivo pode ter',
  answer: z.object({
    accounts: z.array(z.object({ id: z.number(), name: z.string() })),
    banks: z.array(z.object({ id: z.number(), name: z.string() })),
    mappings: z.array(z.object({ id: z.number(), name: z.string(), kind: z.enum(['bank', 'settlement']) })),
    /** Where another program may leave files: a folder of the server. */
    folder: z.string().nullable(),
  }),
})

const dateFormat = z.enum(['dd/mm/yyyy', 'mm/dd/yyyy', 'yyyy-mm-dd'])
const column = filled(120)
const bankMapping = z.object({
  kind: z.literal('bank'),
  date: column,
  dateFormat,
  memo: z.array(column).min(1, 'Diga qual coluna é o histórico').max(5),
  amount: column.optional(),
  credit: column.optional(),
  debit: column.optional(),
  direction: column.optional(),
  balance: column.optional(),
  id: column.optional(),
  document: column.optional(),
  counterpartName: column.optional(),
  counterpartTaxId: column.optional(),
  inverted: z.boolean().optional(),
})
const lineKinds = [
  'sale',
  'instalment',
  'payment',
  'refund',
  'refund_reversal',
  'chargeback',
  'chargeback_reversal',
  'dispute',
  'fee',
  'shipping',
  'withdrawal',
  'withdrawal_cancel',
  'payout',
  'anticipation',
  'reserve',
  'lien',
  'adjustment',
  'balance',
  'registered',
  'written_off',
  'notice',
  'other',
] as const
const lineKind = z.enum(lineKinds)
const feeKind = z.enum([
  'commission',
  'fixed',
  'payment',
  'financing',
  'shipping',
  'tax',
  'coupon',
  'advertising',
  'anticipation',
  'interest',
  'discount',
  'tariff',
  'other',
])
const settlementMapping = z.object({
  kind: z.literal('settlement'),
  channel: z.enum(['mercado_pago', 'shopee', 'amazon', 'rede', 'cielo', 'pagarme', 'boleto', 'magalu', 'vtex', 'other']),
  dateFormat,
  zone: z
    .string()
    .regex(/^[+-]\d\d:\d\d$/)
    .optional(),
  kindColumn: column.optional(),
  kinds: z.record(z.string().max(100), lineKind).optional(),
  defaultKind: lineKind,
  order: column.optional(),
  payment: column.optional(),
  reference: column.optional(),
  batch: column.optional(),
  lineId: column.optional(),
  sku: column.optional(),
  instalment: column.optional(),
  instalments: column.optional(),
  gross: column.optional(),
  net: column.optional(),
  fees: z.array(z.object({ column, kind: feeKind, positive: z.boolean() })).max(20),
  approvedAt: column.optional(),
  releaseOn: column.optional(),
  paidOn: column.optional(),
  payout: column.optional(),
  originalDue: column.optional(),
  skip: z.array(z.string().max(100)).max(50).optional(),
})
export const mappingShape = z.discriminatedUnion('kind', [bankMapping, settlementMapping])
export type MappingShape = z.output<typeof mappingShape>

export const saveMapping = endpoint('saveColumnMapping', {
  method: 'POST',
  path: '/money/mappings',
  permission: 'money.reconcile',
  summary: 'Guardar a ligação das colunas de uma tabela; o mesmo nome substitui',
  body: z.object({ name: filled(80).min(2, 'Dê um nome'), mapping: mappingShape }),
  answer: z.object({ mapping: z.number() }),
})
export const previewMapping = endpoint('previewColumnMapping', {
  method: 'POST',
  path: '/money/files/:file/preview',
  permission: 'money.reconcile',
  summary: 'Ver as primeiras linhas de um arquivo lidas com uma ligação, sem guardar nada',
  params: z.object({ file: id }),
  body: z.object({ mapping: mappingShape }),
  answer: z.object({
    rows: z.array(
      z.object({
        row: z.number(),
        kind: z.string(),
        order: z.string().nullable(),
        day: z.string().nullable(),
        gross: z.number().nullable(),
        net: z.number(),
        words: z.string(),
      }),
    ),
    faults: z.array(file),
    notices: z.array(z.string()),
  }),
})

export const openReasons = {
  divergent: 'valor diferente do esperado',
  twin: 'duas linhas para a mesma venda',
  paid_twice: 'venda já recebida',
  cancelled: 'pedido cancelado',
  negative: 'taxas acima da venda',
  unknown_order: 'pedido desconhecido',
  no_key: 'sem número de pedido',
  unknown_batch: 'lote sem as vendas',
  batch_differs: 'lote com outra soma',
  undone: 'desfeita por alguém',
} as const
const openReason = z.enum(Object.keys(openReasons) as [keyof typeof openReasons])
export const lineRules = { key: 'número e valor', fee: 'número, taxa diferente', amount: 'valor e data únicos', person: 'por uma pessoa' } as const

const boardRow = z.object({
  account: z.number(),
  name: z.string(),
  expected: z.number(),
  came: z.number(),
  lines: z.number(),
  matched: z.number(),
  auto: z.number(),
  open: z.number(),
  open_amount: z.number(),
  reasons: z.array(z.object({ reason: openReason, lines: z.number(), amount: z.number() })),
  /** Day of the oldest line that waits. */
  oldest: z.string().nullable(),
  unpaid: z.number(),
  unpaid_amount: z.number(),
  claims: z.number(),
  claims_amount: z.number(),
  last_file: z.object({ name: z.string(), at: z.string() }).nullable(),
})
export type SettlementBoardRow = z.output<typeof boardRow>
export const settlementBoard = endpoint('settlementBoard', {
  method: 'GET',
  path: '/money/settlements',
  permission: 'money.read',
  summary: 'Repasses por canal: esperado, recebido, conferido, aberto, a recuperar',
  query: z.object({ from: day.optional(), until: day.optional(), account: id.optional() }),
  answer: z.object({ from: z.string(), until: z.string(), rows: z.array(boardRow) }),
})

/** Centavos; what is taken is negative, in what was expected as in what came. */
const parts = z.object({
  gross: z.number(),
  commission: z.number(),
  fixed_fee: z.number(),
  payment_fee: z.number(),
  freight: z.number(),
  coupon: z.number(),
  tax: z.number(),
  other_fee: z.number(),
  net: z.number(),
})
export type MoneyParts = z.output<typeof parts>
export const partWords = {
  gross: 'Venda',
  commission: 'Comissão',
  fixed_fee: 'Tarifa fixa',
  payment_fee: 'Custo do pagamento',
  freight: 'Frete',
  coupon: 'Cupom',
  tax: 'Imposto retido',
  other_fee: 'Outras tarifas',
} as const satisfies Partial<Record<keyof MoneyParts, string>>

const lineRow = z.object({
  key: z.string(),
  line: z.number().nullable(),
  receivable: z.number().nullable(),
  order: z.number().nullable(),
  external_order: z.string().nullable(),
  payment_ref: z.string().nullable(),
  instalment: z.number(),
  due_on: z.string().nullable(),
  paid_on: z.string().nullable(),
  reason: openReason.nullable(),
  rule: z.enum(Object.keys(lineRules) as [keyof typeof lineRules]).nullable(),
  partial: z.boolean(),
  expected: parts.nullable(),
  charged: parts.nullable(),
  /** Came less expected; null when one of both is missing. */
  difference: z.number().nullable(),
  /** The difference in words: "Comissão R$ 3,20 a mais". */
  said: z.array(z.string()),
  claim: z.object({ id: z.number(), state: z.string(), amount: z.number() }).nullable(),
  explained: explanation.nullable(),
  file: z.string().nullable(),
  row: z.number().nullable(),
})
export type SettlementRow = z.output<typeof lineRow>
export const lineLists = { open: 'Abertas', short: 'Pagas a menos', unpaid: 'Não pagas', matched: 'Conferidas', explained: 'Explicadas' } as const
const lineQuery = { show: z.enum(Object.keys(lineLists) as [keyof typeof lineLists]).default('open'), reason: openReason.optional(), q: words(100).optional() }
export const listSettlementLines = endpoint('listSettlementLines', {
  method: 'GET',
  path: '/money/settlements/:account/lines',
  permission: 'money.read',
  summary: 'Linhas de um canal, o esperado ao lado do pago, com o cálculo',
  params: z.object({ account: id }),
  query: z.object({ ...paging, ...lineQuery }),
  answer: page(lineRow),
})
export const exportSettlementLines = endpoint('exportSettlementLines', {
  method: 'GET',
  path: '/money/settlements/:account/lines.csv',
  permission: 'money.read',
  summary: 'Baixar a lista em CSV',
  params: z.object({ account: id }),
  query: z.object(lineQuery),
  file: 'text/csv',
})
export const lineCandidates = endpoint('lineCandidates', {
  method: 'GET',
  path: '/money/settlement-lines/:line/candidates',
  permission: 'money.read',
  summary: 'Recebíveis que uma linha aberta pode quitar, do mais provável ao menos',
  params: z.object({ line: id }),
  query: z.object({ q: words(100).optional() }),
  answer: z.object({
    rows: z.array(
      z.object({
        receivable: z.number(),
        order: z.number().nullable(),
        external_order: z.string().nullable(),
        instalment: z.number(),
        due_on: z.string(),
        nominal: z.number(),
        open: z.number(),
        difference: z.number(),
        why: z.string(),
      }),
    ),
    /** Of a line that names only its batch (an RV of Rede): the sales in it, as the channel told them. */
    sales: z.array(
      z.object({
        payment_ref: z.string(),
        net: z.number(),
        release_on: z.string(),
        order: z.number().nullable(),
        receivable: z.number().nullable(),
        open: z.number().nullable(),
      }),
    ),
  }),
})
export const settleLineEndpoint = endpoint('settleLine', {
  method: 'POST',
  path: '/money/settlement-lines/:line/settle',
  permission: 'money.reconcile',
  summary: 'Ligar uma linha aberta a um recebível: quita, ou paga uma parte',
  params: z.object({ line: id }),
  body: z.object({ receivable: id, how: z.enum(['full', 'part'], 'Diga se quita ou paga uma parte').default('full'), ask: z.boolean().default(true) }),
  answer: z.object({ account: z.number(), line: z.number(), claim: z.number().nullable() }),
})
export const undoSettlementsEndpoint = endpoint('undoSettlements', {
  method: 'POST',
  path: '/money/settlements/:account/undo',
  permission: 'money.reconcile',
  summary: 'Desfazer a ligação destas linhas; elas ficam abertas para uma pessoa',
  params: z.object({ account: id }),
  body: z.object({ lines: z.array(id).min(1).max(500) }),
  answer: z.object({ undone: z.number() }),
})
export const matchAgainEndpoint = endpoint('matchAgain', {
  method: 'POST',
  path: '/money/settlements/:account/match',
  permission: 'money.reconcile',
  summary: 'Conferir de novo as linhas abertas e procurar o que pedir de volta',
  params: z.object({ account: id }),
  answer: z.object({ settled: z.number(), open: z.number(), claims: z.number() }),
})
export const giveUpEndpoint = endpoint('giveUpReceivables', {
  method: 'POST',
  path: '/money/receivables/give-up',
  permission: 'money.reconcile',
  summary: 'Dar recebíveis por perdidos',
  body: z.object({ receivables: z.array(id).min(1).max(500) }),
  answer: z.object({ lost: z.number(), amount: z.number() }),
})
export const takeUpEndpoint = endpoint('takeUpReceivables', {
  method: 'POST',
  path: '/money/receivables/take-up',
  permission: 'money.reconcile',
  summary: 'Voltar a esperar recebíveis dados por perdidos',
  body: z.object({ receivables: z.array(id).min(1).max(500) }),
  answer: z.object({ waiting: z.number() }),
})

export const claimKinds = {
  commission: 'taxa acima do combinado',
  freight: 'frete acima do combinado',
  duplicate: 'cobrança em dobro',
  unknown_charge: 'cobrança de pedido desconhecido',
  refund_commission: 'devolução sem a comissão',
  missing: 'venda entregue e não paga',
} as const
export const claimStates = { open: 'a pedir', sent: 'pedido', accepted: 'aceito', paid: 'pago', lost: 'perdido', withdrawn: 'retirado' } as const
const claimKind = z.enum(Object.keys(claimKinds) as [keyof typeof claimKinds])
const claimState = z.enum(Object.keys(claimStates) as [keyof typeof claimStates])
/** From each state to which others; every step back is an undo. */
export const claimSteps: Record<z.output<typeof claimState>, z.output<typeof claimState>[]> = {
  open: ['sent', 'accepted', 'paid', 'lost', 'withdrawn'],
  sent: ['open', 'accepted', 'paid', 'lost', 'withdrawn'],
  accepted: ['sent', 'paid', 'lost'],
  paid: ['open', 'sent', 'accepted'],
  lost: ['open', 'sent', 'accepted'],
  withdrawn: ['open', 'sent'],
}
const claimRow = z.object({
  id: z.number(),
  account: z.number(),
  channel: z.string(),
  kind: claimKind,
  state: claimState,
  order: z.number().nullable(),
  external_order: z.string().nullable(),
  expected: z.number(),
  paid: z.number(),
  amount: z.number(),
  deadline: z.string(),
  days_left: z.number(),
  protocol: z.string().nullable(),
  note: z.string().nullable(),
  opened_at: z.string(),
  /** Whether a person must still settle the line by hand. */
  line: z.number().nullable(),
  settled: z.boolean(),
})
export type ClaimRow = z.output<typeof claimRow>
const claimFilters = {
  q: words(100).optional(),
  state: claimState.optional(),
  kind: claimKind.optional(),
  account: id.optional(),
  urgent: z.literal('sim').optional(),
}
const claimTotals = z.object({ state: claimState, kind: claimKind, claims: z.number(), amount: z.number() })
export const listClaims = endpoint('listClaims', {
  method: 'GET',
  path: '/money/claims',
  permission: 'money.read',
  summary: 'O que há a recuperar dos canais, do prazo mais curto ao mais longo',
  query: z.object({ ...paging, ...claimFilters }),
  answer: page(claimRow).extend({ totals: z.array(claimTotals), channels: z.array(z.object({ account: z.number(), name: z.string() })) }),
})
export const exportClaims = endpoint('exportClaims', {
  method: 'GET',
  path: '/money/claims.csv',
  permission: 'money.read',
  summary: 'Baixar as cobranças em CSV',
  query: z.object(claimFilters),
  file: 'text/csv',
})
export const readClaims = endpoint('readClaims', {
  method: 'GET',
  path: '/money/claims/text',
  permission: 'money.read',
  summary: 'Cobranças com o cálculo e o texto pronto para o canal',
  query: z.object({ claims: z.string().regex(/^\d{1,15}(,\d{1,15}){0,199}$/, 'Informe os números separados por vírgula') }),
  answer: z.object({
    text: z.string(),
    claims: z.array(
      claimRow.extend({
        said: z.array(z.string()),
        expected_parts: parts.nullable(),
        charged_parts: parts.nullable(),
        word: z.string().nullable(),
        day: z.string().nullable(),
        file: z.string().nullable(),
        row: z.number().nullable(),
      }),
    ),
  }),
})
export const moveClaimsEndpoint = endpoint('moveClaims', {
  method: 'POST',
  path: '/money/claims/move',
  permission: 'money.reconcile',
  summary: 'Marcar cobranças: pedidas, aceitas, pagas, perdidas, retiradas; ou voltar',
  body: z.object({ claims: z.array(id).min(1).max(500), to: claimState, protocol: words(80).optional(), note: words(500).optional() }),
  answer: z.object({ moved: z.number(), before: z.array(z.object({ claim: z.number(), state: claimState })) }),
})
export const settlementAccount = endpoint('settlementAccount', {
  method: 'GET',
  path: '/money/settlements/:account',
  permission: 'money.read',
  summary: 'Um canal: quanto há em cada lista',
  params: z.object({ account: id }),
  answer: z.object({
    account: z.number(),
    name: z.string(),
    lists: z.object({ open: z.number(), short: z.number(), unpaid: z.number() }),
    reasons: z.array(z.object({ reason: openReason, lines: z.number(), amount: z.number() })),
    tolerance: z.string(),
    claim_days: z.number(),
    wallet: walletCheck.nullable(),
  }),
})
export const saveMatchPolicy = endpoint('saveMatchPolicy', {
  method: 'PUT',
  path: '/money/settlements/:account/policy',
  permission: 'money.manage',
  summary: 'Mudar a tolerância de taxa e o prazo das cobranças de um canal',
  params: z.object({ account: id }),
  body: z.object({ tolerance_percent: z.number().min(0).max(50), claim_days: z.number().int().min(1).max(365) }),
  answer: z.object({ account: z.number() }),
})

export const refusals = {
  file_missing: 'Envie o arquivo no campo "file"',
  no_such_file: 'Este arquivo não existe',
  file_known: 'O arquivo {name} já entrou antes',
  file_refused: 'O arquivo tem problemas e não entrou',
  file_answered: 'Este arquivo não espera resposta agora',
  file_gone: 'O conteúdo deste arquivo está no arquivo original',
  which_bank_account: 'Diga de qual conta bancária é o arquivo',
  no_such_channel: 'Canal de venda não encontrado',
  no_such_mapping: 'Esta ligação de colunas não existe',
  line_not_open: 'Esta linha não está mais aberta; atualize a lista',
  no_such_receivable: 'Recebível não encontrado',
  receivable_settled: 'Este recebível já foi recebido; desfaça a ligação dele antes',
  part_too_large: 'A linha traz {net} e faltam {open}: para ligar, quite o recebível em vez de pagar uma parte',
  not_matched: 'Uma destas linhas não está ligada a nada; atualize a lista',
  claim_answered: 'A cobrança {claim} já foi respondida ou encerrada; volte a situação dela antes',
  claim_twice: 'A cobrança {other} já pede o mesmo que a {claim}; retire aquela antes',
  claim_step: 'Uma cobrança {from} não passa a {to}',
  nothing_to_give_up: 'Nada destes recebíveis está em aberto',
  claim_by_line: 'A cobrança {claim} foi paga por uma linha do repasse; volte atrás na linha antes',
  line_negative: 'Esta linha tira dinheiro: ela não quita um recebível',
  ...exitRefusals,
}
