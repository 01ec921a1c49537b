import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Endpoint, SentTo } from '../server/platform/endpoint.ts'

/* A list's filters are the query of its endpoint, written in the address: a link shows what its sender saw. */

export type Written = Record<string, string | string[]>

/** `?state=held&state=short&q=ana`: plain words, a repeated name is a list. */
export function parseFilters(search: string): Written {
  const filters: Written = {}
  for (const [name, value] of new URLSearchParams(search)) {
    const before = filters[name]
    filters[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return filters
}

export function writeFilters(filters: Record<string, unknown>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(filters))
    for (const single of Array.isArray(value) ? value : [value])
      if (single !== undefined && single !== null && single !== '') search.append(name, String(single))
  return search.size ? `?${search}` : ''
}

type FiltersOf<E extends Endpoint> = Partial<Omit<SentTo<E>, 'after' | 'limit'>>

/**
 * The filters of a list in the address, typed by its endpoint: `const [filters, filter] = useFilters(listOrders)`, then
 * `useRows(listOrders, filters)` and `filter({ state: 'held' })`; undefined takes one away. What somebody typed into the
 * address by hand is checked by the server.
 */
export function useFilters<E extends Endpoint>(_endpoint: E): [FiltersOf<E>, (change: FiltersOf<E>) => void, () => void] {
  const filters = useSearch({ strict: false } as never) as FiltersOf<E>
  const navigate = useNavigate()
  const go = (next: object) => void navigate({ to: '.', search: next as never, replace: true })
  return [
    filters,
    (change) => go(Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, value]) => value !== undefined && value !== '' && value !== null))),
    () => go({}),
  ]
}
