import { Button, Menu } from '@mantine/core'
import { IconBuildingBank, IconFileUpload, IconLock, IconPlus, IconRefresh } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { listBanks, matchBanksEndpoint } from '../../server/bank/contract.ts'
import type { BankRow } from '../../server/bank/contract.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import { count, money } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { BankForm } from './BankForm.tsx'
import './bank.css'

/** The bank accounts: what the bank says, what our books say, and what is between them. */
export function Banks() {
  const query = useRead(listBanks)
  const may = useMay()
  const [editing, setEditing] = useState<BankRow | 'new' | null>(null)
  const match = useAct(matchBanksEndpoint, {
    done: ({ matched }) => (matched ? `${count(matched, 'ligação feita', 'ligações feitas')}` : 'Nada novo a ligar: o que resta espera por você'),
  })
  const rows = query.data?.rows ?? []
  const active = rows.filter((row) => row.active)
  const sum = (field: 'in_bank' | 'in_books' | 'unexplained') => active.reduce((total, row) => total + row[field], 0)
  const open = active.reduce((total, row) => total + row.open, 0)
  const manage = may('money.manage')
  return (
    <Page
      title="Bancos"
      aside={query.data && query.data.closed_until > '2000-01-01' && <Closed until={query.data.closed_until} />}
      action={
        rows.length > 0 && (
          <>
            <Button component={Link} to="/financeiro/banco/regras" variant="default">
              Regras
            </Button>
            {may('money.reconcile') && open > 0 && (
              <Button variant="default" leftSection={<IconRefresh size={16} />} loading={match.busy} onClick={() => match.run({})}>
                Procurar de novo
              </Button>
            )}
            {manage && (
              <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
                Nova conta
              </Button>
            )}
            {may('money.reconcile') && <SendStatement />}
          </>
        )
      }
    >
      <DataTable
        label="Contas bancárias"
        rows={asRows(query, (answer) => answer.rows)}
        rowKey={(row) => row.id}
        href={(row) => `/financeiro/banco/${row.id}`}
        tone={(row) => (row.differs || row.gaps.length ? 'warn' : undefined)}
        {...(manage ? { menu: (row: BankRow) => <Menu.Item onClick={() => setEditing(row)}>Alterar</Menu.Item> } : {})}
        columns={[
          {
            key: 'name',
            title: 'Conta',
            card: 'title',
            long: 'wrap',
            cell: (row) => (
              <span className="bank-name">
                {row.name}
                <small className="quiet">
                  {row.bank} · {row.branch && `ag. ${row.branch} · `}
                  {row.number}
                  {!row.active && ' · inativa'}
                </small>
              </span>
            ),
          },
          { key: 'in_bank', title: 'No banco (R$)', align: 'right', cell: (row) => <Money centavos={row.in_bank} /> },
          { key: 'in_books', title: 'Nos livros (R$)', align: 'right', cell: (row) => <Money centavos={row.in_books} /> },
          { key: 'unexplained', title: 'Sem explicação (R$)', align: 'right', cell: (row) => <Unexplained row={row} /> },
          {
            key: 'open',
            title: 'Linhas abertas',
            align: 'right',
            cell: (row) => (row.open ? <strong className="number">{row.open}</strong> : <span className="quiet">0</span>),
          },
          { key: 'oldest', title: 'Mais antiga', cell: (row) => <When at={row.oldest_open} style="date" none="nenhuma" /> },
          { key: 'last', title: 'Extrato até', cell: (row) => <Until row={row} /> },
        ]}
        totals={
          active.length > 1
            ? {
                name: 'Total',
                in_bank: <Money centavos={sum('in_bank')} />,
                in_books: <Money centavos={sum('in_books')} />,
                unexplained: <Money centavos={sum('unexplained')} />,
                open: <span className="number">{open}</span>,
              }
            : {}
        }
        empty={
          <Empty
            icon={IconBuildingBank}
            title="Nenhuma conta bancária"
            action={manage ? { label: 'Cadastrar a primeira conta', run: () => setEditing('new') } : undefined}
          >
            Cadastre a conta com o saldo inicial e envie o extrato: cada linha acha o repasse, a conta paga ou a tarifa que ela é.
          </Empty>
        }
      />
      {editing && (
        <BankForm
          bank={editing === 'new' ? null : editing}
          companies={query.data?.companies ?? []}
          today={query.data?.today ?? ''}
          close={() => setEditing(null)}
        />
      )}
    </Page>
  )
}

export const SendStatement = () => (
  <Button component={Link} to="/financeiro/arquivos" leftSection={<IconFileUpload size={16} />}>
    Enviar extrato
  </Button>
)

export const Closed = ({ until }: { until: string }) => (
  <span className="quiet with-icon" title="Dias fechados não mudam: o que for ligado ou desfeito neles entra no primeiro dia aberto">
    <IconLock size={14} aria-hidden /> fechado até {dateOf(until)}
  </span>
)

function Unexplained({ row }: { row: BankRow }) {
  return (
    <span className="bank-cell">
      {row.unexplained ? (
        <strong>
          <Money centavos={row.unexplained} />
        </strong>
      ) : row.open ? (
        <Money centavos={0} />
      ) : (
        <State tone="ok" word="tudo explicado" />
      )}
      {row.ahead !== 0 && (
        <small className="quiet" title="Está nos livros e ainda não apareceu num extrato">
          {money(Math.abs(row.ahead))} lançado sem extrato
        </small>
      )}
    </span>
  )
}

function Until({ row }: { row: BankRow }) {
  const [gap, ...more] = row.gaps
  return (
    <span className="bank-cell">
      <When at={row.last_day} style="date" none="nenhum extrato" />
      {gap ? (
        <State
          tone="warn"
          word={`${gap.from === gap.until ? `falta ${dateOf(gap.from)}` : `faltam ${dateOf(gap.from).slice(0, 5)} a ${dateOf(gap.until).slice(0, 5)}`}${more.length ? ` e mais ${more.length}` : ''}`}
        />
      ) : (
        row.differs !== null && row.differs !== 0 && <State tone="bad" word={`saldo difere ${money(row.differs)}`} />
      )}
    </span>
  )
}
