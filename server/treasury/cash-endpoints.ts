import { z } from 'zod'
import { day, endpoint, id, page, paging, words } from '../platform/endpoint.ts'
import { certainty, combinedOf, financed, low } from './shapes.ts'

export const certaintyWords = { actual: 'No caixa', announced: 'Anunciado pelo canal', firm: 'Certo, entregue', predicted: 'Previsto' } as const
export const outflowWords: Record<string, string> = {
  supplier: 'Fornecedores',
  tax: 'Impostos',
  payroll: 'Folha',
  rent: 'Aluguel',
  freight: 'Fretes',
  ads: 'Anúncios',
  service: 'Serviços',
  loan: 'Empréstimos',
  other: 'Outras',
}

const inflow = z.record(certainty, z.number())

/** By what the sales of a month ahead are reckoned; `way` null: nobody knows. */
const salesHistory = z.object({
  month: z.string(),
  /** Days of the month without sales yet. */
  days: z.number(),
  way: z.enum(['last_year', 'last_days']).nullable(),
  /** The days of the history, and what was sold on them, in centavos. */
  from: z.string().nullable(),
  until: z.string().nullable(),
  gross: z.number(),
  net: z.number(),
  /** Mean days from a sale to its money. */
  wait: z.number().nullable(),
})
export type SalesHistory = z.output<typeof salesHistory>

export const cashAheadEndpoint = endpoint('cashAhead', {
  method: 'GET',
  path: '/treasury/cash',
  permission: 'money.read',
  summary: 'O caixa dos próximos dias: entradas por certeza, saídas por tipo, menor saldo, descasamento e o custo do que falta',
  query: z.object({
    days: z.coerce.number().int().min(7).max(365).default(120),
    /** Counts only what is at least so sure. */
    certainty: z.enum(['announced', 'firm', 'predicted']).optional(),
    scenario: z.union([id, z.array(id)]).optional(),
  }),
  answer: z.object({
    from: z.string(),
    opening: z.number(),
    accounts: z.array(z.object({ code: z.string(), name: z.string(), balance: z.number() })),
    days: z.array(z.object({ day: z.string(), inflow, outflow: z.record(z.string(), z.number()), net: z.number(), balance: z.number(), prudent: z.number() })),
    lowest: low,
    prudent_lowest: low,
    gap: z.number(),
    gap_from: z.string().nullable(),
    gap_until: z.string().nullable(),
    late: z.number(),
    late_payables: z.number(),
    after: z.number(),
    /** Days from a sale to its money and from a purchase to its payment, weighted by value. */
    mismatch: z.object({ receive: z.number().nullable(), pay: z.number().nullable(), mismatch: z.number().nullable() }),
    /** What closing the gap costs at each source; null without a gap. */
    financing: z.object({ need: z.number(), on: z.string(), by: z.string(), sources: z.array(financed), combined: combinedOf(financed) }).nullable(),
    scenarios: z.array(
      z.object({ id: z.number(), name: z.string(), balance: z.array(z.number()), lowest: low, gap: z.number(), sales: z.array(salesHistory) }),
    ),
  }),
})

const cashRow = z.object({
  key: z.string(),
  source: z.enum(['receivable', 'payable', 'recurrence', 'contract']),
  id: z.number(),
  day: z.string(),
  title: z.string(),
  who: z.string(),
  /** Certainty of what comes in, kind of what goes out. */
  state: z.string(),
  centavos: z.number(),
})
export type CashRow = z.output<typeof cashRow>
const cashRowFilters = {
  side: z.enum(['in', 'out', 'late', 'late_out'], 'Escolha entradas, saídas ou atrasados').default('in'),
  from: day.optional(),
  until: day.optional(),
  certainty: z.enum(['announced', 'firm', 'predicted']).optional(),
  kind: words(20).optional(),
}
export const cashRowsEndpoint = endpoint('cashRows', {
  method: 'GET',
  path: '/treasury/cash/rows',
  permission: 'money.read',
  summary: 'As linhas de que um número do caixa é feito',
  query: z.object({ ...cashRowFilters, ...paging }),
  answer: page(cashRow).extend({ totals: z.object({ rows: z.number(), centavos: z.number() }) }),
})
export const cashRowsCsv = endpoint('cashRowsCsv', {
  method: 'GET',
  path: '/treasury/cash/rows.csv',
  permission: 'money.read',
  summary: 'Baixar as linhas do caixa em CSV',
  query: z.object(cashRowFilters),
  file: 'text/csv',
})
