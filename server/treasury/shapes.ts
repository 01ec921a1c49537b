import { z } from 'zod'
import { certainties } from './cash-flow.ts'

export const certainty = z.enum(certainties)
export const signed = z.number('Informe o valor em centavos').int().min(-10_000_000_000).max(10_000_000_000)
export const percent = (most: number, message: string) =>
  z
    .string(message)
    .regex(/^\d{1,3}(\.\d{1,6})?$/, message)
    .refine((text) => Number(text) <= most, message)

export const low = z.object({ day: z.string(), balance: z.number() })
export const cet = z.object({ monthly: z.string(), yearly: z.string() }).nullable()

/** One source of money for a need: what it brings, what it costs over the whole contract, and what of the need it does not cover. */
export const financed = z.object({
  /** Of the source: two early payments to one supplier have the same name. */
  id: z.string(),
  kind: z.enum(['anticipation', 'loan', 'overdraft', 'supplier']),
  name: z.string(),
  line: z.number().nullable(),
  payable: z.number().nullable(),
  brings: z.number(),
  cost: z.number(),
  cet,
  missing: z.number(),
  /** The least balance of the forecast with it; null where it changes none. */
  lowest: z.number().nullable(),
})
export type Financed = z.output<typeof financed>

/** Sources that together cover what none covers alone, or cover it cheaper. */
export const combinedOf = <Part extends typeof financed>(part: Part) =>
  z.object({ brings: z.number(), cost: z.number(), cet, missing: z.number(), lowest: z.number().nullable(), parts: z.array(part) }).nullable()
