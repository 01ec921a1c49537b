import { z } from 'zod'
import { day, endpoint } from '../platform/endpoint.ts'

const method = z.enum(['average', 'fifo'], 'Escolha média móvel ou PEPS')
const answer = z.object({
  today: z.string(),
  method,
  /** Null: from the first day on. */
  since: z.string().nullable(),
  next: z.object({ valid_from: z.string(), method }).nullable(),
})
export const stockMethodEndpoint = endpoint('stockMethod', {
  method: 'GET',
  path: '/stock-method',
  permission: 'margin.read',
  summary: 'Como o estoque é custeado: média móvel ou PEPS (primeiro que entra, primeiro que sai)',
  answer,
})
export const saveStockMethod = endpoint('saveStockMethod', {
  method: 'POST',
  path: '/stock-method',
  permission: 'pricing.manage',
  summary: 'Muda o método de custo do estoque a partir de um dia que ainda não começou',
  body: z.object({ method, valid_from: day }),
  answer,
})
