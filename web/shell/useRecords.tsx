import { useDebouncedValue } from '@mantine/hooks'
import type { SpotlightActionGroupData } from '@mantine/spotlight'
import { IconBarcode, IconFileText, IconPackage, IconShoppingBag, IconShoppingCart, IconUser } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { searchEndpoint } from '../../server/insight/contract.ts'
import type { SearchKind } from '../../server/insight/contract.ts'
import { useRead } from '../client.ts'

const kinds: Record<SearchKind, { sign: Icon; to: (id: number) => string }> = {
  order: { sign: IconShoppingBag, to: (id) => `/pedidos/${id}` },
  product: { sign: IconBarcode, to: (id) => `/produtos/${id}` },
  volume: { sign: IconPackage, to: (id) => `/pedidos/${id}` },
  wave: { sign: IconShoppingCart, to: (id) => `/separacao/${id}` },
  manifest: { sign: IconFileText, to: (id) => `/expedicao/${id}` },
  person: { sign: IconUser, to: (id) => `/pessoas?pessoa=${id}` },
}

/** Marks what the server found: the palette's own filter by name leaves it alone. */
export const recordMark = 'record:'

/** Orders, products, boxes, waves, manifests and people for what was typed in the palette. */
export function useRecords(typed: string): { groups: SpotlightActionGroupData[]; searching: boolean } {
  const navigate = useNavigate()
  const [asked] = useDebouncedValue(typed.trim(), 150)
  const found = useRead(searchEndpoint, { q: asked }, { when: asked.length > 0 })
  if (!asked) return { groups: [], searching: false }
  return {
    searching: found.isFetching || asked !== typed.trim(),
    groups: (found.data?.groups ?? []).map(({ kind, title, hits }) => {
      const { sign: Sign, to } = kinds[kind]
      return {
        group: title,
        actions: hits.map((hit) => ({
          id: `${recordMark}${kind}:${hit.id}:${hit.title}`,
          label: hit.title,
          description: hit.detail,
          leftSection: <Sign size={18} stroke={1.7} />,
          onClick: () => void navigate({ to: to(hit.id) as never }),
        })),
      }
    }),
  }
}
