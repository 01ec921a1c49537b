import { z } from 'zod'
import { day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'
import { chosen, method } from './fields.ts'

/* Files for the bank. */

const agreement = z.object({
  agreement: filled(20),
  bank_name: filled(30),
  branch: z.string().regex(/^\d{1,5}$/, 'A agência tem até 5 números, sem dígito'),
  branch_digit: z
    .string()
    .regex(/^[\dA-Z]?$/, 'Um número ou uma letra')
    .default(''),
  account: z.string().regex(/^\d{1,12}$/, 'A conta tem até 12 números, sem dígito'),
  account_digit: z.string().regex(/^[\dA-Z]$/, 'Um número ou uma letra'),
  versions: z.object({ file: words(3).optional(), transfer: words(3).optional(), boleto: words(3).optional(), bill: words(3).optional() }).default({}),
  /** Number of the last file that the bank got; the next one follows it. */
  last_sequence: z.number().int().min(0).max(999_998).default(0),
})
export type Agreement = z.output<typeof agreement>
export const readAgreement = endpoint('readPaymentAgreement', {
  method: 'GET',
  path: '/payment-agreements/:bank_account',
  permission: 'money.read',
  summary: 'Convênio de pagamento de uma conta bancária',
  params: z.object({ bank_account: id }),
  answer: agreement.extend({ name: z.string(), saved: z.boolean(), company: z.string().nullable() }),
})
export const saveAgreementEndpoint = endpoint('savePaymentAgreement', {
  method: 'PUT',
  path: '/payment-agreements/:bank_account',
  permission: 'money.manage',
  summary: 'Gravar o convênio de pagamento que o banco deu',
  params: z.object({ bank_account: id }),
  body: agreement,
})

const remittanceRow = z.object({
  id: z.number(),
  bank: z.object({ id: z.number(), name: z.string() }),
  sequence: z.number(),
  name: z.string(),
  total: z.number(),
  payments: z.number(),
  paid: z.number(),
  refused: z.number(),
  waiting: z.number(),
  cancelled: z.number(),
  written_at: z.string(),
  written_by: z.string().nullable(),
})
export type RemittanceRow = z.output<typeof remittanceRow>
export const listRemittances = endpoint('listRemittances', {
  method: 'GET',
  path: '/remittances',
  permission: 'money.read',
  summary: 'Arquivos de pagamento escritos para os bancos, o mais novo primeiro',
  query: z.object({ bank: id.optional(), waiting: z.literal('yes').optional(), ...paging }),
  answer: page(remittanceRow),
})
export const readRemittance = endpoint('readRemittance', {
  method: 'GET',
  path: '/remittances/:remittance',
  permission: 'money.read',
  summary: 'Os pagamentos de uma remessa e o que o banco respondeu',
  params: z.object({ remittance: id }),
  answer: remittanceRow.extend({
    items: z.array(
      z.object({
        position: z.number(),
        payable: z.number(),
        beneficiary: z.string(),
        number: z.string(),
        amount: z.number(),
        pay_on: z.string(),
        due_on: z.string(),
        method,
        outcome: z.enum(['accepted', 'paid', 'refused', 'cancelled']).nullable(),
        answer: z.string().nullable(),
        paid_on: z.string().nullable(),
      }),
    ),
  }),
})
export const writeRemittanceEndpoint = endpoint('writeRemittance', {
  method: 'POST',
  path: '/remittances',
  permission: 'money.pay',
  summary: 'Escrever o arquivo CNAB 240 de contas aprovadas',
  body: z.object({
    bank_account: id,
    payables: chosen,
    /** Left out: each on its due day, and no earlier than today. */
    pay_on: day.optional(),
  }),
  answer: z.object({ remittance: z.number(), name: z.string(), payments: z.number(), total: z.number() }),
})
export const downloadRemittance = endpoint('downloadRemittance', {
  method: 'GET',
  path: '/remittances/:remittance/file',
  permission: 'money.pay',
  summary: 'Baixar a remessa: sempre os mesmos bytes',
  params: z.object({ remittance: id }),
  file: 'application/octet-stream',
})
export const cancelRemittanceEndpoint = endpoint('cancelRemittance', {
  method: 'POST',
  path: '/remittances/:remittance/cancel',
  permission: 'money.pay',
  summary: 'Cancelar uma remessa que não foi enviada ao banco: as contas voltam a aprovadas',
  params: z.object({ remittance: id }),
  answer: z.object({ changed: z.number() }),
})
