import { Link } from '@tanstack/react-router'
import { IconBuildingBank, IconCoins } from '@tabler/icons-react'
import { moneyOverview } from '../../server/money/contract.ts'
import type { Overview } from '../../server/money/contract.ts'
import { asRows, useRead } from '../client.ts'
import { DataTable } from '../components/DataTable.tsx'
import type { Column } from '../components/DataTable.tsx'
import { Empty } from '../components/Empty.tsx'
import { dateOf } from '../components/days.ts'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { Money } from '../components/Values.tsx'
import { money } from '../components/format.ts'
import { Page, Section } from '../shell/Page.tsx'
import './money.css'

type Channel = Overview['channels'][number]
type Bank = Overview['banks'][number]

/** A balance leads to its moves. */
const ledger = (code: string, centavos: number) =>
  centavos === 0 ? (
    <Money centavos={0} />
  ) : (
    <Link to="/financeiro/diario" search={{ account: code } as never} className="money-link">
      <Money centavos={centavos} />
    </Link>
  )

const channelColumns: Column<Channel>[] = [
  { key: 'name', title: 'Canal', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'to_release', title: 'A liberar (R$)', align: 'right', cell: (row) => ledger(`to_release:${row.account}`, row.to_release) },
  {
    key: 'clearing',
    title: 'Recebido a identificar (R$)',
    align: 'right',
    cell: (row) => (
      <>
        {ledger(`clearing:${row.account}`, -row.clearing)}
        {/* an anticipation was contracted or a claim granted, and the channel has not credited it */}
        {row.clearing > 0 && <div className="quiet">a creditar pelo canal</div>}
      </>
    ),
  },
  { key: 'wallet', title: 'Na carteira (R$)', align: 'right', cell: (row) => ledger(`wallet:${row.account}`, row.wallet) },
  { key: 'transit', title: 'A caminho do banco (R$)', align: 'right', cell: (row) => ledger(`transit:${row.account}`, row.transit) },
  { key: 'claim', title: 'Quitado a menos (R$)', align: 'right', cell: (row) => ledger(`claim:${row.account}`, row.claim) },
]
const bankColumns: Column<Bank>[] = [
  { key: 'name', title: 'Banco', card: 'title', long: 'cut', cell: (row) => row.name },
  { key: 'balance', title: 'Pelos nossos livros (R$)', align: 'right', cell: (row) => ledger(`bank:${row.account}`, row.balance) },
  { key: 'unexplained', title: 'No extrato, sem explicação (R$)', align: 'right', cell: (row) => <Money centavos={row.unexplained} /> },
  { key: 'statement', title: 'Saldo do extrato (R$)', align: 'right', cell: (row) => <Money centavos={row.balance + row.unexplained} /> },
]

/** `/financeiro`: where the money is, from the sale to the bank. */
export function MoneyOverview() {
  const reading = useRead(moneyOverview)
  const { data } = reading
  const total = (of: keyof Omit<Channel, 'account' | 'name'>) => data?.channels.reduce((sum, channel) => sum + channel[of], 0)
  const written = (centavos: number | undefined) => (centavos === undefined ? undefined : money(centavos))
  return (
    <Page
      title="Dinheiro"
      aside={data && data.closed_until > '2000-01-01' && <span className="quiet">dias fechados até {dateOf(data.closed_until)}</span>}
      action={
        <div className="row money-ways">
          <Link to="/financeiro/diario">Diário</Link>
          <Link to="/financeiro/balancete">Balancete e fechamento</Link>
        </div>
      }
    >
      <Kpis>
        <Kpi label="A liberar pelos canais (R$)" value={written(total('to_release'))} note="vendas aprovadas, menos taxas" />
        <Kpi label="Nas carteiras (R$)" value={written(total('wallet'))} note="pode ser sacado" />
        <Kpi label="A caminho do banco (R$)" value={written(total('transit'))} note="sacado, ainda não caiu" />
        <Kpi label="Nos bancos (R$)" value={written(data?.banks.reduce((sum, bank) => sum + bank.balance, 0))} note="pelos nossos livros" />
        <Kpi label="Devemos (R$)" value={written(data && 0 - data.suppliers - data.other_payables)} note="fornecedores e outras contas" />
      </Kpis>
      <Section title="Canais">
        <DataTable
          label="Dinheiro nos canais"
          rows={asRows(reading, ({ channels }) => channels)}
          rowKey={(row) => row.account}
          columns={channelColumns}
          totals={totalsOf(data?.channels ?? [])}
          empty={
            <Empty icon={IconCoins} title="Nenhuma venda a receber ainda">
              Quando um canal tiver uma tabela de taxas, cada pedido aprovado aparece aqui como dinheiro a liberar.
            </Empty>
          }
        />
      </Section>
      <Section title="Bancos">
        <DataTable
          label="Dinheiro nos bancos"
          rows={asRows(reading, ({ banks }) => banks)}
          rowKey={(row) => row.account}
          columns={bankColumns}
          empty={
            <Empty icon={IconBuildingBank} title="Nenhuma conta de banco">
              Cadastre a conta ou envie o primeiro extrato: o saldo e cada linha aparecem aqui.
            </Empty>
          }
        />
      </Section>
    </Page>
  )
}

const totalsOf = (channels: Channel[]) =>
  Object.fromEntries(
    (['to_release', 'clearing', 'wallet', 'transit', 'claim'] as const).map((key) => [
      key,
      <Money key={key} centavos={channels.reduce((sum, channel) => sum + (key === 'clearing' ? -channel[key] : channel[key]), 0)} />,
    ]),
  )
