import { Button, Skeleton } from '@mantine/core'
import { IconBuildingStore, IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { companiesEndpoint, environments, regimes } from '../../../server/fiscal-setup/contract.ts'
import type { CompanyRow } from '../../../server/fiscal-setup/contract.ts'
import { asRows, useRead } from '../../client.ts'
import { DataTable } from '../../components/DataTable.tsx'
import { Empty, Failed } from '../../components/Empty.tsx'
import { State } from '../../components/State.tsx'
import { TaxId } from '../../components/Values.tsx'
import { useMay } from '../../session.ts'
import { Page } from '../../shell/Page.tsx'
import { CompanyForm } from './CompanyForm.tsx'
import { SetupTabs } from './SetupTabs.tsx'

const regimeOf = (crt: number | null) => (crt === null ? '' : regimes[crt as keyof typeof regimes])

/** `/fiscal/empresas`: the companies; `?company=` one of them or `new`, `&field=` the field that a link leads to. */
export function Companies() {
  const { company } = useSearch({ strict: false } as never) as { company?: string }
  const companies = useRead(companiesEndpoint)
  const navigate = useNavigate()
  const may = useMay()('fiscal.manage')
  const show = (id: number | 'new') => void navigate({ to: '/fiscal/empresas', search: { company: String(id) } as never })
  const chosen = companies.data?.rows.find(({ id }) => String(id) === company)
  if (company)
    return (
      <Page title={chosen?.trade_name ?? 'Nova empresa'} back={{ to: '/fiscal/empresas', label: 'Empresas' }} filters={<SetupTabs />}>
        {companies.error && !companies.data && <Failed error={companies.error} retry={() => void companies.refetch()} />}
        {!companies.data && !companies.error && <Skeleton height={420} />}
        {companies.data && (company === 'new' || chosen) && <CompanyForm key={company} company={chosen ?? null} may={may} saved={show} />}
        {companies.data && company !== 'new' && !chosen && <p className="quiet">Esta empresa não existe.</p>}
      </Page>
    )
  return (
    <Page
      title="Empresas"
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => show('new')}>
            Nova empresa
          </Button>
        )
      }
      filters={<SetupTabs />}
    >
      <DataTable
        label="Empresas"
        rows={asRows(companies, (answer) => answer.rows)}
        rowKey={(row) => row.id}
        open={(row) => show(row.id)}
        columns={[
          { key: 'name', title: 'Empresa', card: 'title', cell: (row: CompanyRow) => row.trade_name },
          { key: 'cnpj', title: 'CNPJ', cell: (row) => <TaxId of={row.cnpj} /> },
          { key: 'ie', title: 'Inscrição estadual', cell: (row) => <span className="code">{row.state_registration}</span> },
          { key: 'crt', title: 'Regime', cell: (row) => regimeOf(row.crt) },
          { key: 'city', title: 'Cidade', cell: (row) => [row.address.city, row.address.state].filter(Boolean).join(', ') },
          { key: 'series', title: 'Série', cell: (row) => seriesOf(row) },
          {
            key: 'environment',
            title: 'Ambiente',
            card: 'corner',
            width: 140,
            cell: (row) => <State tone={row.environment === 'production' ? 'ok' : 'info'} word={environments[row.environment]} />,
          },
        ]}
        empty={
          <Empty icon={IconBuildingStore} title="Nenhuma empresa" action={may && { label: 'Cadastrar a empresa', run: () => show('new') }}>
            Cadastre o CNPJ que emite as notas. Mais de um? Cada canal de venda escolhe por qual empresa emite.
          </Empty>
        }
      />
    </Page>
  )
}

function seriesOf({ series, environment }: CompanyRow) {
  const used = series.find((one) => one.environment === environment && one.in_use)
  return used ? `${used.series}, próxima ${used.next_number.toLocaleString('pt-BR')}` : <span className="quiet">sem série</span>
}
