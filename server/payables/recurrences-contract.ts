import { z } from 'zod'
import { day, endpoint, id } from '../platform/endpoint.ts'
import { owed } from './fields.ts'

/* What comes back every month. */

const recurrence = z.object({
  ...owed,
  month_day: z.number('Informe o dia do mês').int().min(1, 'De 1 a 31').max(31, 'De 1 a 31'),
  every_months: z.number().int().min(1).max(12, 'No máximo 12 meses').default(1),
  /** The first one that is due; on a change: the first that follows the new terms. */
  next_due: day,
  until: day.nullish(),
  active: z.boolean().default(true),
})
export type Recurrence = z.output<typeof recurrence>
export const listRecurrences = endpoint('listRecurrences', {
  method: 'GET',
  path: '/recurrences',
  permission: 'money.read',
  summary: 'Contas que se repetem',
  answer: z.object({
    rows: z.array(
      recurrence.extend({
        id: z.number(),
        document: z.string().nullable(),
        supplier_name: z.string().nullable(),
        next_unpaid: z.string().nullable(),
        made: z.number(),
      }),
    ),
    a_month: z.number(),
  }),
})
export const addRecurrenceEndpoint = endpoint('addRecurrence', {
  method: 'POST',
  path: '/recurrences',
  permission: 'money.pay',
  summary: 'Repetir uma conta todo mês, ou a cada tantos meses; as próximas são feitas com 120 dias de antecedência',
  body: recurrence,
  answer: z.object({ recurrence: z.number(), made: z.number() }),
})
export const changeRecurrenceEndpoint = endpoint('changeRecurrence', {
  method: 'PUT',
  path: '/recurrences/:recurrence',
  permission: 'money.pay',
  summary: 'Mudar uma repetição: só as que ainda vão vencer e não foram pagas mudam',
  params: z.object({ recurrence: id }),
  body: recurrence,
  answer: z.object({ recurrence: z.number(), made: z.number() }),
})
