import { z } from 'zod'
import { endpoint, id } from '../../platform/endpoint.ts'

interface Field {
  name: string
  label: string
  secret: boolean
  hint?: string
}

/** Whose reports can be fetched, and what that needs. `days`: without a report for longer than this, something is wrong. */
export const reportKinds = {
  mercado_pago: {
    label: 'Mercado Pago',
    address: 'https://api.mercadopago.com',
    days: 3,
    about: 'Liberações (o que entra e sai da conta) e dinheiro em conta (quando cada venda será liberada), um dia depois.',
    fields: [{ name: 'access_token', label: 'Access token de produção', secret: true, hint: 'Suas integrações, Credenciais de produção: começa com APP_USR-' }],
  },
  shopee: {
    label: 'Shopee',
    address: 'https://partner.shopeemobile.com',
    days: 10,
    about: 'Repasse de cada pedido liberado e movimentos da carteira, um dia depois.',
    fields: [
      { name: 'partner_id', label: 'Partner ID', secret: false, hint: 'De um aplicativo só para isto: cada renovação do acesso vale uma vez' },
      { name: 'shop_id', label: 'Shop ID', secret: false },
      { name: 'partner_key', label: 'Partner key', secret: true },
      { name: 'refresh_token', label: 'Refresh token', secret: true, hint: 'Da autorização da loja; é trocado por um novo a cada uso' },
    ],
  },
  amazon: {
    label: 'Amazon',
    address: 'https://sellingpartnerapi-na.amazon.com',
    days: 18,
    about: 'Liquidações (arquivo simples V2), assim que a Amazon as fecha.',
    fields: [
      { name: 'client_id', label: 'Client ID do aplicativo', secret: false },
      { name: 'client_secret', label: 'Client secret', secret: true },
      { name: 'refresh_token', label: 'Refresh token', secret: true, hint: 'Começa com Atzr|' },
    ],
  },
  pagarme: {
    label: 'Pagar.me',
    address: 'https://api.pagar.me',
    days: 10,
    about: 'Recebíveis pagos, um dia depois, e uma vez por dia tudo o que ainda vai entrar.',
    fields: [{ name: 'secret_key', label: 'Chave secreta', secret: true, hint: 'Configurações, Chaves: com leitura do financeiro; começa com sk_' }],
  },
} as const satisfies Record<string, { label: string; address: string; days: number; about: string; fields: Field[] }>
export type ReportKind = keyof typeof reportKinds
export const reportFields = (kind: ReportKind): Field[] => [...reportKinds[kind].fields]

const kind = z.enum(Object.keys(reportKinds) as [ReportKind, ...ReportKind[]], `Use ${Object.keys(reportKinds).join(', ')}`)
const account = z.object({ account: id })

const sourceRow = z.object({
  account: z.object({ id: z.number(), name: z.string() }),
  kind,
  address: z.string(),
  settings: z.record(z.string(), z.string()),
  /** Names of the secrets that are stored; their values never leave the server. */
  secrets: z.array(z.string()),
  active: z.boolean(),
  /** A worker is asking the channel this moment. */
  asking: z.boolean(),
  asked_at: z.string().nullable(),
  answered_at: z.string().nullable(),
  next_at: z.string(),
  fault: z.string().nullable(),
  faults_in_a_row: z.number(),
  /** "Nenhum relatório desde 12/10/2026", when that is too long ago. */
  silent: z.string().nullable(),
  /** The last report that came, and what became of it. */
  last_file: z.object({ id: z.number(), name: z.string(), state: z.string(), received_at: z.string() }).nullable(),
})
export type ReportSource = z.output<typeof sourceRow>

export const reportSources = endpoint('reportSources', {
  method: 'GET',
  path: '/report-sources',
  permission: 'money.read',
  summary: 'De onde os relatórios dos canais vêm sozinhos',
  answer: z.object({
    rows: z.array(sourceRow),
    /** Channel accounts that have no source yet. */
    accounts: z.array(z.object({ id: z.number(), name: z.string(), kind: z.string() })),
  }),
})

export const saveReportSource = endpoint('saveReportSource', {
  method: 'PUT',
  path: '/report-sources/:account',
  permission: 'money.manage',
  summary: 'Ligar ou mudar a busca dos relatórios de um canal',
  params: account,
  body: z.object({
    kind,
    /** Left out: the channel's own. */
    address: z
      .url({ protocol: /^https?$/, message: 'Informe o endereço inteiro, com https://' })
      .max(200)
      .optional(),
    /** Settings and secrets by the names of `reportKinds`; secrets that are left out stay. */
    settings: z.record(z.string().max(40), z.string().max(400)).default({}),
    secrets: z.record(z.string().max(40), z.string().max(2000)).default({}),
  }),
  answer: z.object({ account: z.number() }),
})

export const pauseReportSource = endpoint('pauseReportSource', {
  method: 'POST',
  path: '/report-sources/:account/pause',
  permission: 'money.manage',
  summary: 'Pausar ou retomar a busca dos relatórios de um canal',
  params: account,
  body: z.object({ paused: z.boolean() }),
})

export const fetchReportSource = endpoint('fetchReportSource', {
  method: 'POST',
  path: '/report-sources/:account/fetch',
  permission: 'money.reconcile',
  summary: 'Buscar agora os relatórios de um canal',
  params: account,
})

export const reportRefusals = {
  no_such_report_source: 'Este canal não tem busca de relatórios',
  report_source_paused: 'A busca deste canal está pausada. Retome antes de buscar',
}
