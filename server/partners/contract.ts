import { z } from 'zod'
import { day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'
import { kindNames } from './kinds.ts'

export { fieldsOf, partnerKinds } from './kinds.ts'
export type { PartnerField, PartnerKind } from './kinds.ts'

export const deliveryStates = {
  queued: 'na fila',
  sending: 'enviando',
  uncertain: 'confirmando',
  accepted: 'entregue',
  refused: 'recusada',
  skipped: 'não se aplica',
} as const
export type DeliveryState = keyof typeof deliveryStates

const partnerRow = z.object({
  id: z.number(),
  kind: z.enum(kindNames),
  name: z.string(),
  account: z.object({ id: z.number(), name: z.string() }).nullable(),
  company: z.object({ id: z.number(), name: z.string() }).nullable(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Names of the secrets that are stored; their values never leave the server. */
  secrets: z.array(z.string()),
  active: z.boolean(),
  /** Why nothing goes out to it just now; null: nothing is wrong with the partner itself. */
  problem: z.string().nullable(),
  paused_until: z.string().nullable(),
  test_state: z.enum(['running', 'passed', 'failed']).nullable(),
  test_words: z.string().nullable(),
  tested_at: z.string().nullable(),
  waiting: z.number(),
  failing: z.number(),
  refused: z.number(),
  last_accepted_at: z.string().nullable(),
})
export type PartnerRow = z.output<typeof partnerRow>

export const partnerList = endpoint('partnerList', {
  method: 'GET',
  path: '/fiscal/partners',
  permission: 'fiscal.read',
  summary: 'Quem recebe o XML das notas, com o que falta entregar',
  answer: z.object({
    rows: z.array(partnerRow),
    /** Channels and companies that a partner may be of. */
    accounts: z.array(z.object({ id: z.number(), name: z.string(), kind: z.string() })),
    companies: z.array(z.object({ id: z.number(), name: z.string() })),
  }),
})

const draft = z.object({
  name: filled(80),
  /** Required where the kind is a channel, refused otherwise. */
  account: id.nullable().default(null),
  /** Null: the notas of every company. */
  company: id.nullable().default(null),
  settings: z.record(z.string().max(40), z.union([z.string().max(400), z.number(), z.boolean()])).default({}),
  /** Only those to be changed; the others stay as they are. */
  secrets: z.record(z.string().max(40), z.string().max(4000)).default({}),
  active: z.boolean().default(true),
})
export const addPartner = endpoint('addPartner', {
  method: 'POST',
  path: '/fiscal/partners',
  permission: 'fiscal.manage',
  summary: 'Cadastrar quem recebe o XML',
  body: draft.extend({ kind: z.enum(kindNames, 'Escolha o tipo de parceiro') }),
  answer: z.object({ id: z.number() }),
})
export const savePartner = endpoint('savePartner', {
  method: 'PUT',
  path: '/fiscal/partners/:partner',
  permission: 'fiscal.manage',
  summary: 'Alterar um parceiro; segredos que ficarem de fora não mudam',
  params: z.object({ partner: id }),
  body: draft,
  answer: z.object({ id: z.number() }),
})
export const testPartner = endpoint('testPartner', {
  method: 'POST',
  path: '/fiscal/partners/:partner/test',
  permission: 'fiscal.manage',
  summary: 'Testar o acesso ao parceiro; o resultado aparece na lista',
  params: z.object({ partner: id }),
})

const deliveryRow = z.object({
  id: z.number(),
  state: z.enum(Object.keys(deliveryStates) as [DeliveryState]),
  file: z.enum(['nota', 'cancel']),
  failing: z.boolean(),
  partner: z.object({ id: z.number(), name: z.string(), kind: z.enum(kindNames) }),
  nota: z.object({ id: z.number(), number: z.number().nullable(), series: z.number().nullable(), key: z.string() }),
  order: z.object({ id: z.number(), external_id: z.string(), channel: z.string() }).nullable(),
  attempts: z.number(),
  /** Stable code of the last answer; its words are in `answer`. */
  code: z.string().nullable(),
  answer: z.string().nullable(),
  remote_id: z.string().nullable(),
  /** When it will be tried again; null: it waits for nobody, or for a person. */
  next_at: z.string().nullable(),
  due_at: z.string().nullable(),
  at: z.string(),
})
export type DeliveryRow = z.output<typeof deliveryRow>

const deliveryFilters = z.object({
  nota: z.coerce.number().int().optional(),
  order: z.coerce.number().int().optional(),
  partner: z.coerce.number().int().optional(),
  state: z.enum(Object.keys(deliveryStates) as [DeliveryState]).optional(),
  /** Refused, or not there yet after a try. */
  failing: z.stringbool().optional(),
  code: words(80).optional(),
  /** A key, a number of a nota or an order of the channel. */
  text: words(60).optional(),
})
export const deliveryList = endpoint('deliveryList', {
  method: 'GET',
  path: '/fiscal/deliveries',
  permission: 'orders.read',
  summary: 'Entregas do XML aos parceiros, as que falham primeiro',
  query: z.object({ ...paging, ...deliveryFilters.shape }),
  answer: page(deliveryRow).extend({ totals: z.record(z.string(), z.number()) }),
})
export const retryDeliveries = endpoint('retryDeliveries', {
  method: 'POST',
  path: '/fiscal/deliveries/retry',
  permission: 'fiscal.issue',
  summary: 'Tentar de novo entregas recusadas ou em espera: as escolhidas, ou todas de um parceiro ou motivo',
  body: z.object({
    deliveries: z.array(id).max(1000, 'No máximo 1000 de uma vez').optional(),
    partner: id.optional(),
    code: words(80).optional(),
    all: z.boolean().default(false),
  }),
  answer: z.object({ queued: z.number() }),
})

/** The first day stands for the month; `2026-11` in the address. */
export const fiscalMonths = endpoint('fiscalMonths', {
  method: 'GET',
  path: '/fiscal/months',
  permission: 'fiscal.read',
  summary: 'Meses com notas, para baixar ou mandar ao contador',
  answer: z.object({
    rows: z.array(
      z.object({
        month: day,
        company: z.object({ id: z.number(), name: z.string() }),
        environment: z.enum(['production', 'homologation']),
        notas: z.number(),
        cancelled: z.number(),
        /** Centavos of the authorised ones. */
        amount: z.number(),
        sent: z.array(z.object({ partner: z.string(), state: z.string(), parts: z.number(), answer: z.string().nullable(), at: z.string() })),
      }),
    ),
  }),
})
export const monthZip = endpoint('monthZip', {
  method: 'GET',
  path: '/fiscal/months/:month.zip',
  permission: 'fiscal.read',
  summary: 'Todos os XML de um mês, byte a byte, com um índice em CSV',
  params: z.object({ month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Informe o mês como AAAA-MM') }),
  query: z.object({
    /** None: all companies. */
    company: z.coerce.number().int().optional(),
    environment: z.enum(['production', 'homologation']).default('production'),
  }),
  file: 'application/zip',
})
export const sendMonth = endpoint('sendMonth', {
  method: 'POST',
  path: '/fiscal/months/:month/send',
  permission: 'fiscal.manage',
  summary: 'Mandar agora um mês ao contador, ou mandar de novo',
  params: z.object({ month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Informe o mês como AAAA-MM') }),
  body: z.object({ company: id }),
  answer: z.object({ queued: z.number() }),
})

export const refusals = {
  no_such_partner: 'Parceiro não encontrado',
  partner_of_account_exists: 'Este canal já tem um parceiro ativo: {partner}',
  partner_kind_account: 'Escolha o canal de venda cujas notas vão para este parceiro',
  no_such_channel: 'Canal de venda não encontrado',
  no_such_company: 'A empresa {company} não existe',
  nothing_to_retry: 'Diga o que tentar de novo: entregas, um parceiro ou um motivo',
  no_accountant: 'Nenhum contador ativo para esta empresa: cadastre um em Configurações, Parceiros',
} as const
