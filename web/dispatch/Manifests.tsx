import { IconFileText } from '@tabler/icons-react'
import { listManifests } from '../../server/dispatch/contract.ts'
import type { ManifestPage } from '../../server/dispatch/contract.ts'
import { asRows, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { weight } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { Section } from '../shell/Page.tsx'

type Manifest = ManifestPage['manifest']

export const manifestState = (state: Manifest['state']) => (state === 'open' ? <State tone="info" word="Aberto" /> : <State tone="ok" word="Fechado" />)

const columns: Column<Manifest>[] = [
  { key: 'id', title: 'Romaneio', cell: (row) => `Romaneio ${row.id}`, card: 'title', width: 120 },
  { key: 'state', title: 'Situação', cell: (row) => manifestState(row.state), card: 'corner' },
  { key: 'carrier', title: 'Transportadora', cell: (row) => row.carrier_name },
  { key: 'opened', title: 'Aberto', cell: (row) => <When at={row.opened_at} /> },
  { key: 'closed', title: 'Fechado', cell: (row) => row.closed_at && <When at={row.closed_at} /> },
  { key: 'by', title: 'Por', cell: (row) => row.closed_by ?? row.opened_by },
  { key: 'driver', title: 'Motorista', cell: (row) => row.driver_name },
  { key: 'plate', title: 'Placa', cell: (row) => row.plate && <span className="code">{row.plate}</span> },
  { key: 'orders', title: 'Pedidos', align: 'right', cell: (row) => <Count value={row.orders} /> },
  { key: 'volumes', title: 'Caixas', align: 'right', cell: (row) => <Count value={row.volumes} /> },
  { key: 'weight', title: 'Peso', align: 'right', cell: (row) => (row.weight_g ? weight(row.weight_g) : '') },
]

/** Every truck's paper, the open ones first. */
export function Manifests() {
  const [filters, filter] = useFilters(listManifests)
  const query = useRead(listManifests, filters)
  return (
    <Section
      title="Romaneios"
      action={
        <FilterChips
          filters={filters}
          change={filter}
          of={[
            {
              name: 'state',
              label: 'Situação',
              spread: true,
              options: [
                { value: 'open', label: 'Abertos' },
                { value: 'closed', label: 'Fechados' },
              ],
            },
          ]}
        />
      }
    >
      <DataTable
        label="Romaneios"
        rows={asRows(query, ({ rows }) => rows)}
        rowKey={(row) => row.id}
        columns={columns}
        href={(row) => `/expedicao/${row.id}`}
        empty={
          <Empty icon={IconFileText} title="Nenhum romaneio">
            Abra o romaneio da transportadora e bipe as caixas para dentro do caminhão; ao fechar, ele é o recibo da entrega.
          </Empty>
        }
      />
    </Section>
  )
}
