import { IconArrowRight, IconNotebook } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { listMoneyMoves, moneyMovesCsv } from '../../server/money/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import { Filtered } from '../stock/Filtered.tsx'
import { whatHappened } from './words.ts'
import './money.css'

type Move = AnswerOf<typeof listMoneyMoves>['rows'][number]

const columns: Column<Move>[] = [
  {
    key: 'day',
    title: 'Dia',
    width: 110,
    card: 'corner',
    cell: (move) => (
      <span title={move.late_for ? `É de ${dateOf(move.late_for)}, dia já fechado` : undefined}>
        <When at={move.day} style="date" />
        {move.late_for && ' *'}
      </span>
    ),
  },
  {
    key: 'kind',
    title: 'O que foi',
    card: 'title',
    long: 'cut',
    cell: (move) => (move.reverses ? `Estorno: ${whatHappened(move.kind)}` : whatHappened(move.kind)),
  },
  {
    key: 'way',
    title: 'De e para',
    long: 'cut',
    cell: (move) => (
      <span className="money-way">
        {move.from}
        <IconArrowRight size={14} aria-label="para" />
        {move.to}
      </span>
    ),
  },
  {
    key: 'order',
    title: 'Pedido',
    width: 130,
    cell: (move) =>
      move.order && (
        <Link to="/pedidos/$order" params={{ order: String(move.order) }}>
          {move.order_number}
        </Link>
      ),
  },
  { key: 'centavos', title: 'R$', align: 'right', width: 120, cell: (move) => <Money centavos={move.centavos} /> },
]

/** `/financeiro/diario`: every move of money; nothing here is ever edited, a correction is the opposite move. */
export function Journal() {
  const [filters, filter, clear] = useFilters(listMoneyMoves)
  const rows = useRows(listMoneyMoves, filters)
  const { account } = rows.answer ?? {}
  return (
    <Page
      title="Diário do dinheiro"
      back={{ to: '/financeiro', label: 'Dinheiro' }}
      aside={
        account && (
          <span className="quiet">
            {account.name}: saldo <Money centavos={account.balance} currency />
          </span>
        )
      }
      action={
        <Download endpoint={moneyMovesCsv} input={filters} visibleFrom="sm">
          Exportar
        </Download>
      }
      filters={
        filters.account || filters.order ? (
          <FilterChips filters={filters} change={filter} clear={clear} of={[]}>
            {filters.account ? <Filtered clear={() => filter({ account: undefined })}>{account?.name ?? String(filters.account)}</Filtered> : null}
            {filters.order ? <Filtered clear={() => filter({ order: undefined })}>{`Pedido ${filters.order}`}</Filtered> : null}
          </FilterChips>
        ) : null
      }
    >
      <DataTable
        label="Lançamentos"
        rows={rows}
        rowKey={(move) => move.id}
        columns={columns}
        empty={
          <Empty icon={IconNotebook} title="Nenhum lançamento">
            Cada venda, taxa, repasse e pagamento aparece aqui como dinheiro que sai de uma conta e entra em outra.
          </Empty>
        }
      />
    </Page>
  )
}
