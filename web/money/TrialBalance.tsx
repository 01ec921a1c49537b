import { Button, TextInput } from '@mantine/core'
import { IconScale } from '@tabler/icons-react'
import { useState } from 'react'
import { closePeriodEndpoint, trialBalanceEndpoint } from '../../server/money/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf, localToInstant, wallOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import './money.css'

type Row = AnswerOf<typeof trialBalanceEndpoint>['rows'][number]
const columns: Column<Row>[] = [
  { key: 'name', title: 'Conta', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'received', title: 'Entrou (R$)', align: 'right', cell: (row) => <Money centavos={row.received} /> },
  { key: 'paid', title: 'Saiu (R$)', align: 'right', cell: (row) => <Money centavos={row.paid} /> },
  { key: 'balance', title: 'Saldo (R$)', align: 'right', card: 'corner', cell: (row) => <Money centavos={row.balance} /> },
]

/** `/financeiro/balancete`: every account now, at the end of a day or as the journal was at an instant; and the closing of days. */
export function TrialBalance() {
  const may = useMay()
  const [at, setAt] = useState('')
  const [closing, setClosing] = useState(false)
  const reading = useRead(trialBalanceEndpoint, at ? { at: localToInstant(at) } : {})
  const { data } = reading
  return (
    <Page
      title="Balancete"
      back={{ to: '/financeiro', label: 'Dinheiro' }}
      aside={data && <State tone={data.sum === 0 ? 'ok' : 'bad'} word={data.sum === 0 ? 'Soma zero' : 'Não soma zero'} />}
      action={may('money.manage') && <Button onClick={() => setClosing(true)}>Fechar dias</Button>}
      filters={
        <div className="filter-chips">
          <TextInput
            type="datetime-local"
            size="xs"
            aria-label="Como estava em"
            max={wallOf(new Date())}
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
          {at ? (
            <Button size="compact-xs" variant="subtle" onClick={() => setAt('')}>
              Agora
            </Button>
          ) : (
            <span className="quiet">Escolha um instante para ver como o diário estava.</span>
          )}
        </div>
      }
    >
      {data && data.closed_until > '2000-01-01' && (
        <p className="quiet">
          Dias fechados até {dateOf(data.closed_until)}
          {data.closings[0] && (
            <>
              {' '}
              por {data.closings[0].who ?? 'um programa'} em <When at={data.closings[0].at} style="full" />
            </>
          )}
          : lançamentos atrasados vão para o primeiro dia aberto e lembram o seu.
        </p>
      )}
      <DataTable
        label="Balancete"
        rows={asRows(reading, ({ rows }) => rows)}
        rowKey={(row) => row.code}
        columns={columns}
        href={(row) => `/financeiro/diario?account=${encodeURIComponent(row.code)}`}
        totals={data && data.rows.length > 0 ? { balance: <Money centavos={data.sum} /> } : {}}
        empty={
          <Empty icon={IconScale} title="Nenhuma conta com movimento">
            As contas nascem sozinhas com o primeiro pedido, repasse ou extrato.
          </Empty>
        }
      />
      {closing && data && <Closing today={data.today} closed={data.closed_until} close={() => setClosing(false)} />}
    </Page>
  )
}

function Closing({ today, closed, close }: { today: string; closed: string; close: () => void }) {
  const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10)
  const monthEnd = new Date(Date.parse(`${today.slice(0, 7)}-01`) - 86_400_000).toISOString().slice(0, 10)
  const [until, setUntil] = useState(monthEnd > closed ? monthEnd : yesterday)
  const act = useAct(closePeriodEndpoint, { done: ({ closed_until }) => `Dias fechados até ${dateOf(closed_until)}`, onDone: close })
  return (
    <Confirm opened close={close} title="Fechar dias" verb={`Fechar até ${dateOf(until)}`} run={() => act.run({ until })} busy={act.busy} danger>
      <p>Dias fechados não reabrem. O que chegar depois sobre eles é lançado no primeiro dia aberto.</p>
      <TextInput type="date" label="Fechar até" value={until} min={closed} max={yesterday} onChange={(event) => setUntil(event.currentTarget.value)} />
    </Confirm>
  )
}
