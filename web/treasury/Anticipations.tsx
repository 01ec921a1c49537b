import { Button } from '@mantine/core'
import { IconPlus, IconTransfer } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { contractStates, contractsCsv, contractsEndpoint } from '../../server/treasury/contract.ts'
import type { ContractRow } from '../../server/treasury/contract.ts'
import { useRows } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Download } from '../components/Download.tsx'
import { Empty } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { State } from '../components/State.tsx'
import type { Tone } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { Page } from '../shell/Page.tsx'
import { rate } from './words.ts'
import './treasury.css'

export const contractTones: Record<ContractRow['state'], Tone> = { agreed: 'warn', credited: 'ok', cancelled: 'idle' }

/** `/financeiro/antecipacoes`: receivables that were handed over for money at once. */
export function Anticipations() {
  const [filters, filter, clear] = useFilters(contractsEndpoint)
  const rows = useRows(contractsEndpoint, filters)
  const { totals, accounts = [], unanswered = 0 } = rows.answer ?? {}
  const simulate = (
    <Button component={Link} to="/financeiro/antecipacoes/simular" leftSection={<IconPlus size={16} />}>
      Simular antecipação
    </Button>
  )
  return (
    <Page
      title="Antecipações"
      aside={totals && totals.contracts > 0 && <span className="quiet">{count(totals.contracts, 'contrato', 'contratos')}</span>}
      action={
        <>
          <Button component={Link} to="/financeiro/credito" variant="default">
            Linhas de crédito
          </Button>
          {(totals?.contracts ?? 0) > 0 && (
            <Download endpoint={contractsCsv} input={filters}>
              Baixar CSV
            </Download>
          )}
          {simulate}
        </>
      }
      filters={
        <FilterChips
          filters={filters as Record<string, string | undefined>}
          change={(change) => filter(change as never)}
          clear={clear}
          search="q"
          placeholder="Credor ou número do contrato"
          of={[
            { name: 'state', label: 'Situação', spread: true, options: Object.entries(contractStates).map(([value, label]) => ({ value, label })) },
            ...(accounts.length > 1
              ? [{ name: 'account', label: 'Canal', options: accounts.map(({ id, name }) => ({ value: String(id), label: name })) }]
              : []),
          ]}
        />
      }
    >
      {unanswered > 0 && (
        <p className="surface cash-verdict" data-tone="warn">
          <span>
            {count(unanswered, 'linha', 'linhas')} de antecipação ou retenção nos repasses {unanswered === 1 ? 'não responde' : 'não respondem'} por nenhum
            contrato. Registre o contrato que falta: as linhas o encontram sozinhas.
          </span>
        </p>
      )}
      <DataTable<ContractRow>
        label="Antecipações"
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => `/financeiro/antecipacoes/${row.id}`}
        columns={[
          { key: 'id', title: 'Contrato', card: 'title', width: 120, cell: (row) => row.external_id ?? `nº ${row.id}` },
          { key: 'day', title: 'Em', width: 110, cell: (row) => <When at={row.agreed_on} style="date" /> },
          { key: 'creditor', title: 'Credor', cell: (row) => row.creditor },
          { key: 'account', title: 'Recebíveis de', long: 'cut', cell: (row) => `${row.account.name}, ${row.receivables}` },
          { key: 'nominal', title: 'Entregue (R$)', align: 'right', width: 130, cell: (row) => <Money centavos={row.nominal} /> },
          { key: 'received', title: 'Recebido (R$)', align: 'right', width: 130, cell: (row) => <Money centavos={row.received} /> },
          { key: 'cost', title: 'Custo (R$)', align: 'right', width: 120, card: 'hidden', cell: (row) => <Money centavos={row.nominal - row.received} /> },
          { key: 'cet', title: 'CET % a.m.', align: 'right', width: 100, cell: (row) => <span className="number">{rate(row.cet_monthly)}</span> },
          {
            key: 'state',
            title: 'Situação',
            card: 'corner',
            width: 130,
            cell: (row) => <State tone={contractTones[row.state]} word={contractStates[row.state]} />,
          },
        ]}
        {...(totals
          ? {
              totals: {
                id: 'Total',
                nominal: <Money centavos={totals.nominal} />,
                received: <Money centavos={totals.received} />,
                cost: <Money centavos={totals.nominal - totals.received} />,
              },
            }
          : {})}
        empty={
          <Empty icon={IconTransfer} title="Nenhuma antecipação" action={simulate}>
            Diga quanto é preciso e em que dia: a simulação escolhe os recebíveis mais baratos e mostra o custo ao lado do empréstimo e do desconto dos
            fornecedores.
          </Empty>
        }
      />
    </Page>
  )
}
