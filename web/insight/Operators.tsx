import { IconUsers } from '@tabler/icons-react'
import type { Operation } from '../../server/insight/contract.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { Count } from '../components/Values.tsx'
import { FigureLink } from './FigureLink.tsx'

type Row = Operation['operators'][number]

const columns: Column<Row>[] = [
  { key: 'name', title: 'Operador', cell: (row) => row.name, card: 'title' },
  { key: 'shift', title: 'Turno', cell: (row) => row.shift?.name ?? <span className="quiet">fora de turno</span> },
  { key: 'picked', title: 'Separados', align: 'right', cell: (row) => <FigureLink of={row.picked} what="pedidos separados" /> },
  { key: 'units', title: 'Unidades', align: 'right', cell: (row) => <Count value={row.units} /> },
  { key: 'checked', title: 'Conferidos', align: 'right', cell: (row) => <FigureLink of={row.checked} what="pedidos conferidos" /> },
  { key: 'packed', title: 'Embalados', align: 'right', cell: (row) => <FigureLink of={row.packed} what="pedidos embalados" /> },
  { key: 'dispatched', title: 'Expedidos', align: 'right', cell: (row) => <FigureLink of={row.dispatched} what="pedidos expedidos" /> },
  { key: 'hours', title: 'Horas', align: 'right', cell: (row) => <Count value={row.hours} decimals={1} /> },
  {
    key: 'per_hour',
    title: 'Pedidos por hora',
    align: 'right',
    cell: (row) => (row.per_hour === null ? <span className="quiet">sem presença</span> : <Count value={row.per_hour} decimals={1} />),
  },
]

/** Who did what in the period, by shift; hours are presence at the stations. */
export function Operators({ of }: { of: Row[] | undefined }) {
  return (
    <DataTable
      label="Produção por operador e turno"
      rows={{ rows: of ?? [], loading: of === undefined, error: null, retry: () => undefined, more: null, loadingMore: false }}
      rowKey={(row) => `${row.person ?? 0} ${row.shift?.id ?? 0}`}
      columns={columns}
      empty={
        <Empty icon={IconUsers} title="Ninguém trabalhou neste período">
          A produção aparece quando alguém se identifica em uma estação.
        </Empty>
      }
    />
  )
}
