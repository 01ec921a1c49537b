import { Button } from '@mantine/core'
import { IconPlugConnected, IconSend } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { deliveryList, deliveryStates, partnerList } from '../../server/partners/contract.ts'
import type { DeliveryRow, DeliveryState } from '../../server/partners/contract.ts'
import { useRead, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column, Selection } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { NextTry } from './Deliveries.tsx'
import { capital } from './words.ts'
import { Stopped } from './partners/Stopped.tsx'
import { deliveryMeanings, mayRetry, toneOf } from './partners/states.ts'
import { useRetryDeliveries } from './partners/useRetryDeliveries.ts'
import './fiscal.css'
import './partners/partners.css'

const columns: Column<DeliveryRow>[] = [
  {
    key: 'nota',
    title: 'Nota',
    card: 'title',
    cell: (row) => (
      <>
        <span className="delivery-number">{row.nota.number ?? Number(row.nota.key.slice(25, 34))}</span>
        <span className="nota-series"> {row.file === 'cancel' ? 'cancelamento' : `série ${row.nota.series ?? Number(row.nota.key.slice(22, 25))}`}</span>
      </>
    ),
  },
  {
    key: 'state',
    title: 'Situação',
    card: 'corner',
    cell: (row) => <State tone={toneOf(row)} word={capital(deliveryStates[row.state])} title={deliveryMeanings[row.state]} />,
  },
  { key: 'partner', title: 'Parceiro', cell: (row) => row.partner.name },
  {
    key: 'order',
    title: 'Pedido',
    cell: (row) =>
      row.order && (
        <Link to="/pedidos/$order" params={{ order: String(row.order.id) }} className="delivery-order">
          {row.order.external_id}
        </Link>
      ),
  },
  {
    key: 'answer',
    title: 'O que o parceiro disse',
    long: 'wrap',
    cell: (row) => (
      <>
        {row.answer} <NextTry row={row} />
      </>
    ),
  },
  { key: 'attempts', title: 'Tentativas', align: 'right', card: 'hidden', cell: (row) => row.attempts },
  { key: 'at', title: 'Quando', cell: (row) => <When at={row.at} /> },
]

/** Who got the XML of which nota: what fails stands first, with what to do about it. */
export function DeliveryList() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(deliveryList)
  const rows = useRows(deliveryList, filters)
  const { data: partners } = useRead(partnerList, {}, { when: may('fiscal.read') })
  const retry = useRetryDeliveries()
  const totals = rows.answer?.totals ?? {}
  const filtered = Object.keys(filters).length > 0
  const failing = (partners?.rows ?? []).reduce((sum, partner) => sum + partner.failing, 0)
  const bulk = ({ rows: chosen, clear: unselect }: Selection<DeliveryRow>) =>
    chosen.some(mayRetry) && (
      <Button
        size="compact-sm"
        loading={retry.busy}
        onClick={() => {
          retry.run({ deliveries: chosen.filter(mayRetry).map(({ id }) => id) })
          unselect()
        }}
      >
        Tentar de novo
      </Button>
    )
  return (
    <Page
      title="Entrega do XML"
      action={
        may('fiscal.issue') &&
        failing > 1 && (
          <Button variant="default" loading={retry.busy} onClick={() => retry.run({ all: true })}>
            Tentar de novo todas as {failing}
          </Button>
        )
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="text"
          placeholder="Chave, número da nota ou pedido"
          of={[
            {
              name: 'failing',
              label: 'Falham',
              spread: true,
              options: [{ value: 'true', label: 'Falham', alarm: true, ...(failing ? { count: failing } : {}) }],
            },
            {
              name: 'state',
              label: 'Situação',
              options: (Object.keys(deliveryStates) as DeliveryState[]).map((value) => ({
                value,
                label: capital(deliveryStates[value]),
                ...(totals[value] ? { count: totals[value] } : {}),
              })),
            },
            { name: 'partner', label: 'Parceiro', options: (partners?.rows ?? []).map(({ id, name }) => ({ value: String(id), label: name })) },
          ]}
        />
      }
    >
      <Stopped partners={partners?.rows ?? []} />
      <DataTable
        label="Entregas do XML"
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => `/fiscal/notas/${row.nota.id}`}
        columns={columns}
        tone={(row) => (row.state === 'refused' ? 'bad' : row.failing ? 'warn' : undefined)}
        {...(may('fiscal.issue') ? { bulk } : {})}
        empty={
          filtered ? (
            <Empty icon={IconSend} title="Nenhuma entrega com este filtro" action={{ label: 'Limpar filtros', run: clear }} />
          ) : (
            <Empty
              icon={IconPlugConnected}
              title="Nenhuma nota foi entregue ainda"
              action={
                may('fiscal.manage') && (
                  <Button component={Link} to={'/configuracoes/parceiros' as string}>
                    Cadastrar um parceiro
                  </Button>
                )
              }
            >
              Cada nota autorizada vai sozinha ao canal da venda, ao consumidor, ao contador e ao ERP que você cadastrar.
            </Empty>
          )
        }
      />
    </Page>
  )
}
