import { Button, Menu } from '@mantine/core'
import { IconReceiptRefund } from '@tabler/icons-react'
import { useState } from 'react'
import { claimKinds, claimStates, claimSteps, exportClaims, listClaims, moveClaimsEndpoint } from '../../server/reconciliation/contract.ts'
import type { ClaimRow } from '../../server/reconciliation/contract.ts'
import { useAct, useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { showUndo } from '../components/undo.tsx'
import { useFilters } from '../filters.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { ClaimText } from './ClaimText.tsx'
import { capital, claimState } from './words.ts'

const live = (row: ClaimRow) => row.state === 'open' || row.state === 'sent' || row.state === 'accepted'

const columns: Column<ClaimRow>[] = [
  { key: 'order', title: 'Pedido', card: 'title', cell: (row) => row.external_order ?? 'sem número' },
  { key: 'channel', title: 'Canal', cell: (row) => row.channel },
  { key: 'kind', title: 'Motivo', long: 'cut', cell: (row) => claimKinds[row.kind] },
  { key: 'state', title: 'Situação', card: 'corner', width: 116, cell: (row) => <State {...claimState(row.state)} /> },
  {
    key: 'deadline',
    title: 'Prazo',
    width: 190,
    cell: (row) =>
      live(row) ? (
        <>
          <When at={row.deadline} style="date" />{' '}
          {row.days_left <= 7 && (
            <State tone={row.days_left < 0 ? 'bad' : 'warn'} word={row.days_left < 0 ? 'vencido' : row.days_left === 0 ? 'hoje' : `${row.days_left} d`} />
          )}
        </>
      ) : (
        <span className="quiet">{row.protocol}</span>
      ),
  },
  { key: 'amount', title: 'A recuperar (R$)', align: 'right', width: 132, cell: (row) => <Money centavos={row.amount} /> },
]

const verbs: Record<ClaimRow['state'], string> = {
  open: 'Voltar para a pedir',
  sent: 'Marcar pedidas',
  accepted: 'Marcar aceitas',
  paid: 'Marcar pagas',
  lost: 'Dar por perdidas',
  withdrawn: 'Retirar',
}
const moved: Record<ClaimRow['state'], string> = {
  open: 'a pedir de novo',
  sent: 'pedidas',
  accepted: 'aceitas',
  paid: 'pagas',
  lost: 'perdidas',
  withdrawn: 'retiradas',
}

/** What channels charged wrongly or never paid: asked for in time, with the text ready. */
export function Claims() {
  const may = useMay()
  const [filters, filter, clear] = useFilters(listClaims)
  const rows = useRows(listClaims, filters)
  const totals = rows.answer?.totals ?? []
  const [reading, read] = useState<number[] | null>(null)
  const move = useMoveClaims()
  const sum = (of: 'claims' | 'amount', fits: (row: (typeof totals)[number]) => boolean) => totals.filter(fits).reduce((total, row) => total + row[of], 0)
  const shown = (row: (typeof totals)[number]) => (!filters.state || row.state === filters.state) && (!filters.kind || row.kind === filters.kind)
  const filtered = Object.keys(filters).length > 0
  return (
    <Page
      title="A recuperar"
      action={
        rows.rows.length > 0 && (
          <Download endpoint={exportClaims} input={filters} visibleFrom="sm">
            Baixar CSV
          </Download>
        )
      }
      filters={
        <FilterChips
          filters={filters}
          change={filter}
          clear={clear}
          search="q"
          placeholder="Número do pedido ou protocolo"
          of={[
            {
              name: 'state',
              label: 'Situação',
              spread: true,
              options: (Object.keys(claimStates) as ClaimRow['state'][])
                .filter((state) => sum('claims', (row) => row.state === state) || filters.state === state)
                .map((state) => ({ value: state, label: capital(claimStates[state]), count: sum('claims', (row) => row.state === state) })),
            },
            { name: 'urgent', label: 'Prazo', spread: true, options: [{ value: 'sim', label: 'Vence em 7 dias', alarm: true }] },
            {
              name: 'kind',
              label: 'Motivo',
              options: (Object.keys(claimKinds) as ClaimRow['kind'][])
                .filter((kind) => sum('claims', (row) => row.kind === kind))
                .map((kind) => ({ value: kind, label: capital(claimKinds[kind]), count: sum('claims', (row) => row.kind === kind) })),
            },
            ...((rows.answer?.channels.length ?? 0) > 1
              ? [{ name: 'account', label: 'Canal', options: rows.answer!.channels.map(({ account, name }) => ({ value: String(account), label: name })) }]
              : []),
          ]}
        />
      }
    >
      <DataTable<ClaimRow>
        label="Cobranças aos canais"
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        open={(row) => read([row.id])}
        tone={(row) => (live(row) && row.days_left <= 7 ? 'bad' : row.state === 'open' ? 'warn' : undefined)}
        totals={{ order: count(sum('claims', shown), 'cobrança', 'cobranças'), amount: <Money centavos={sum('amount', shown)} /> }}
        {...(may('money.reconcile')
          ? {
              bulk: ({ rows: chosen, clear: unselect }) => (
                <>
                  <Button size="compact-sm" onClick={() => read(chosen.map(({ id }) => id))}>
                    Texto para o canal
                  </Button>
                  <Menu>
                    <Menu.Target>
                      <Button size="compact-sm" variant="default">
                        Mudar situação
                      </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                      {common(chosen).map((to) => (
                        <Menu.Item key={to} onClick={() => void move(chosen, to).then(unselect, () => undefined)}>
                          {verbs[to]}
                        </Menu.Item>
                      ))}
                      {common(chosen).length === 0 && <Menu.Item disabled>As situações escolhidas não vão para um mesmo lugar</Menu.Item>}
                    </Menu.Dropdown>
                  </Menu>
                </>
              ),
            }
          : {})}
        empty={
          filtered ? (
            <Empty icon={IconReceiptRefund} title="Nenhuma cobrança com estes filtros" action={{ label: 'Limpar os filtros', run: clear }} />
          ) : (
            <Empty icon={IconReceiptRefund} title="Nada a recuperar">
              Quando um canal cobrar a mais, cobrar duas vezes ou deixar de pagar, a diferença aparece aqui com o texto pronto.
            </Empty>
          )
        }
      />
      {reading && <ClaimText claims={reading} close={() => read(null)} move={move} />}
    </Page>
  )
}

const common = (rows: ClaimRow[]) => (Object.keys(claimStates) as ClaimRow['state'][]).filter((to) => rows.every(({ state }) => claimSteps[state].includes(to)))

/** Moves and offers the way back. */
function useMoveClaims() {
  const act = useAct(moveClaimsEndpoint)
  return async (rows: Pick<ClaimRow, 'id'>[], to: ClaimRow['state'], protocol?: string) => {
    const { moved: many, before } = await act.send({ claims: rows.map(({ id }) => id), to, ...(protocol ? { protocol } : {}) })
    const back = Map.groupBy(before, ({ state }) => state)
    showUndo(`${count(many, 'cobrança', 'cobranças')} ${moved[to]}`, () => {
      for (const [state, list] of back) act.run({ claims: list.map(({ claim }) => claim), to: state })
    })
  }
}
