import { IconMoodSmile } from '@tabler/icons-react'
import { negativesEndpoint } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { Count, Money } from '../components/Values.tsx'
import { reasonOf } from './words.ts'

type Row = AnswerOf<typeof negativesEndpoint>['rows'][number]

/** Listings that lose money, the worst first, each with its reason. */
export function Negatives({ filter, open }: { filter: { from: string; to: string }; open: (row: Row) => void }) {
  const rows = useRows(negativesEndpoint, filter)
  return (
    <DataTable
      label="Anúncios que perdem dinheiro"
      rows={rows}
      rowKey={(row) => `${row.account} ${row.listing}`}
      open={open}
      tone={() => 'bad'}
      columns={[
        { key: 'listing', title: 'Anúncio', card: 'title', long: 'cut', cell: (row) => row.name ?? row.listing },
        { key: 'channel', title: 'Canal', width: 140, cell: (row) => row.channel },
        { key: 'why', title: 'Por quê', long: 'wrap', cell: (row) => reasonOf(row.why, row.heaviest) },
        { key: 'orders', title: 'Pedidos', align: 'right', card: 'hidden', cell: (row) => <Count value={row.orders} /> },
        { key: 'revenue', title: 'Receita (R$)', align: 'right', cell: (row) => <Money centavos={row.revenue} /> },
        { key: 'margin', title: 'Margem (R$)', align: 'right', card: 'corner', cell: (row) => <Money centavos={row.margin} /> },
      ]}
      empty={
        <Empty icon={IconMoodSmile} title="Nenhum anúncio perde dinheiro">
          Quando um anúncio somar margem negativa no período, ele aparece aqui com a razão.
        </Empty>
      }
    />
  )
}
