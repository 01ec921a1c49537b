import { useNavigate, useSearch } from '@tanstack/react-router'
import { operationCsvEndpoint, operationEndpoint } from '../../server/insight/contract.ts'
import type { Operation as OperationAnswer } from '../../server/insight/contract.ts'
import { useRead } from '../client.ts'
import { Chart } from '../components/Chart.tsx'
import { dateOf, dayOf } from '../components/days.ts'
import { Download } from '../components/Download.tsx'
import { Failed } from '../components/Empty.tsx'
import { FilterChips } from '../components/FilterChips.tsx'
import { Page, Section } from '../shell/Page.tsx'
import { Operators } from './Operators.tsx'
import { Perfect } from './Perfect.tsx'
import { PhaseWalk } from './PhaseWalk.tsx'

const periods = [
  { value: 'hoje', label: 'Hoje', days: 1 },
  { value: '7', label: '7 dias', days: 7 },
  { value: '30', label: '30 dias', days: 30 },
]
const usual = periods[1]!

/** `/operacao?periodo=7`: how well the house worked in some days, and its queues of this instant. */
export function Operation() {
  const written = useSearch({ strict: false } as never) as { periodo?: string }
  const navigate = useNavigate()
  const { value: name, days } = periods.find(({ value }) => value === written.periodo) ?? usual
  const period = { from: dayOf(new Date(Date.now() - (days - 1) * 86_400_000)), to: dayOf(new Date()) }
  const { data, error, refetch } = useRead(operationEndpoint, period)
  return (
    <Page
      title="Operação"
      action={
        <Download endpoint={operationCsvEndpoint} input={period}>
          Baixar CSV
        </Download>
      }
      filters={
        <FilterChips
          filters={{ periodo: name } as { periodo?: string }}
          change={(change) => void navigate({ to: '.', search: { periodo: change.periodo ?? name } as never, replace: true })}
          of={[{ name: 'periodo', label: 'Período', spread: true, options: periods }]}
        >
          <span className="quiet">{days === 1 ? dateOf(period.to) : `${dateOf(period.from)} a ${dateOf(period.to)}`}</span>
        </FilterChips>
      }
    >
      {!data && error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <>
          <Perfect of={data} />
          <PhaseWalk phases={data?.phases} queue={data?.queue} />
          {data && days > 1 && data.days.some(({ picked, dispatched }) => picked.value + dispatched.value > 0) && <Days of={data.days} />}
          <Section title="Por operador e turno">
            <Operators of={data?.operators} />
          </Section>
        </>
      )}
    </Page>
  )
}

function Days({ of }: { of: OperationAnswer['days'] }) {
  const navigate = useNavigate()
  const label = (day: string) => dateOf(day).slice(0, 5)
  return (
    <Chart
      title="Pedidos por dia"
      kind={of.length > 10 ? 'line' : 'bar'}
      unfinished
      labels={of.map(({ day }) => label(day))}
      series={[
        { name: 'Separados', values: of.map(({ picked }) => picked.value), tone: 'neutral' },
        { name: 'Expedidos', values: of.map(({ dispatched }) => dispatched.value), tone: 'accent' },
      ]}
      open={(clicked, series) => {
        const day = of.find((one) => label(one.day) === clicked)
        if (!day) return
        void navigate({ to: '/operacao/linhas' as never, search: (series === 'Separados' ? day.picked : day.dispatched).rows.query as never })
      }}
    />
  )
}
