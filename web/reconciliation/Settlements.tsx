import { Button } from '@mantine/core'
import { IconArrowsExchange, IconUpload } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { openReasons, settlementBoard } from '../../server/reconciliation/contract.ts'
import type { SettlementBoardRow } from '../../server/reconciliation/contract.ts'
import { asRows, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count, money, percent } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { ageOf } from './words.ts'

const columns: Column<SettlementBoardRow>[] = [
  { key: 'name', title: 'Canal', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'expected', title: 'Esperado (R$)', align: 'right', width: 118, cell: (row) => <Money centavos={row.expected} /> },
  { key: 'came', title: 'Veio (R$)', align: 'right', width: 112, cell: (row) => <Money centavos={row.came} /> },
  { key: 'auto', title: 'Conferido sozinho', align: 'right', width: 132, cell: (row) => (row.lines ? percent(row.auto / row.lines) : '') },
  {
    key: 'open',
    title: 'Linhas abertas',
    width: 210,
    cell: (row) =>
      row.open ? (
        <State
          tone="warn"
          word={`${count(row.open, 'linha', 'linhas')}, ${ageOf(row.oldest!)}`}
          title={row.reasons.map(({ reason, lines }) => `${lines}: ${openReasons[reason]}`).join('\n')}
        />
      ) : (
        <State tone="ok" word="nenhuma" />
      ),
  },
  { key: 'unpaid', title: 'Vencido e não pago (R$)', align: 'right', width: 168, cell: (row) => (row.unpaid ? <Money centavos={row.unpaid_amount} /> : null) },
  { key: 'claims', title: 'A recuperar (R$)', align: 'right', width: 124, cell: (row) => (row.claims ? <Money centavos={row.claims_amount} /> : null) },
  {
    key: 'file',
    title: 'Último arquivo',
    width: 128,
    card: 'hidden',
    cell: (row) => (row.last_file ? <When at={row.last_file.at} /> : <span className="quiet">nenhum</span>),
  },
]

/** Each channel account: what should have come in thirty days, what came, and what is left to somebody. */
export function Settlements() {
  const may = useMay()
  const board = useRead(settlementBoard)
  const rows = board.data?.rows ?? []
  const sum = (of: 'expected' | 'came' | 'lines' | 'auto' | 'open' | 'open_amount' | 'unpaid' | 'unpaid_amount' | 'claims' | 'claims_amount') =>
    rows.reduce((total, row) => total + row[of], 0)
  const oldest = rows
    .flatMap((row) => row.oldest ?? [])
    .toSorted()
    .at(0)
  const known = board.data !== undefined
  return (
    <Page
      title="Repasses"
      aside={<span className="quiet">últimos 30 dias</span>}
      action={
        <>
          <Button component={Link} to="/financeiro/fontes" variant="default">
            Fontes
          </Button>
          <Button component={Link} to="/financeiro/arquivos" variant="default">
            Arquivos
          </Button>
          {may('money.reconcile') && (
            <Button component={Link} to="/financeiro/arquivos" leftSection={<IconUpload size={16} />}>
              Enviar repasse
            </Button>
          )}
        </>
      }
    >
      {rows.length > 0 && (
        <Kpis>
          <Kpi
            label="A recuperar (R$)"
            value={known ? money(sum('claims_amount')) : undefined}
            to="/financeiro/recuperar"
            note={count(sum('claims'), 'cobrança', 'cobranças')}
            definition="Cobrado a mais ou não pago pelos canais, e ainda não devolvido"
          />
          <Kpi
            label="Linhas abertas"
            value={known ? String(sum('open')) : undefined}
            note={oldest ? <State tone="warn" word={`a mais velha ${ageOf(oldest)}`} /> : <State tone="ok" word="tudo conferido" />}
            definition="Dinheiro que veio e que ainda não se sabe de que venda é"
          />
          <Kpi label="Vencido e não pago (R$)" value={known ? money(sum('unpaid_amount')) : undefined} note={count(sum('unpaid'), 'recebível', 'recebíveis')} />
          <Kpi
            label="Conferido sozinho"
            value={known ? (sum('lines') ? percent(sum('auto') / sum('lines')) : 'sem linhas') : undefined}
            note={count(sum('lines'), 'linha', 'linhas')}
            definition="Linhas de venda que acharam seu recebível sem ninguém"
          />
        </Kpis>
      )}
      <DataTable
        label="Repasses por canal"
        rows={asRows(board, (answer) => answer.rows)}
        columns={columns}
        rowKey={(row) => row.account}
        href={(row) => `/financeiro/repasses/${row.account}`}
        tone={(row) => (row.claims || row.unpaid ? 'bad' : row.open ? 'warn' : undefined)}
        totals={{
          name: count(rows.length, 'canal', 'canais'),
          expected: <Money centavos={sum('expected')} />,
          came: <Money centavos={sum('came')} />,
          unpaid: <Money centavos={sum('unpaid_amount')} />,
          claims: <Money centavos={sum('claims_amount')} />,
        }}
        empty={
          <Empty
            icon={IconArrowsExchange}
            title="Nenhum repasse ainda"
            action={
              may('money.reconcile') && (
                <Button component={Link} to="/financeiro/arquivos">
                  Enviar o primeiro repasse
                </Button>
              )
            }
          >
            Envie o relatório de repasses de um canal: cada linha é posta ao lado do que ele devia pagar.
          </Empty>
        }
      />
    </Page>
  )
}
