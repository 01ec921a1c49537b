import { z } from 'zod'
import { centavos, endpoint, id, page, paging, words } from '../platform/endpoint.ts'
import { signed } from './shapes.ts'

export const contractStates = { agreed: 'Contratada', credited: 'Creditada', cancelled: 'Cancelada' } as const
export const contractLineKinds = {
  paid: 'Adiantamento creditado',
  fee: 'Custo cobrado',
  kept: 'Dia original: é do credor',
  returned: 'Devolvido',
  charged_back: 'Contestado: tomado de volta',
} as const

const contractRow = z.object({
  id: z.number(),
  account: z.object({ id: z.number(), name: z.string() }),
  creditor: z.string(),
  external_id: z.string().nullable(),
  bank: z.object({ id: z.number(), name: z.string() }).nullable(),
  line: z.string().nullable(),
  discount: z.string(),
  monthly_rate: z.string(),
  recourse: z.boolean(),
  agreed_on: z.string(),
  nominal: z.number(),
  received: z.number(),
  iof: z.number(),
  tariff: z.number(),
  cet_monthly: z.string().nullable(),
  cet_yearly: z.string().nullable(),
  state: z.enum(['agreed', 'credited', 'cancelled']),
  receivables: z.number(),
  /** Of its lines: advanced, less what was taken as price. */
  came: z.number(),
  lines: z.number(),
})
export type ContractRow = z.output<typeof contractRow>
const contractFilters = {
  q: words(80).optional(),
  state: z.enum(['agreed', 'credited', 'cancelled'], 'Situação desconhecida').optional(),
  account: id.optional(),
}
export const contractsEndpoint = endpoint('anticipations', {
  method: 'GET',
  path: '/treasury/contracts',
  permission: 'money.read',
  summary: 'Contratos de antecipação, o mais novo primeiro',
  query: z.object({ ...contractFilters, ...paging }),
  answer: page(contractRow).extend({
    totals: z.object({ contracts: z.number(), nominal: z.number(), received: z.number() }),
    accounts: z.array(z.object({ id: z.number(), name: z.string() })),
    /** Lines of anticipation or lien that answer no contract. */
    unanswered: z.number(),
  }),
})
export const contractsCsv = endpoint('anticipationsCsv', {
  method: 'GET',
  path: '/treasury/contracts.csv',
  permission: 'money.read',
  summary: 'Baixar os contratos de antecipação em CSV',
  query: z.object(contractFilters),
  file: 'text/csv',
})
export const contractEndpoint = endpoint('anticipation', {
  method: 'GET',
  path: '/treasury/contracts/:contract',
  permission: 'money.read',
  summary: 'Um contrato de antecipação: recebíveis entregues e linhas que respondem por ele',
  params: z.object({ contract: id }),
  answer: contractRow.extend({
    cancellable: z.boolean(),
    parts: z.array(
      z.object({
        receivable: z.number(),
        order: z.number().nullable(),
        title: z.string(),
        due: z.string(),
        nominal: z.number(),
        centavos: z.number(),
        kept: z.number(),
        charged_back: z.number(),
      }),
    ),
    answers: z.array(
      z.object({
        line: z.number(),
        kind: z.enum(['paid', 'fee', 'kept', 'returned', 'charged_back']),
        word: z.string(),
        day: z.string(),
        net: z.number(),
        receivable: z.number().nullable(),
        file: z.string(),
        row: z.number(),
      }),
    ),
  }),
})
export const agreeEndpoint = endpoint('agreeAnticipation', {
  method: 'POST',
  path: '/treasury/contracts',
  permission: 'money.manage',
  summary: 'Contratar uma antecipação: os recebíveis passam ao credor e não são recebidos duas vezes',
  body: z.object({
    line: id,
    account: id,
    creditor: words(80).optional(),
    external_id: words(80).nullable().default(null),
    bank: id.nullable().default(null),
    parts: z
      .array(z.object({ receivable: id, centavos: centavos.min(1, 'Cada parte vale pelo menos um centavo') }))
      .min(1, 'Escolha os recebíveis')
      .max(20_000),
    /** What the simulation said that comes: when the sum is another one now, nothing is done. */
    received: signed,
  }),
  answer: z.object({ id: z.number() }),
})
const oneContract = { params: z.object({ contract: id }) }
export const cancelContractEndpoint = endpoint('cancelAnticipation', {
  method: 'POST',
  path: '/treasury/contracts/:contract/cancel',
  permission: 'money.manage',
  summary: 'Cancelar uma antecipação que o canal ainda não respondeu: os recebíveis voltam',
  ...oneContract,
})
export const creditedEndpoint = endpoint('anticipationCredited', {
  method: 'POST',
  path: '/treasury/contracts/:contract/credited',
  permission: 'money.manage',
  summary: 'Dizer que o dinheiro da antecipação chegou',
  ...oneContract,
})
