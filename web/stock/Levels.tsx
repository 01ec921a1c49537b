import { Button } from '@mantine/core'
import { IconPackage } from '@tabler/icons-react'
import { useState } from 'react'
import { readProduct } from '../../server/catalog/contract.ts'
import { listLevels, placeKinds } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Code, Count } from '../components/Values.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { ActItems, ActMenu, ActModal } from './Acts.tsx'
import type { Start } from './Acts.tsx'
import { Filtered } from './Filtered.tsx'
import { StockTabs } from './StockTabs.tsx'

type Level = AnswerOf<typeof listLevels>['rows'][number]

const columns: Column<Level>[] = [
  { key: 'code', title: 'Endereço', card: 'corner', width: 130, cell: (level) => <Code of={level.code} /> },
  { key: 'kind', title: 'Tipo', width: 120, cell: (level) => <span className="quiet">{placeKinds[level.kind]}</span> },
  { key: 'name', title: 'Produto', long: 'cut', card: 'title', cell: (level) => level.name },
  { key: 'sku', title: 'SKU', cell: (level) => <Code of={level.sku} /> },
  { key: 'allocated', title: 'Em separação', align: 'right', width: 116, cell: (level) => <Count value={level.allocated || null} /> },
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
const kinds = (['pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine'] as const).map((value) => ({ value, label: placeKinds[value] }))

/** What stands in each place, right now. */
export function Levels() {
  const [filters, filter, clear] = useFilters(listLevels)
  const levels = useRows(listLevels, filters)
  const product = useRead(readProduct, { product: filters.product ?? 0 }, { when: Boolean(filters.product), keepPrevious: false })
  const [start, setStart] = useState<Start | null>(null)
  const may = useMay()
  return (
    <Page
      title="Estoque"
      action={<ActMenu open={setStart} />}
      filters={
        <>
          <StockTabs />
          <FilterChips
            filters={filters}
            change={filter}
            clear={clear}
            search="q"
            placeholder="Produto, SKU ou código"
            of={[{ name: 'kind', label: 'Tipo de endereço', options: kinds }]}
          >
            {Boolean(filters.product) && <Filtered clear={() => filter({ product: undefined })}>{product.data?.name ?? 'Um produto'}</Filtered>}
            {filters.place && <Filtered clear={() => filter({ place: undefined })}>{filters.place}</Filtered>}
          </FilterChips>
        </>
      }
    >
      <DataTable
        label="Saldos"
        rows={levels}
        rowKey={(level) => `${level.product} ${level.place}`}
        columns={columns}
        href={(level) => `/catalogo/${level.product}`}
        {...(may('stock.move')
          ? {
              menu: (level: Level) => (
                <ActItems
                  of={level.kind === 'quarantine' ? ['release', 'count'] : ['transfer', 'adjust', 'quarantine', 'count']}
                  open={(act) => setStart({ act, code: level.sku, place: level.code })}
                />
              ),
            }
          : {})}
        empty={
          <Empty
            icon={IconPackage}
            title={Object.keys(filters).length ? 'Nada com este filtro' : 'O estoque está vazio'}
            action={
              Object.keys(filters).length ? (
                <Button variant="default" onClick={clear}>
                  Ver tudo
                </Button>
              ) : undefined
            }
          >
            {Object.keys(filters).length ? null : 'Abra um recebimento e bipe o que chegou.'}
          </Empty>
        }
      />
      <ActModal start={start} close={() => setStart(null)} />
    </Page>
  )
}
