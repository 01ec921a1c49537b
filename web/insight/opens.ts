import type { Figure, Opens } from '../../server/insight/contract.ts'

/** Where a number leads: the list of orders by its own filters, or the rows behind it. */
export const wayTo = ({ endpoint, query }: Opens): { to: string; search: Record<string, string> } => ({
  to: endpoint === 'listOrders' ? '/pedidos' : '/operacao/linhas',
  search: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
})

/** The same for a number that may be nothing: zero opens no rows. */
export const wayOf = (figure: Figure) => (figure.value === 0 ? {} : wayTo(figure.rows))
