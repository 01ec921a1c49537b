import { z } from 'zod'
import { endpoint, id, words } from '../platform/endpoint.ts'
import { bankDetails } from './fields.ts'

/* Suppliers' terms. */

const terms = z.object({
  /** Days after the issue, one for each instalment: [28, 42, 56]. */
  days: z.array(z.number().int().min(0).max(720, 'No máximo 720 dias')).max(24, 'No máximo 24 parcelas'),
  method: z.enum(['boleto', 'pix', 'transfer', 'other'], 'Escolha como se paga'),
  pix_key: words(99).nullable(),
  bank_details: bankDetails.nullable(),
})
export type Terms = z.output<typeof terms>
export const readTerms = endpoint('readSupplierTerms', {
  method: 'GET',
  path: '/supplier-terms/:supplier',
  permission: 'money.read',
  summary: 'Prazos e dados de pagamento de um fornecedor',
  params: z.object({ supplier: id }),
  answer: terms.extend({ name: z.string(), document: z.string().nullable() }),
})
export const saveTermsEndpoint = endpoint('saveSupplierTerms', {
  method: 'PUT',
  path: '/supplier-terms/:supplier',
  permission: 'money.pay',
  summary: 'Gravar prazos e dados de pagamento de um fornecedor; valem para as próximas notas',
  params: z.object({ supplier: id }),
  body: terms,
})
