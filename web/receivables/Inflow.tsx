import { receivableInflow } from '../../server/receivables/contract.ts'
import { useRead } from '../client.ts'
import { Chart } from '../components/Chart.tsx'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { State } from '../components/State.tsx'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'

/** What comes in which week, the surest at the bottom of each bar. A bar opens its rows. */
export function Inflow({ account, open }: { account?: number; open: (from: string, until: string) => void }) {
  const { data } = useRead(receivableInflow, account === undefined ? {} : { account })
  if (!data) return null
  const sum = ({ announced, firm, predicted }: (typeof data.weeks)[number]) => announced + firm + predicted
  const all = data.weeks.reduce((total, week) => total + sum(week), 0) + data.later
  if (all + data.overdue === 0) return null
  const label = ({ from }: { from: string }) => dateOf(from).slice(0, 5)
  const [week, next] = data.weeks
  return (
    <>
      <Kpis>
        <Kpi
          label="Atrasado (R$)"
          value={money(data.overdue)}
          to="/financeiro/recebiveis"
          search={{ state: 'late' }}
          definition="O dia certo ou anunciado passou e o dinheiro não veio"
          note={data.overdue > 0 ? <State tone="bad" word="cobrar o canal" /> : <State tone="ok" word="em dia" />}
        />
        <Kpi
          label="Esta semana (R$)"
          value={week && money(sum(week))}
          to="/financeiro/recebiveis"
          {...(week ? { search: { from: week.from, until: week.until } } : {})}
          note={week && `${money(week.announced + week.firm)} certos`}
        />
        <Kpi
          label="Semana que vem (R$)"
          value={next && money(sum(next))}
          to="/financeiro/recebiveis"
          {...(next ? { search: { from: next.from, until: next.until } } : {})}
          note={next && `${money(next.announced + next.firm)} certos`}
        />
        <Kpi
          label="A receber ao todo (R$)"
          value={money(all + data.overdue)}
          note={data.later > 0 ? `${money(data.later)} depois de 12 semanas` : 'em 12 semanas'}
        />
      </Kpis>
      <h2 className="only-for-readers">Quando entra</h2>
      <Chart
        title="Entradas por semana"
        kind="stacked"
        unit="money"
        height={210}
        labels={data.weeks.map(label)}
        series={[
          { name: 'Anunciado', values: data.weeks.map(({ announced }) => announced), tone: 'accent' },
          { name: 'Certo', values: data.weeks.map(({ firm }) => firm), tone: 'info' },
          { name: 'Previsto', values: data.weeks.map(({ predicted }) => predicted), tone: 'neutral' },
        ]}
        open={(opened) => {
          const found = data.weeks.find((one) => label(one) === opened)
          if (found) open(found.from, found.until)
        }}
      />
    </>
  )
}
