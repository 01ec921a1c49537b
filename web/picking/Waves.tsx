import { IconBolt, IconShoppingCart } from '@tabler/icons-react'
import { listWaves } from '../../server/picking/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Progress } from '../components/Progress.tsx'
import { Count } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { Section } from '../shell/Page.tsx'

export type Wave = AnswerOf<typeof listWaves>['rows'][number]

const columns: Column<Wave>[] = [
  { key: 'id', title: 'Onda', cell: (wave) => `Onda ${wave.id}`, card: 'title', width: 100 },
  { key: 'released', title: 'Liberada', cell: (wave) => <When at={wave.released_at} /> },
  { key: 'by', title: 'Por', cell: (wave) => whoReleased(wave) },
  { key: 'note', title: 'Observação', cell: (wave) => wave.note, long: 'cut', card: 'hidden' },
  { key: 'cut_off', title: 'Caminhão', cell: (wave) => <When at={wave.cut_off} none="sem horário" /> },
  { key: 'trips', title: 'Viagens', align: 'right', cell: (wave) => `${wave.trips_done} de ${wave.trips}` },
  { key: 'orders', title: 'Pedidos', align: 'right', cell: (wave) => <Count value={wave.orders} /> },
  {
    key: 'progress',
    title: 'Unidades separadas',
    width: 230,
    cell: (wave) => <Progress done={wave.units_picked} of={wave.units} what="unidades" over={wave.trips_done === wave.trips} />,
  },
]

export const whoReleased = (wave: Wave) =>
  wave.automatic ? (
    <span className="with-icon">
      <IconBolt size={14} aria-hidden /> automática
    </span>
  ) : (
    (wave.released_by ?? <span className="quiet">sistema</span>)
  )

/** The waves with their progress; those on the floor unless all are asked for. */
export function Waves() {
  const [filters, filter] = useFilters(listWaves)
  const all = filters.open === 'false'
  const query = useRead(listWaves, all ? {} : { open: 'true' })
  return (
    <Section
      title="Ondas"
      action={
        <FilterChips
          filters={{ open: all ? 'false' : 'true' } as { open?: string }}
          change={(change) => filter({ open: change.open === 'false' ? 'false' : undefined })}
          of={[
            {
              name: 'open',
              label: 'Ondas',
              spread: true,
              options: [
                { value: 'true', label: 'No chão' },
                { value: 'false', label: 'Últimas 100' },
              ],
            },
          ]}
        />
      }
    >
      <DataTable
        label="Ondas"
        rows={asRows(query, ({ rows }) => rows)}
        rowKey={(wave) => wave.id}
        columns={columns}
        href={(wave) => `/separacao/${wave.id}`}
        empty={
          <Empty icon={IconShoppingCart} title={all ? 'Nenhuma onda ainda' : 'Nenhuma onda no chão'}>
            Ao liberar pedidos, eles descem juntos como uma onda, dividida em viagens de carrinho.
          </Empty>
        }
      />
    </Section>
  )
}
