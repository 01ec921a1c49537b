import { Select } from '@mantine/core'
import type { SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { listProducts, readProduct } from '../../server/catalog/contract.ts'
import type { ProductRow } from '../../server/catalog/contract.ts'
import { useRead } from '../client.ts'
import { ProductPicture } from '../components/Picture.tsx'

export type Picked = Pick<ProductRow, 'id' | 'sku' | 'name' | 'free' | 'has_picture'>

/** Finds one product by name, SKU or barcode. `value` is its id. */
export function ProductPicker({
  value,
  change,
  kind,
  without = [],
  ...field
}: { value: number | null; change: (product: Picked | null) => void; kind?: 'simple' | 'kit'; without?: number[] } & Omit<
  SelectProps,
  'value' | 'onChange' | 'data'
>) {
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text, 200)
  const found = useRead(listProducts, { limit: 20, ...(q ? { q } : {}), ...(kind ? { kind } : {}) })
  const known = useRead(readProduct, { product: value ?? 0 }, { when: value !== null, keepPrevious: false })
  const rows = new Map<string, Picked>()
  if (known.data && value !== null) rows.set(String(known.data.id), known.data)
  for (const row of found.data?.rows ?? []) if (!without.includes(row.id)) rows.set(String(row.id), row)
  return (
    <Select
      placeholder="Nome, SKU ou código"
      searchable
      clearable
      value={value === null ? null : String(value)}
      onChange={(id) => change(id === null ? null : (rows.get(id) ?? null))}
      onSearchChange={setText}
      data={[...rows].map(([id, row]) => ({ value: id, label: `${row.name} (${row.sku})` }))}
      // the server has already searched
      filter={({ options, search }) =>
        known.data && search === `${known.data.name} (${known.data.sku})`
          ? options
          : options.filter((option) => !('value' in option) || found.data?.rows.some((row) => String(row.id) === option.value))
      }
      renderOption={({ option }) => {
        const row = rows.get(option.value)
        return (
          <span className="product-option">
            <ProductPicture product={Number(option.value)} name={option.label} size={28} has={row?.has_picture ?? true} beside />
            <span>
              {row?.name}
              <small className="code">{row?.sku}</small>
            </span>
          </span>
        )
      }}
      {...field}
    />
  )
}
