import { z } from 'zod'
import { endpoint } from '../platform/endpoint.ts'

const zones = new Set([
  'America/Sao_Paulo',
  'America/Manaus',
  'America/Cuiaba',
  'America/Campo_Grande',
  'America/Belem',
  'America/Fortaleza',
  'America/Recife',
  'America/Bahia',
  'America/Maceio',
  'America/Araguaina',
  'America/Santarem',
  'America/Porto_Velho',
  'America/Boa_Vista',
  'America/Rio_Branco',
  'America/Noronha',
])

/** Every rule that a merchant may set, with its default. SQL reads the table `setting`; a missing row is the default. */
export const settings = z.object({
  time_zone: z
    .string()
    .refine((zone) => zones.has(zone), 'Escolha um fuso do Brasil')
    .default('America/Sao_Paulo'),
  /** Code of the carrier of orders that name none; null: they wait for one. */
  default_carrier: z.string().max(20).nullable().default(null),
  /** Boxes are weighed before the label; without it the last right scan closes a single box by itself. */
  weigh_boxes: z.boolean().default(true),
  /** Orders go down by themselves this many minutes before their truck or deadline; null: only by hand. */
  auto_release_minutes: z.number('Informe os minutos').int().min(5, 'No mínimo 5 minutos').max(1440, 'No máximo 1440 minutos').nullable().default(null),
  /** Totes of one cluster trip. */
  cart_slots: z.number('Informe a quantidade').int().min(1).max(60, 'No máximo 60 cestos').nullable().default(null),
  /** Most orders of one single-line trip. */
  single_batch: z.number('Informe a quantidade').int().min(1).max(500, 'No máximo 500 pedidos').default(40),
  /** Boxes leave only with an authorised nota. */
  invoice_required: z.boolean().default(false),
  /** When the nota goes out: as early as asked, but only then is it sure what will be in the box. */
  invoice_when: z.enum(['covered', 'released', 'picked', 'packed', 'by_hand'], 'Escolha quando a nota sai').default('picked'),
  /** A cancelled order whose nota is inside its window gets the cancelling of the nota by itself. */
  cancel_notas: z.boolean().default(true),
  /** Hours after authorisation in which a nota may be cancelled; the state of the company may allow more. */
  cancel_window_hours: z.number('Informe as horas').int().min(1, 'No mínimo 1 hora').max(720, 'No máximo 720 horas').default(24),
  /** Notas that others issue to us: our awareness (ciência) goes out by itself, which is what brings the XML. */
  manifest_awareness: z.enum(['auto', 'by_hand'], 'Escolha como a ciência é dada').default('auto'),
  /** Centavos: payments above it are approved by the owner; null: whoever approves may approve any. */
  approval_limit: z
    .number('Informe o valor em centavos')
    .int()
    .min(1, 'Informe o valor')
    .max(10_000_000_000, 'O valor passa de R$ 100 milhões')
    .nullable()
    .default(null),
})
export type Settings = z.output<typeof settings>

export const readSettings = endpoint('readSettings', {
  method: 'GET',
  path: '/settings',
  permission: 'signed_in',
  summary: 'Regras da operação',
  answer: settings,
})
export const saveSettings = endpoint('saveSettings', {
  method: 'PUT',
  path: '/settings',
  permission: 'settings.manage',
  summary: 'Mudar regras; o que ficar de fora não muda',
  body: z.object(
    Object.fromEntries(Object.entries(settings.shape).map(([name, rule]) => [name, rule.unwrap().optional()])) as {
      [Name in keyof typeof settings.shape]: z.ZodOptional<ReturnType<(typeof settings.shape)[Name]['unwrap']>>
    },
  ),
  answer: settings,
})
