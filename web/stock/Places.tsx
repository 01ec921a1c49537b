import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMapPin, IconPlus } from '@tabler/icons-react'
import { listPlaces, placeKinds, placeLabels } from '../../server/stock/contract.ts'
import type { PlaceRow } from '../../server/stock/contract.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Code, Count } from '../components/Values.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { CreatePlaces } from './CreatePlaces.tsx'
import { Filtered } from './Filtered.tsx'
import { Plan } from './Plan.tsx'
import { StockTabs } from './StockTabs.tsx'

const columns: Column<PlaceRow>[] = [
  { key: 'code', title: 'Endereço', card: 'title', width: 150, cell: (place) => <Code of={place.code} /> },
  { key: 'kind', title: 'Tipo', cell: (place) => placeKinds[place.kind] },
  {
    key: 'at',
    card: 'hidden',
    title: 'Corredor, posição e nível',
    cell: (place) => <span className="quiet">{[place.aisle, place.bay, place.level].filter((part) => part !== null).join(' · ')}</span>,
  },
  { key: 'products', card: 'hidden', title: 'Produtos', align: 'right', width: 90, cell: (place) => <Count value={place.products || null} /> },
  { key: 'units', title: 'Unidades', align: 'right', width: 90, cell: (place) => <Count value={place.units} /> },
  { key: 'capacity', title: 'Capacidade', align: 'right', width: 100, cell: (place) => <Count value={place.capacity_units} /> },
  { key: 'state', title: 'Situação', card: 'corner', width: 170, cell: (place) => <Situation place={place} /> },
]
const kinds = (['pick', 'flow', 'reserve', 'receiving', 'tote', 'staging', 'quarantine'] as const).map((value) => ({ value, label: placeKinds[value] }))

/** Where goods can be: the building drawn, and every place in the order of the walk. */
export function Places() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(listPlaces)
  const places = useRows(listPlaces, filters)
  const [creating, { open, close }] = useDisclosure(false)
  const none = Object.keys(filters).length === 0 && !places.loading && places.rows.length === 0
  return (
    <Page
      title="Estoque"
      action={
        <>
          <Download endpoint={placeLabels} input={filters} open>
            Etiquetas do filtro
          </Download>
          {may('stock.adjust') && (
            <Button leftSection={<IconPlus size={16} />} onClick={open}>
              Criar endereços
            </Button>
          )}
        </>
      }
      filters={<StockTabs />}
    >
      {!none && <Plan />}
      <FilterChips
        filters={filters}
        change={filter}
        clear={clear}
        search="q"
        placeholder="Endereço"
        of={[
          { name: 'kind', label: 'Tipo', options: kinds },
          {
            name: 'empty',
            label: 'Ocupação',
            spread: true,
            options: [
              { value: 'true', label: 'Vazios' },
              { value: 'false', label: 'Ocupados' },
            ],
          },
          {
            name: 'active',
            label: 'Cadastro',
            options: [
              { value: 'true', label: 'Ativos' },
              { value: 'false', label: 'Inativos' },
            ],
          },
        ]}
      >
        {filters.aisle !== undefined && (
          <Filtered
            clear={() => filter({ zone: undefined, aisle: undefined, bay: undefined })}
          >{`Corredor ${String(filters.aisle)}${filters.bay === undefined ? '' : `, posição ${String(filters.bay)}`}`}</Filtered>
        )}
      </FilterChips>
      <DataTable
        label="Endereços"
        rows={places}
        rowKey={(place) => place.id}
        columns={columns}
        href={(place) => `/estoque/enderecos/${place.code}`}
        empty={
          none ? (
            <Empty icon={IconMapPin} title="O galpão ainda não tem endereços" action={may('stock.adjust') && { label: 'Criar endereços', run: open }}>
              Escreva um molde, veja o que ele cria e imprima as etiquetas das prateleiras.
            </Empty>
          ) : (
            <Empty
              icon={IconMapPin}
              title="Nenhum endereço com este filtro"
              action={
                <Button variant="default" onClick={clear}>
                  Ver todos
                </Button>
              }
            />
          )
        }
      />
      <CreatePlaces opened={creating} close={close} />
    </Page>
  )
}

function Situation({ place }: { place: PlaceRow }) {
  if (!place.active) return <State tone="idle" word="Inativo" />
  if (place.capacity_units !== null && place.units > place.capacity_units) return <State tone="warn" word="Acima da capacidade" />
  return place.units === 0 ? <span className="quiet">vazio</span> : null
}
