import { TextInput } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { placeKinds, stockAtEndpoint } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { ProductPicker } from '../catalog/ProductPicker.tsx'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { Code, Count } from '../components/Values.tsx'
import { instantOf, localToInstant, wallOf } from '../components/days.ts'
import { Page } from '../shell/Page.tsx'
import { StockTabs } from './StockTabs.tsx'

type Level = AnswerOf<typeof stockAtEndpoint>['rows'][number]
const columns: Column<Level>[] = [
  { key: 'code', title: 'Endereço', card: 'corner', width: 130, cell: (level) => <Code of={level.code} /> },
  { key: 'kind', title: 'Tipo', width: 120, cell: (level) => <span className="quiet">{placeKinds[level.kind]}</span> },
  { key: 'name', title: 'Produto', long: 'cut', card: 'title', cell: (level) => level.name },
  { key: 'sku', title: 'SKU', cell: (level) => <Code of={level.sku} /> },
  {
    key: 'quantity',
    title: 'Unidades',
    align: 'right',
    width: 96,
    cell: (level) => (
      <strong>
        <Count value={level.quantity} />
      </strong>
    ),
  },
]

/** What stood where at any past instant, summed from the journal. */
export function StockAt() {
  const search = useSearch({ strict: false } as never) as { at?: string; product?: string }
  const navigate = useNavigate()
  const [first] = useState(() => new Date(Date.now() - 86_400_000).toISOString())
  const at = search.at ?? first
  const change = (next: { at?: string | undefined; product?: string | undefined }) =>
    void navigate({ to: '.', search: { ...search, ...next } as never, replace: true })
  const levels = useRows(stockAtEndpoint, { at, ...(search.product ? { product: search.product } : {}) })
  const presets = [
    { label: 'Há 1 hora', back: 3_600_000 },
    { label: 'Ontem a esta hora', back: 86_400_000 },
    { label: 'Há 7 dias', back: 7 * 86_400_000 },
    { label: 'Há 30 dias', back: 30 * 86_400_000 },
  ]
  return (
    <Page
      title="Estoque"
      filters={
        <>
          <StockTabs />
          <div className="filter-chips">
            <TextInput
              type="datetime-local"
              size="xs"
              aria-label="Instante"
              value={wallOf(at)}
              max={wallOf(new Date())}
              onChange={(event) => event.currentTarget.value && change({ at: localToInstant(event.currentTarget.value) })}
            />
            {presets.map(({ label, back }) => (
              <button key={label} type="button" className="chip" onClick={() => change({ at: new Date(Date.now() - back).toISOString() })}>
                {label}
              </button>
            ))}
            <ProductPicker
              value={search.product ? Number(search.product) : null}
              change={(picked) => change({ product: picked ? String(picked.id) : undefined })}
              aria-label="Produto"
              placeholder="Todos os produtos"
              size="xs"
              w={260}
              kind="simple"
            />
          </div>
        </>
      }
    >
      <p className="quiet small">
        O que havia em cada endereço em <strong>{instantOf(at)}</strong>, somado do diário dos movimentos.
      </p>
      <DataTable
        label="Estoque no instante"
        rows={levels}
        rowKey={(level) => `${level.product} ${level.place}`}
        columns={columns}
        href={(level) => `/catalogo/${level.product}`}
        empty={
          <Empty icon={IconHistory} title="Não havia nada">
            Nesse instante o diário ainda não tinha movimentos.
          </Empty>
        }
      />
    </Page>
  )
}
