import { useDebouncedValue } from '@mantine/hooks'
import type { SpotlightActionGroupData } from '@mantine/spotlight'
import { IconBarcode, IconFileText, IconPackage, IconShoppingBag, IconShoppingCart, IconUser } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { searchEndpoint } from '../../server/insight/contract.ts'
import type { SearchKind } from '../../server/insight/contract.ts'
import { useRead } from '../client.ts'
import { markFirst } from './palette.ts'

const kinds: Record<SearchKind, { sign: Icon; to: (id: number) => string }> = {
  order: { sign: IconShoppingBag, to: (id) => `/pedidos/${id}` },
  product: { sign: IconBarcode, to: (id) => `/catalogo/${id}` },
  volume: { sign: IconPackage, to: (id) => `/pedidos/${id}` },
  wave: { sign: IconShoppingCart, to: (id) => `/separacao/${id}` },
  manifest: { sign: IconFileText, to: (id) => `/expedicao/${id}` },
  person: { sign: IconUser, to: (id) => `/configuracoes/pessoas?pessoa=${id}` },
}

/** Marks what the server found: the palette's own filter by name leaves it alone. */
export const recordMark = 'record:'

/**
 * Orders, products, boxes, waves, manifests and people for what was typed in the palette. A scanner types its Enter
 * before the answer is there: what was found for other words cannot be chosen, and `enter` opens the first of the answer.
 */
export function useRecords(typed: string): { groups: SpotlightActionGroupData[]; searching: boolean; enter: () => void } {
  const navigate = useNavigate()
  const [asked] = useDebouncedValue(typed.trim(), 150)
  const found = useRead(searchEndpoint, { q: asked }, { when: asked.length > 0 })
  const searching = typed.trim() !== '' && (asked !== typed.trim() || found.isPlaceholderData || found.isLoading)
  const waiting = useRef(false)
  useEffect(() => {
    if (searching) return
    const open = waiting.current
    waiting.current = false
    // after the new rows are drawn
    const drawn = setTimeout(() => {
      const first = markFirst()
      if (open) first?.click()
    })
    return () => clearTimeout(drawn)
  }, [searching, asked])
  const enter = () => {
    waiting.current = searching
  }
  if (!asked) return { groups: [], searching, enter }
  return {
    searching,
    enter,
    groups: (found.data?.groups ?? []).map(({ kind, title, hits }) => {
      const { sign: Sign, to } = kinds[kind]
      return {
        group: title,
        actions: hits.map((hit) => ({
          id: `${recordMark}${kind}:${hit.id}:${hit.title}`,
          label: hit.title,
          description: hit.detail,
          disabled: searching,
          leftSection: <Sign size={18} stroke={1.7} />,
          onClick: () => void navigate({ to: to(hit.id) as never }),
        })),
      }
    }),
  }
}
