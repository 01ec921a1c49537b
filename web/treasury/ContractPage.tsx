import { Button } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { cancelContractEndpoint, contractEndpoint, contractLineKinds, contractStates, creditedEndpoint, discounts } from '../../server/treasury/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { dateOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { contractTones } from './Anticipations.tsx'
import { rate, reais } from './words.ts'
import './treasury.css'

type Contract = AnswerOf<typeof contractEndpoint>

/** `/financeiro/antecipacoes/$contract`: what was handed over, and the lines that answered. */
export function ContractPage() {
  const { contract } = useParams({ strict: false }) as { contract: string }
  const read = useRead(contractEndpoint, { contract: Number(contract) }, { keepPrevious: false })
  const may = useMay()('money.manage')
  const [asking, setAsking] = useState(false)
  const cancel = useAct(cancelContractEndpoint, { done: 'Antecipação cancelada: os recebíveis voltaram', onDone: () => setAsking(false) })
  const credited = useAct(creditedEndpoint, { done: 'Marcada como creditada' })
  const { data } = read
  return (
    <Page
      title={data ? `Antecipação ${data.external_id ?? data.id}` : 'Antecipação'}
      back={{ to: '/financeiro/antecipacoes', label: 'Antecipações' }}
      aside={data && <State tone={contractTones[data.state]} word={contractStates[data.state]} />}
      action={
        data &&
        may && (
          <>
            {data.cancellable && (
              <Button variant="default" onClick={() => setAsking(true)}>
                Cancelar contrato
              </Button>
            )}
            {data.state === 'agreed' && (
              <Button loading={credited.busy} onClick={() => credited.run({ contract: data.id })}>
                O dinheiro chegou
              </Button>
            )}
          </>
        )
      }
    >
      {!data && read.error && <Failed error={read.error} retry={() => void read.refetch()} />}
      {data && <Terms data={data} />}
      {data && (
        <Section title="Linhas do repasse que respondem por este contrato">
          <DataTable<Contract['answers'][number]>
            label="Linhas do repasse"
            rows={asRows(read, ({ answers }) => answers)}
            rowKey={(row) => row.line}
            columns={[
              { key: 'day', title: 'Dia', width: 120, cell: (row) => <When at={row.day} style="date" /> },
              { key: 'kind', title: 'O que é', card: 'title', width: 240, cell: (row) => contractLineKinds[row.kind] },
              { key: 'word', title: 'Como o canal chama', long: 'cut', cell: (row) => <span className="code">{row.word}</span> },
              { key: 'file', title: 'Arquivo', long: 'cut', card: 'hidden', cell: (row) => `${row.file}, linha ${row.row}` },
              { key: 'net', title: 'Valor (R$)', align: 'right', card: 'corner', width: 130, cell: (row) => <Money centavos={row.net} /> },
            ]}
            empty={
              <Empty title="Nenhuma linha ainda">
                Quando o repasse trouxer o adiantamento, o seu custo ou o dinheiro do dia original, as linhas aparecem aqui e nunca quitam a venda de novo.
              </Empty>
            }
          />
        </Section>
      )}
      {data && (
        <Section title="Recebíveis entregues">
          <DataTable<Contract['parts'][number]>
            label="Recebíveis entregues"
            rows={asRows(read, ({ parts }) => parts)}
            rowKey={(row) => row.receivable}
            href={(row) => `/financeiro/recebiveis/${row.receivable}`}
            columns={[
              { key: 'title', title: 'Recebível', card: 'title', long: 'cut', cell: (row) => row.title },
              { key: 'due', title: 'Venceria', width: 120, cell: (row) => <When at={row.due} style="date" /> },
              { key: 'nominal', title: 'Vale (R$)', align: 'right', width: 120, card: 'hidden', cell: (row) => <Money centavos={row.nominal} /> },
              { key: 'centavos', title: 'Entregue (R$)', align: 'right', width: 130, cell: (row) => <Money centavos={row.centavos} /> },
              {
                key: 'state',
                title: 'Depois',
                card: 'corner',
                width: 220,
                cell: (row) =>
                  row.charged_back > 0 ? (
                    <State tone="bad" word={`Contestado: ${reais(row.charged_back)}`} />
                  ) : row.kept > 0 ? (
                    <State tone="ok" word="O canal pagou ao credor" />
                  ) : (
                    <span className="quiet">{data.state === 'cancelled' ? 'voltou' : 'a vencer'}</span>
                  ),
              },
            ]}
          />
        </Section>
      )}
      {data && (
        <Confirm
          opened={asking}
          close={() => setAsking(false)}
          title="Cancelar esta antecipação?"
          verb="Cancelar contrato"
          danger
          busy={cancel.busy}
          run={() => cancel.run({ contract: data.id })}
        >
          Os {data.receivables} recebíveis voltam a ser da loja e os lançamentos são estornados. Cancele também no canal: aqui só se registra.
        </Confirm>
      )}
    </Page>
  )
}

function Terms({ data }: { data: Contract }) {
  return (
    <dl className="surface facts facts-card">
      <dt>Entregue</dt>
      <dd className="number" style={{ textAlign: 'left' }}>
        {reais(data.nominal)}
      </dd>
      <dt>Recebido</dt>
      <dd className="number" style={{ textAlign: 'left' }}>
        {reais(data.received)}
        {data.lines > 0 && data.came !== data.received && `, já vieram ${reais(data.came)}`}
      </dd>
      <dt>Custo</dt>
      <dd>
        {reais(data.nominal - data.received)}
        {data.iof > 0 && `, com IOF de ${reais(data.iof)}`}
        {data.tariff > 0 && `, com tarifa de ${reais(data.tariff)}`}
      </dd>
      <dt>Taxa</dt>
      <dd>
        {rate(data.monthly_rate, 6)} % a.m. {(discounts[data.discount as keyof typeof discounts] ?? '').toLowerCase()}
        {data.cet_monthly && `, CET ${rate(data.cet_monthly)} % a.m. e ${rate(data.cet_yearly, 2)} % a.a.`}
      </dd>
      <dt>Credor</dt>
      <dd>
        {data.creditor}, {data.recourse ? 'com direito de regresso' : 'sem regresso'}
      </dd>
      <dt>Recebíveis de</dt>
      <dd>{data.account.name}</dd>
      <dt>Dinheiro</dt>
      <dd>{data.bank ? `no banco ${data.bank.name}` : 'na carteira do canal'}</dd>
      <dt>Contratada em</dt>
      <dd>{dateOf(data.agreed_on)}</dd>
    </dl>
  )
}
