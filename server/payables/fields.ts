import { z } from 'zod'
import { centavos, filled, id, words } from '../platform/endpoint.ts'
import { kinds } from './words.ts'

/* What several requests ask for in the same words. */

export const kind = z.enum(kinds, 'Escolha o tipo da conta')
export const method = z.enum(['boleto', 'pix', 'transfer', 'tax_guide', 'debit', 'other'], 'Escolha como se paga')
export const bankDetails = z.object({
  bank: z.string().regex(/^\d{3}$/, 'O código do banco tem 3 números, por exemplo 001'),
  branch: z.string().regex(/^\d{1,5}$/, 'A agência tem até 5 números, sem dígito'),
  account: z.string().regex(/^\d{1,12}$/, 'A conta tem até 12 números, sem dígito'),
  digit: z.string().regex(/^[\dA-Za-z]$/, 'O dígito da conta é um número ou uma letra'),
  savings: z.boolean().optional(),
})
const taxId = z
  .string()
  .transform((text) => text.replaceAll(/[.\-/\s]/g, '').toUpperCase())
  .pipe(z.string().regex(/^(\d{11}|[\dA-Z]{12}\d{2})$/, 'O CPF tem 11 números e o CNPJ tem 14 caracteres'))
export const positive = centavos.min(1, 'Informe o valor')
export const chosen = z.array(id).min(1, 'Escolha ao menos uma conta').max(2000, 'No máximo 2.000 contas de uma vez')
/** What is owed to whom and how it is paid, as a person types it; of a bill and of what comes back every month. */
export const owed = {
  kind,
  company: id.nullish(),
  supplier: id.nullish(),
  beneficiary: filled(120).min(2, 'Informe quem recebe'),
  document: taxId.nullish(),
  description: words(200).default(''),
  amount: positive,
  method: method.default('boleto'),
  pix_key: words(99).nullish(),
  bank_details: bankDetails.nullish(),
}
