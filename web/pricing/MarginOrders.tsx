import { IconReceipt } from '@tabler/icons-react'
import { marginOrders } from '../../server/pricing/contract.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { percent } from '../components/format.ts'

/** Orders behind a figure, the worst margin first; each leads to its page. */
export function MarginOrders({ filter }: { filter: { from: string; to: string } }) {
  const rows = useRows(marginOrders, filter)
  return (
    <DataTable
      label="Pedidos com a sua margem"
      rows={rows}
      rowKey={(row) => row.order}
      href={(row) => `/pedidos/${row.order}`}
      tone={(row) => (row.margin !== null && row.margin < 0 ? 'bad' : undefined)}
      columns={[
        { key: 'number', title: 'Pedido', card: 'title', cell: (row) => row.number },
        { key: 'day', title: 'Aprovado', width: 110, card: 'hidden', cell: (row) => dateOf(row.day) },
        { key: 'channel', title: 'Canal', long: 'cut', cell: (row) => row.channel },
        {
          key: 'settled',
          title: 'Situação',
          width: 120,
          cell: (row) => <State tone={row.settled ? 'ok' : 'idle'} word={row.settled ? 'Liquidado' : 'Previsto'} />,
        },
        { key: 'revenue', title: 'Receita (R$)', align: 'right', cell: (row) => <Money centavos={row.revenue} /> },
        { key: 'predicted', title: 'Prevista (R$)', align: 'right', card: 'hidden', cell: (row) => <Money centavos={row.predicted} /> },
        {
          key: 'margin',
          title: 'Margem (R$)',
          align: 'right',
          card: 'corner',
          cell: (row) => (row.margin === null ? <span className="quiet">sem custo</span> : <Money centavos={row.margin} />),
        },
        {
          key: 'share',
          title: '%',
          align: 'right',
          width: 70,
          card: 'hidden',
          cell: (row) => <span className="number">{row.margin !== null && row.revenue > 0 ? percent(row.margin / row.revenue) : ''}</span>,
        },
      ]}
      empty={
        <Empty icon={IconReceipt} title="Nenhum pedido neste recorte">
          Mude o período ou tire o filtro.
        </Empty>
      }
    />
  )
}
