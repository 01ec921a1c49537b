import { Button } from '@mantine/core'
import { IconCalendarStats, IconCreditCard } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { cashAheadEndpoint, scenariosEndpoint } from '../../server/treasury/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { asRows, useRead } from '../client.ts'
import { Chart } from '../components/Chart.tsx'
import { DataTable } from '../components/DataTable.tsx'
import { Empty, Failed } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'
import { useFilters } from '../filters.ts'
import { Page, Section } from '../shell/Page.tsx'
import { Together } from './Together.tsx'
import { WhatIf } from './WhatIf.tsx'
import { inDays, rate, reais, short } from './words.ts'
import './treasury.css'

type Ahead = AnswerOf<typeof cashAheadEndpoint>
type Source = NonNullable<Ahead['financing']>['sources'][number]

/** `/financeiro/caixa`: the cash of the next days, its lowest point, what it costs to bridge it, and what if. */
export function CashAhead() {
  const [filters, filter, clear] = useFilters(cashAheadEndpoint)
  const ahead = useRead(cashAheadEndpoint, filters)
  const { data: kept } = useRead(scenariosEndpoint)
  const chosen = [filters.scenario ?? []].flat().map(Number)
  const { data } = ahead
  const empty = data && data.opening === 0 && data.late === 0 && data.days.every(({ net, outflow }) => net === 0 && Object.keys(outflow).length === 0)
  return (
    <Page
      title="Caixa"
      action={
        <Button component={Link} to="/financeiro/antecipacoes/simular" leftSection={<IconCreditCard size={16} />} variant="default">
          Simular dinheiro
        </Button>
      }
      filters={
        <FilterChips
          filters={{ days: filters.days, certainty: filters.certainty } as Record<string, string | undefined>}
          change={(change) => filter(change as never)}
          clear={clear}
          of={[
            {
              name: 'certainty',
              label: 'Contar com',
              spread: true,
              options: [
                { value: 'announced', label: 'Só o anunciado' },
                { value: 'firm', label: 'Anunciado e entregue' },
              ],
            },
            { name: 'days', label: 'Dias', options: [30, 60, 120, 180, 365].map((days) => ({ value: String(days), label: `${days} dias` })) },
          ]}
        />
      }
    >
      {ahead.error && !data && <Failed error={ahead.error} retry={() => void ahead.refetch()} />}
      {empty ? (
        <div className="surface">
          <Empty
            icon={IconCalendarStats}
            title="Nada a receber nem a pagar"
            action={
              <Button component={Link} to={'/financeiro/pagar' as never}>
                Lançar contas a pagar
              </Button>
            }
          >
            O caixa soma o que os canais devem, as contas a pagar e o saldo de bancos e carteiras. Aprove pedidos, lance contas ou envie um extrato.
          </Empty>
        </div>
      ) : (
        <>
          {data && <Verdict data={data} />}
          <Figures data={data} />
          {data && <Charts data={data} />}
          {data?.financing && <Financing financing={data.financing} />}
          <WhatIf
            kept={kept}
            drawn={data?.scenarios ?? []}
            chosen={chosen}
            choose={(ids) => filter({ scenario: ids.length ? ids.map(String) : undefined } as never)}
            today={data?.from}
          />
        </>
      )}
    </Page>
  )
}

/** The one sentence of the screen. */
function Verdict({ data }: { data: Ahead }) {
  const { lowest, gap, gap_from, prudent_lowest } = data
  const tone = gap > 0 ? 'bad' : prudent_lowest.balance < 0 ? 'warn' : 'ok'
  return (
    <div className="surface cash-verdict" data-tone={tone}>
      <div>
        <p className="words">
          O menor saldo será <strong className="number">{reais(lowest.balance)}</strong> em {dateOf(lowest.day)}
        </p>
        <p className="quiet">
          {gap > 0 && gap_from
            ? `Falta dinheiro a partir de ${dateOf(gap_from)}. `
            : prudent_lowest.balance < 0
              ? `Sem o que ainda é só previsto, faltariam ${reais(-prudent_lowest.balance)} em ${dateOf(prudent_lowest.day)}. `
              : 'O caixa não fica negativo, mesmo sem o que é só previsto. '}
          Conta só com as vendas já feitas
          {data.scenarios.length > 0 && ', fora o que um cenário acrescenta'}; recebíveis atrasados não entram, contas vencidas saem hoje.
        </p>
      </div>
      {gap > 0 && (
        <Button component={Link} to="/financeiro/antecipacoes/simular" search={{ need: String(gap), on: gap_from!, until: data.gap_until! } as never}>
          Cobrir {reais(gap)}
        </Button>
      )}
    </div>
  )
}

function Figures({ data }: { data: Ahead | undefined }) {
  const { receive = null, pay = null, mismatch = null } = data?.mismatch ?? {}
  return (
    <Kpis>
      <Kpi
        label="No caixa hoje (R$)"
        value={data && money(data.opening)}
        to="/financeiro"
        note={data && `${data.accounts.length} ${data.accounts.length === 1 ? 'conta ou carteira' : 'contas e carteiras'}`}
        definition="Saldo dos bancos, do disponível nas carteiras dos canais e dos saques a caminho"
      />
      <Kpi
        label="Descasamento"
        value={data && (mismatch === null ? '—' : inDays(mismatch))}
        note={data && `recebe em ${inDays(receive)}, paga em ${inDays(pay)}`}
        definition="Dias entre a venda e o dinheiro, menos os dias entre a compra e o pagamento, ponderados pelo valor. Positivo: a loja financia o canal"
      />
      <Kpi
        label="Atrasado a receber (R$)"
        value={data && money(data.late)}
        {...(data && data.late > 0 ? { to: '/financeiro/caixa/linhas', search: { side: 'late' } } : {})}
        note={data && data.late > 0 ? <State tone="warn" word="Cobrar do canal" /> : <State tone="ok" word="Nada atrasado" />}
      />
      <Kpi
        label="Vencido a pagar (R$)"
        value={data && money(data.late_payables)}
        {...(data && data.late_payables > 0 ? { to: '/financeiro/caixa/linhas', search: { side: 'late_out' } } : {})}
        note={data && data.late_payables > 0 ? <State tone="bad" word="Sai hoje" /> : <State tone="ok" word="Nada vencido" />}
      />
    </Kpis>
  )
}

function Charts({ data }: { data: Ahead }) {
  const navigate = useNavigate()
  const labels = data.days.map(({ day }) => short(day))
  const open = (label: string, series: string) => {
    const day = data.days[labels.indexOf(label)]?.day
    if (!day) return
    const [, certainty] = inSeries.find(([name]) => name === series) ?? []
    const [, kinds] = outSeries.find(([name]) => name === series) ?? []
    const search = kinds
      ? { side: 'out', from: day, until: day, ...(kinds.length === 1 ? { kind: kinds[0] } : {}) }
      : { side: 'in', from: day, until: day, ...(certainty ? { certainty } : {}) }
    void navigate({ to: '/financeiro/caixa/linhas', search: search as never })
  }
  const others = (outflow: Record<string, number>) => Object.entries(outflow).reduce((sum, [kind, value]) => (named.has(kind) ? sum : sum + value), 0)
  return (
    <>
      <Chart
        title={`Saldo no fim do dia, ${data.days.length} dias`}
        kind="line"
        unit="money"
        labels={labels}
        series={[
          { name: 'Saldo', values: data.days.map(({ balance }) => balance) },
          { name: 'Só o certo', values: data.days.map(({ prudent }) => prudent) },
          ...data.scenarios.map(({ name, balance }, at) => ({
            name: name.length > 13 ? `${name.slice(0, 12)}…` : name,
            values: balance,
            tone: (['info', 'warn', 'ok', 'bad'] as const)[at % 4]!,
          })),
        ]}
        height={260}
      />
      <Chart
        title="Entra e sai por dia"
        kind="stacked"
        unit="money"
        labels={labels}
        series={[
          ...inSeries.map(([name, certainty, tone]) => ({ name, tone, values: data.days.map(({ inflow }) => inflow[certainty] || null) })),
          ...outSeries.map(([name, kinds, tone]) => ({
            name,
            tone,
            values: data.days.map(({ outflow }) => -(kinds ? kinds.reduce((sum, kind) => sum + (outflow[kind] ?? 0), 0) : others(outflow)) || null),
          })),
        ]}
        height={220}
        open={open}
      />
    </>
  )
}

const inSeries = [
  ['Anunciado', 'announced', 'accent'],
  ['Entregue', 'firm', 'accent-2'],
  ['Previsto', 'predicted', 'accent-3'],
] as const
const outSeries: readonly (readonly [string, string[] | null, 'out' | 'out-2' | 'out-3'])[] = [
  ['Fornecedores', ['supplier'], 'out'],
  ['Impostos e folha', ['tax', 'payroll'], 'out-2'],
  ['Outras saídas', null, 'out-3'],
]
const named = new Set(['supplier', 'tax', 'payroll'])

/** What it costs to close the gap, the cheapest that covers it first. */
function Financing({ financing }: { financing: NonNullable<Ahead['financing']> }) {
  const way = ({ kind, payable }: Source) =>
    kind === 'supplier' ? `/financeiro/pagar/${payable}` : `/financeiro/antecipacoes/simular?need=${financing.need}&on=${financing.on}&until=${financing.by}`
  return (
    <Section title={`Faltam ${reais(financing.need)} de ${dateOf(financing.on)} a ${dateOf(financing.by)}: quanto custa em cada fonte`}>
      {financing.combined && <Together of={financing.combined} />}
      <DataTable<Source>
        label="Fontes de dinheiro"
        rows={asRows({ data: financing, isPending: false, error: null, refetch: () => undefined }, ({ sources }) => sources)}
        rowKey={(row) => row.id}
        href={way}
        columns={[
          { key: 'name', title: 'Fonte', card: 'title', long: 'cut', cell: (row) => row.name },
          { key: 'kind', title: 'Tipo', width: 190, cell: (row) => sourceWords[row.kind] },
          { key: 'brings', title: 'Traz (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.brings} /> },
          { key: 'cost', title: 'Custa (R$)', align: 'right', width: 120, cell: (row) => <Money centavos={row.cost} /> },
          { key: 'monthly', title: 'CET % a.m.', align: 'right', width: 100, cell: (row) => <span className="number">{rate(row.cet?.monthly)}</span> },
          { key: 'yearly', title: 'CET % a.a.', align: 'right', width: 100, cell: (row) => <span className="number">{rate(row.cet?.yearly, 2)}</span> },
          { key: 'lowest', title: 'Menor saldo (R$)', align: 'right', width: 140, card: 'hidden', cell: (row) => <Money centavos={row.lowest} /> },
          {
            key: 'covers',
            title: 'Cobre',
            card: 'corner',
            width: 150,
            cell: (row) =>
              row.brings <= 0 ? (
                <State tone="idle" word="Nada a antecipar" title="Nenhum recebível livre vence depois que o caixa se refaz" />
              ) : row.missing > 0 ? (
                <State tone="warn" word={`Faltam ${money(row.missing)}`} />
              ) : (
                <State tone="ok" word="Tudo" />
              ),
          },
        ]}
        empty={
          <Empty
            title="Nenhuma fonte de dinheiro registrada"
            action={
              <Button component={Link} to="/financeiro/credito">
                Registrar uma linha de crédito
              </Button>
            }
          >
            Registre as taxas da antecipação dos canais, do empréstimo e do limite do banco para saber o que custa cobrir o que falta.
          </Empty>
        }
      />
    </Section>
  )
}

const sourceWords = { anticipation: 'Antecipação', loan: 'Empréstimo', overdraft: 'Limite da conta', supplier: 'Abrir mão do desconto' } as const
