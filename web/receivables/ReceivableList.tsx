import { Button } from '@mantine/core'
import { IconCoins } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { exportReceivables, listPolicies, listReceivables, openStates, receivableStates, receivableTotals } from '../../server/receivables/contract.ts'
import type { ReceivableRow, ReceivableState } from '../../server/receivables/contract.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import { DueDays } from './DueDays.tsx'
import { Inflow } from './Inflow.tsx'
import { instalmentWords, stateOrder, stateWords } from './words.ts'

const columns: Column<ReceivableRow>[] = [
  { key: 'order', title: 'Pedido', card: 'title', long: 'cut', cell: (row) => row.external_order ?? `nº ${row.order}` },
  { key: 'channel', title: 'Canal', width: '16%', cell: (row) => row.channel },
  { key: 'instalment', title: 'Parcela', width: 84, cell: (row) => instalmentWords(row.instalment, row.instalments) },
  { key: 'due', title: 'Vence', sort: 'due_on', width: 108, cell: (row) => <When at={row.due_on} style="date" /> },
  { key: 'state', title: 'Situação', card: 'corner', width: 150, cell: (row) => <State {...stateWords[row.state]} /> },
  { key: 'gross', title: 'Venda (R$)', align: 'right', width: 112, card: 'hidden', cell: (row) => <Money centavos={row.gross} /> },
  { key: 'nominal', title: 'Líquido (R$)', align: 'right', width: 112, cell: (row) => <Money centavos={row.nominal - row.owed_back} /> },
  {
    key: 'open',
    title: 'Falta (R$)',
    align: 'right',
    sort: 'open',
    width: 112,
    cell: (row) => (row.owed_back > 0 ? <Money centavos={-row.owed_back} /> : row.open > 0 ? <Money centavos={row.open} /> : null),
  },
]

/** What the channels owe us, what comes in which week, and what should have come. */
export function ReceivableList() {
  const [written, filter, clear] = useFilters(listReceivables)
  // one looks for what is to come; an order that is looked for by name is shown whatever became of it
  const searched = written.q ?? written.order ?? written.unit
  const filters = { ...written, state: written.state ?? (searched ? ('all' as const) : ('open' as const)) }
  const { sort, ...narrowing } = filters
  const rows = useRows(listReceivables, filters)
  const { data: totals } = useRead(receivableTotals, narrowing)
  const sums = new Map(totals?.states.map((row) => [row.state, row]))
  const filtered = Object.keys(written).some((name) => name !== 'sort')
  const isOpen = (state: ReceivableState) => (openStates as readonly ReceivableState[]).includes(state)
  const shown = (totals?.states ?? []).filter(({ state }) => filters.state === 'all' || (filters.state === 'open' ? isOpen(state) : state === filters.state))
  const total = (of: 'receivables' | 'amount', rowsOf = shown) => rowsOf.reduce((sum, row) => sum + row[of], 0)
  return (
    <Page
      title="Recebíveis"
      action={
        (totals?.states.length ?? 0) > 0 && (
          <>
            <Button component={Link} to="/financeiro/taxas" variant="default">
              Taxas dos canais
            </Button>
            <Download endpoint={exportReceivables} input={narrowing}>
              Baixar CSV
            </Download>
          </>
        )
      }
      filters={
        <FilterChips
          filters={narrowing}
          change={filter}
          {...(filtered ? { clear } : {})}
          search="q"
          placeholder="Pedido ou pagamento"
          more={filtered}
          of={[
            {
              name: 'state',
              label: 'Situação',
              spread: true,
              options: [
                {
                  value: 'open',
                  label: 'A receber',
                  count: total(
                    'receivables',
                    (totals?.states ?? []).filter(({ state }) => isOpen(state)),
                  ),
                },
                ...stateOrder
                  .filter((state) => sums.has(state) || filters.state === state)
                  .map((state) => ({
                    value: state,
                    label: receivableStates[state],
                    count: sums.get(state)?.receivables ?? 0,
                    ...(state === 'late' ? { alarm: true } : {}),
                  })),
                { value: 'all', label: 'Todos' },
              ],
            },
            ...((totals?.channels.length ?? 0) > 1
              ? [{ name: 'account', label: 'Canal', options: totals!.channels.map(({ account, name }) => ({ value: String(account), label: name })) }]
              : []),
          ]}
        >
          <DueDays filters={filters} change={filter} />
        </FilterChips>
      }
    >
      {!filters.q && !filters.order && !filters.unit && (
        <Inflow {...(filters.account ? { account: Number(filters.account) } : {})} open={(from, until) => filter({ from, until, state: undefined })} />
      )}
      <DataTable
        label="Recebíveis"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        href={(row) => `/financeiro/recebiveis/${row.id}`}
        sort={{ by: sort ?? 'due_on', change: (by) => filter({ sort: by as never }) }}
        tone={(row) => (row.state === 'late' ? 'bad' : row.state === 'owed_back' ? 'warn' : undefined)}
        totals={
          totals
            ? {
                order: count(total('receivables'), 'recebível', 'recebíveis'),
                open: (
                  <Money
                    centavos={
                      filters.state === 'owed_back'
                        ? -total('amount')
                        : total('amount', filters.state === 'all' ? shown.filter(({ state }) => isOpen(state)) : shown)
                    }
                  />
                ),
              }
            : {}
        }
        empty={
          filtered ? <Empty icon={IconCoins} title="Nenhum recebível com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} /> : <Nothing />
        }
      />
    </Page>
  )
}

/** Nobody said what the channels charge, or nothing was sold yet. */
function Nothing() {
  const { data } = useRead(listPolicies)
  const waiting = data?.without.reduce((sum, { orders }) => sum + orders, 0) ?? 0
  return waiting > 0 ? (
    <Empty
      icon={IconCoins}
      title={`${count(waiting, 'pedido aprovado espera', 'pedidos aprovados esperam')} as taxas do canal`}
      action={
        <Button component={Link} to="/financeiro/taxas">
          Informar as taxas
        </Button>
      }
    >
      Com elas, cada venda mostra quanto vai entrar e em que dia.
    </Empty>
  ) : (
    <Empty
      icon={IconCoins}
      title="Nada a receber ainda"
      action={
        <Button component={Link} to="/financeiro/taxas">
          Ver as taxas dos canais
        </Button>
      }
    >
      Cada pedido aprovado aparece aqui com o valor líquido e o dia em que o canal paga.
    </Empty>
  )
}
