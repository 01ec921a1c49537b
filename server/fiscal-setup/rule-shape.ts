import { z } from 'zod'
import type { ItemTaxRule } from '../fiscal/index.ts'

/* The shape of `tax_rule.rule`: exactly ItemTaxRule of fiscal/tax-rule.ts, said once more so that it can be checked. `satisfies` below keeps
 * the two the same in one direction, the starter set (an ItemTaxRule given where this shape is asked for) in the other. */

/** CST of CRT 2 and 3, then CSOSN of CRT 1 and 4. */
export const icmsCodes = {
  '00': 'Tributada integralmente',
  '10': 'Tributada e com ICMS por substituição tributária',
  '20': 'Com redução da base',
  '30': 'Isenta ou não tributada e com substituição tributária',
  '40': 'Isenta',
  '41': 'Não tributada',
  '50': 'Suspensão',
  '51': 'Diferimento',
  '60': 'ICMS cobrado antes por substituição tributária',
  '70': 'Com redução da base e substituição tributária',
  '90': 'Outras',
  '101': 'Simples, com permissão de crédito',
  '102': 'Simples, sem permissão de crédito',
  '103': 'Simples, isenção por faixa de receita',
  '201': 'Simples, com crédito e substituição tributária',
  '202': 'Simples, sem crédito e com substituição tributária',
  '203': 'Simples, isenção por faixa e substituição tributária',
  '300': 'Simples, imune',
  '400': 'Simples, não tributada',
  '500': 'Simples, ICMS cobrado antes por substituição tributária',
  '900': 'Simples, outras',
} as const satisfies Record<ItemTaxRule['icms']['code'], string>
/** A company of CRT 1 or 4 writes CSOSN (three digits), one of 2 or 3 CST (two). */
export const isSimplesCode = (code: string) => code.length === 3

/** A percentage as plain decimal text, up to 4 decimals; the comma of a Brazilian hand becomes a point. */
export const rate = z
  .union([z.string(), z.number()])
  .transform((text) => String(text).trim().replace('%', '').trim().replace(',', '.'))
  .refine((text) => /^\d{1,3}(\.\d{1,4})?$/.test(text) && Number(text) <= 100, 'Escreva um percentual de 0 a 100, com até 4 casas')
const maybe = rate.nullable()
/** A margin (MVA) may pass 100%. */
const margin = z
  .union([z.string(), z.number()])
  .transform((text) => String(text).trim().replace(',', '.'))
  .refine((text) => /^\d{1,3}(\.\d{1,4})?$/.test(text), 'Escreva um percentual com até 4 casas')
const reais = z
  .string()
  .transform((text) => text.trim().replace(',', '.'))
  .refine((text) => /^\d{1,11}(\.\d{1,4})?$/.test(text), 'Escreva um valor em reais com até 4 casas')
const cst = (digits: number) => z.string().regex(new RegExp(`^\\d{${digits}}$`), `O CST tem ${digits} números`)
const cClassTrib = z.string().regex(/^\d{6}$/, 'O cClassTrib tem 6 números')
const both = z.object({ ibs: rate, cbs: rate }).nullable()

export const itemTaxRule = z.strictObject({
  cfop: z.string().regex(/^[123567]\d{3}$/, 'O CFOP tem 4 números e começa com 1, 2, 3, 5, 6 ou 7'),
  cBenef: z
    .string()
    .trim()
    .refine((code) => code === 'SEM CBENEF' || /^[A-Z0-9]{8}$|^[A-Z0-9]{10}$/.test(code), 'O código de benefício tem 8 ou 10 letras e números, ou SEM CBENEF')
    .nullable(),
  icms: z.strictObject({
    code: z.enum(Object.keys(icmsCodes) as [keyof typeof icmsCodes], 'Escolha um CST ou CSOSN que existe'),
    rate: maybe,
    baseReduction: maybe,
    deferral: maybe,
    fcp: maybe,
    st: z
      .strictObject({
        mode: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)], 'De 0 a 6'),
        mva: margin.nullable(),
        baseReduction: maybe,
        rate,
        fcp: maybe,
      })
      .nullable(),
    retained: z.strictObject({ unitBase: reais, rate, unitSubstitute: reais.nullable(), unitValue: reais }).nullable(),
    relief: z
      .strictObject({ reason: z.string().regex(/^\d{1,2}$/, 'O motivo da desoneração tem 1 ou 2 números'), rate, inside: z.boolean(), deducted: z.boolean() })
      .nullable(),
    credit: maybe,
  }),
  difal: z.strictObject({ internal: rate, interstate: z.enum(['4', '7', '12'], 'Use 4, 7 ou 12'), fcp: maybe, base: z.enum(['single', 'double']) }).nullable(),
  ipi: z.strictObject({ cst: cst(2), framework: z.string().regex(/^\d{3}$/, 'O enquadramento tem 3 números'), rate }).nullable(),
  pis: z.strictObject({ cst: cst(2), rate }),
  cofins: z.strictObject({ cst: cst(2), rate }),
  contributionsWithout: z.strictObject({ icms: z.boolean(), difal: z.boolean() }),
  ibsCbs: z
    .strictObject({
      cst: cst(3),
      cClassTrib,
      donation: z.boolean(),
      reduction: both,
      deferral: both,
      regular: z.strictObject({ cst: cst(3), cClassTrib, reduction: both }).nullable(),
    })
    .nullable(),
  approximate: maybe,
}) satisfies z.ZodType<ItemTaxRule>
