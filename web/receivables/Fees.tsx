import { Button, Skeleton } from '@mantine/core'
import { IconPlus, IconReceipt2 } from '@tabler/icons-react'
import { useState } from 'react'
import { listPolicies } from '../../server/receivables/contract.ts'
import type { PolicyVersion } from '../../server/receivables/contract.ts'
import { useRead } from '../client.ts'
import { Empty, Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import { count } from '../components/format.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { AccountFees, sameKey } from './AccountFees.tsx'
import { FeeMenu } from './FeeMenu.tsx'
import { PolicyForm } from './PolicyForm.tsx'
import { Proposal } from './Proposal.tsx'
import './receivables.css'

/** What the form starts from: an account, and the version that the new one replaces. */
export interface Starting {
  account: number
  from: PolicyVersion | null
}

/** What each channel charges and when it pays, by date; and where what it charges is no longer what was agreed. */
export function Fees() {
  const { data, error, refetch } = useRead(listPolicies)
  const may = useMay()('money.manage')
  const [writing, setWriting] = useState<Starting | null>(null)
  const known = data?.accounts.filter(({ versions }) => versions.length > 0) ?? []
  const proposals = known.flatMap(({ versions, ...account }) =>
    versions.filter(({ state }) => state === 'proposed').map((version) => ({ version, account, versions })),
  )
  const start = () => data?.accounts[0] && setWriting({ account: (data.without[0] ?? { account: data.accounts[0].id }).account, from: null })
  return (
    <Page
      title="Taxas dos canais"
      back={{ to: '/financeiro/recebiveis', label: 'Recebíveis' }}
      action={
        may && (
          <>
            <FeeMenu />
            <Button leftSection={<IconPlus size={16} />} onClick={start}>
              Novas taxas
            </Button>
          </>
        )
      }
    >
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} aria-busy />}
      {data?.without.map((row) => (
        <div key={row.account} className="surface proposal row" role="status">
          <span className="grow">
            <State tone="warn" word="sem taxas" /> <strong>{row.channel}</strong>: {count(row.orders, 'pedido aprovado', 'pedidos aprovados')} desde{' '}
            <When at={row.since} style="date" /> sem valor a receber, porque ninguém disse o que o canal cobra.
          </span>
          {may && <Button onClick={() => setWriting({ account: row.account, from: null })}>Informar as taxas</Button>}
        </div>
      ))}
      {proposals.map(({ version, account, versions }) => (
        <Proposal
          key={version.id}
          version={version}
          channel={account.name}
          current={versions.find((one) => one.state === 'active' && sameKey(one, version)) ?? null}
          may={may}
        />
      ))}
      {data && known.length === 0 && data.without.length === 0 && (
        <div className="surface">
          <Empty
            icon={IconReceipt2}
            title="Nenhuma taxa combinada ainda"
            {...(may && data.accounts.length ? { action: { label: 'Informar as taxas', run: start } } : {})}
          >
            Comissão, tarifas e o dia em que o canal paga: com isso cada venda vira um recebível com valor líquido e data.
          </Empty>
        </div>
      )}
      <div className="fees">
        {known.map((account) => (
          <AccountFees key={account.id} account={account} write={may ? setWriting : null} />
        ))}
      </div>
      {data?.estimated_on && known.length > 0 && (
        <p className="quiet small">
          Toda noite as taxas são comparadas com o que os repasses dos últimos 60 dias cobraram. Última vez: <When at={data.estimated_on} style="date" />.
        </p>
      )}
      {writing && data && <PolicyForm starting={writing} accounts={data.accounts} methods={data.methods} close={() => setWriting(null)} />}
    </Page>
  )
}
