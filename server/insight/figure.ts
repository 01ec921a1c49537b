import type { Figure, RowFilters } from './contract.ts'

/** A number and what opens the rows that it is made of. */
export const figure = (value: number, query: RowFilters & { metric: NonNullable<RowFilters['metric']> }): Figure => ({
  value,
  rows: { endpoint: 'insightRows', query: Object.fromEntries(Object.entries(query).filter(([, filter]) => filter !== undefined)) as Figure['rows']['query'] },
})

/** A number whose rows the list of orders shows by its own filters. */
export const ordersFigure = (value: number, query: Record<string, string>): Figure => ({ value, rows: { endpoint: 'listOrders', query } })

/** Part of 100 with one decimal; null of nothing. */
export const percent = (part: number, whole: number): number | null => (whole ? Math.round((part / whole) * 1000) / 10 : null)
