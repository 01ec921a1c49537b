import { Button } from '@mantine/core'
import { IconBuildingBank, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { creditEndpoint, discounts, dropIofEndpoint, lineKinds, regimes, saveIofEndpoint } from '../../server/treasury/contract.ts'
import type { CreditLine, EarlyPayment, IofRate } from '../../server/treasury/contract.ts'
import { asRows, useAct, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { showUndo } from '../components/undo.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { IofForm, LineForm } from './CreditForms.tsx'
import { rate } from './words.ts'
import './treasury.css'

/** `/financeiro/credito`: what money costs at each source that the shop has. */
export function Credit() {
  const credit = useRead(creditEndpoint)
  const may = useMay()('money.manage')
  const [line, setLine] = useState<CreditLine | 'new' | null>(null)
  const [iof, setIof] = useState<IofRate | 'new' | null>(null)
  const saveIof = useAct(saveIofEndpoint)
  const dropIof = useAct(dropIofEndpoint)
  const remove = async ({ current: _, ...row }: IofRate) => {
    await dropIof.send({ regime: row.regime, valid_from: row.valid_from })
    showUndo('Alíquota apagada', () => saveIof.run(row))
  }
  const { data } = credit
  return (
    <Page
      title="Crédito"
      action={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setLine('new')}>
            Nova linha de crédito
          </Button>
        )
      }
    >
      <DataTable<CreditLine>
        label="Linhas de crédito"
        rows={asRows(credit, ({ lines }) => lines)}
        rowKey={(row) => row.id}
        {...(may ? { open: setLine } : {})}
        columns={[
          { key: 'name', title: 'Linha', card: 'title', long: 'cut', cell: (row) => row.name },
          { key: 'kind', title: 'Tipo', width: 140, cell: (row) => lineKinds[row.kind] },
          {
            key: 'terms',
            title: 'Condições',
            long: 'cut',
            cell: (row) =>
              [
                row.discount && discounts[row.discount],
                row.instalments && `${row.instalments} parcelas`,
                row.kind === 'anticipation' && (row.account?.name ?? 'Qualquer canal'),
                row.kind === 'anticipation' && (row.recourse ? 'com regresso' : 'sem regresso'),
                row.regime && (row.kind !== 'anticipation' || row.recourse) && 'com IOF',
              ]
                .filter(Boolean)
                .join(', ')
                .replace(/^./, (first) => first.toUpperCase()),
          },
          { key: 'rate', title: 'Taxa % a.m.', align: 'right', width: 110, cell: (row) => <span className="number">{rate(row.monthly_rate, 6)}</span> },
          { key: 'most', title: 'Até (R$)', align: 'right', width: 120, card: 'hidden', cell: (row) => <Money centavos={row.most} /> },
          { key: 'monthly', title: 'CET % a.m.', align: 'right', width: 110, cell: (row) => <span className="number">{rate(row.cet?.monthly)}</span> },
          { key: 'yearly', title: 'CET % a.a.', align: 'right', width: 110, cell: (row) => <span className="number">{rate(row.cet?.yearly, 2)}</span> },
          {
            key: 'state',
            title: 'Situação',
            card: 'corner',
            width: 110,
            cell: (row) => (row.active ? <State tone="ok" word="Em uso" /> : <State tone="idle" word="Encerrada" />),
          },
        ]}
        empty={
          <Empty icon={IconBuildingBank} title="Nenhuma linha de crédito" action={may && { label: 'Nova linha de crédito', run: () => setLine('new') }}>
            Registre a taxa da antecipação de cada canal, do empréstimo e do limite da conta. A partir daí o caixa diz o que custa cobrir o que falta.
          </Empty>
        }
      />
      <p className="quiet small">CET de R$ 10.000 no prazo de costume: as parcelas do empréstimo, 30 dias de limite, um recebível de 30 dias.</p>

      <Section title="Fornecedores que pagam melhor que o banco">
        <DataTable<EarlyPayment>
          label="Desconto por pagar antes"
          rows={asRows(credit, ({ early }) => early)}
          rowKey={(row) => row.payable}
          href={(row) => `/financeiro/pagar/${row.payable}`}
          columns={[
            { key: 'who', title: 'Fornecedor', card: 'title', long: 'cut', cell: (row) => row.beneficiary },
            { key: 'until', title: 'Desconto até', width: 120, cell: (row) => <When at={row.discount_until} style="date" /> },
            { key: 'due', title: 'Vence', width: 120, cell: (row) => <When at={row.due_on} style="date" /> },
            { key: 'amount', title: 'Valor (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.amount} /> },
            { key: 'discount', title: 'Desconto (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.discount} /> },
            { key: 'yearly', title: 'Rende % a.a.', align: 'right', width: 120, cell: (row) => <span className="number">{rate(row.cet?.yearly, 2)}</span> },
            {
              key: 'gain',
              title: 'Pagando com a linha mais barata',
              card: 'corner',
              width: 240,
              cell: (row) =>
                row.gain === null ? (
                  <span className="quiet">registre uma linha</span>
                ) : row.gain > 0 ? (
                  <State tone="ok" word={`Sobram ${(row.gain / 100).toLocaleString('pt-BR', { minimumFractionDigits: 2 })}`} />
                ) : (
                  <State tone="idle" word="Melhor pagar no vencimento" />
                ),
            },
          ]}
          empty={
            <Empty title="Nenhum desconto por pagar antes">
              Quando uma conta a pagar tem desconto até um dia, ela aparece aqui ao lado do que o dinheiro custa.
            </Empty>
          }
        />
      </Section>

      <Section
        title="IOF do crédito"
        action={
          may && (
            <Button variant="default" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => setIof('new')}>
              Nova alíquota
            </Button>
          )
        }
      >
        <DataTable<IofRate>
          label="Alíquotas do IOF"
          rows={asRows(credit, ({ iof: rows }) => rows)}
          rowKey={(row) => `${row.regime} ${row.valid_from}`}
          {...(may
            ? {
                open: setIof,
                bulk: ({ rows, clear }) => (
                  <Button size="compact-sm" variant="default" onClick={() => (rows.forEach((row) => void remove(row)), clear())}>
                    Apagar
                  </Button>
                ),
              }
            : {})}
          columns={[
            { key: 'regime', title: 'Regime', card: 'title', cell: (row) => regimes[row.regime] },
            { key: 'from', title: 'Vale desde', width: 120, cell: (row) => <When at={row.valid_from} style="date" /> },
            { key: 'flat', title: 'Fixa (%)', align: 'right', width: 110, cell: (row) => <span className="number">{rate(row.flat, 6)}</span> },
            { key: 'daily', title: 'Por dia (%)', align: 'right', width: 120, cell: (row) => <span className="number">{rate(row.daily, 6)}</span> },
            { key: 'days', title: 'Até', align: 'right', width: 100, cell: (row) => `${row.longest_days} dias` },
            { key: 'note', title: 'Fonte', long: 'cut', card: 'hidden', cell: (row) => row.note ?? '' },
            {
              key: 'state',
              title: 'Situação',
              card: 'corner',
              width: 120,
              cell: (row) => (row.current ? <State tone="ok" word="Em vigor" /> : <State tone="idle" word="Outra data" />),
            },
          ]}
          empty={
            <Empty title="Nenhuma alíquota de IOF" action={may && { label: 'Nova alíquota', run: () => setIof('new') }}>
              As fontes divergem e os tribunais mudam a alíquota: confirme com o banco ou o contador. Sem ela, empréstimo e limite são comparados sem IOF.
            </Empty>
          }
        />
      </Section>
      {line && data && (
        <LineForm key={line === 'new' ? 'new' : line.id} line={line === 'new' ? null : line} accounts={data.accounts} close={() => setLine(null)} />
      )}
      {iof && <IofForm rate={iof === 'new' ? null : iof} close={() => setIof(null)} />}
    </Page>
  )
}
