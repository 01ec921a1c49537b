import { IconArrowRight, IconArrowsExchange } from '@tabler/icons-react'
import { listMoves, moveReasons } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { readProduct } from '../../server/catalog/contract.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Code, Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import { ProductPicker } from '../catalog/ProductPicker.tsx'
import { Filtered } from './Filtered.tsx'
import { StockTabs } from './StockTabs.tsx'

type Move = AnswerOf<typeof listMoves>['rows'][number]

const columns: Column<Move>[] = [
  { key: 'at', title: 'Quando', width: 118, card: 'corner', cell: (move) => <When at={move.at} /> },
  { key: 'name', title: 'Produto', long: 'cut', card: 'title', cell: (move) => move.name },
  {
    key: 'quantity',
    title: 'Unidades',
    align: 'right',
    width: 88,
    cell: (move) => (
      <strong>
        <Count value={move.quantity} />
      </strong>
    ),
  },
  { key: 'way', title: 'De e para', width: 250, cell: (move) => <Way move={move} /> },
  { key: 'reason', title: 'Motivo', width: 190, cell: (move) => <Why move={move} /> },
  { key: 'who', title: 'Quem', width: 190, cell: (move) => <span className="quiet">{[move.who, move.station].filter(Boolean).join(' · ')}</span> },
]

/** The journal of goods: nothing here is ever edited; a correction is the opposite move. */
export function Moves() {
  const [filters, filter, clear] = useFilters(listMoves)
  const moves = useRows(listMoves, filters)
  const product = useRead(readProduct, { product: filters.product ?? 0 }, { when: Boolean(filters.product), keepPrevious: false })
  return (
    <Page
      title="Estoque"
      filters={
        <>
          <StockTabs />
          <FilterChips
            filters={filters}
            change={filter}
            clear={clear}
            of={[{ name: 'reason', label: 'Motivo', options: Object.entries(moveReasons).map(([value, label]) => ({ value, label })) }]}
          >
            {filters.product ? (
              <Filtered clear={() => filter({ product: undefined })}>{product.data?.name ?? 'Um produto'}</Filtered>
            ) : (
              <ProductPicker
                value={null}
                change={(picked) => filter({ product: picked ? String(picked.id) : undefined })}
                aria-label="Produto"
                placeholder="De um produto"
                size="xs"
                w={240}
              />
            )}
            {filters.place && <Filtered clear={() => filter({ place: undefined })}>{filters.place}</Filtered>}
          </FilterChips>
        </>
      }
    >
      <DataTable
        label="Movimentos"
        rows={moves}
        rowKey={(move) => move.id}
        columns={columns}
        href={(move) => `/catalogo/${move.product}`}
        empty={
          <Empty icon={IconArrowsExchange} title="Nenhum movimento">
            Tudo o que entra, sai ou muda de endereço aparece aqui, com quem fez e por quê.
          </Empty>
        }
      />
    </Page>
  )
}

function Why({ move }: { move: Move }) {
  return (
    <span className="why" title={move.note ?? undefined}>
      {moveReasons[move.reason]}
      {move.note && <span className="quiet"> · {move.note}</span>}
    </span>
  )
}

const Way = ({ move }: { move: Move }) => (
  <span className="way">
    <Code of={move.from} />
    <IconArrowRight size={14} aria-label="para" />
    <Code of={move.to} />
  </span>
)
