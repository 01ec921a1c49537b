import { z } from 'zod'
import { endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'

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
