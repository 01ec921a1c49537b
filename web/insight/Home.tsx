import { homeEndpoint } from '../../server/insight/contract.ts'
import type { Home as HomeAnswer } from '../../server/insight/contract.ts'
import { useRead } from '../client.ts'
import { currentZone } from '../components/days.ts'
import { Failed } from '../components/Empty.tsx'
import { number } from '../components/format.ts'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { CertificateWarnings } from '../fiscal/setup/CertificateWarnings.tsx'
import { useMay } from '../session.ts'
import { Page, Section } from '../shell/Page.tsx'
import { Start } from '../shell/Start.tsx'
import { Alarms } from './Alarms.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { wayOf } from './opens.ts'
import { Profit } from './Profit.tsx'
import { Trucks } from './Trucks.tsx'

/** `/`: the alarms and the day; whoever has no use for indicators gets the ways that they may go. */
export function Home() {
  return useMay()('insight.read') ? <Today /> : <Start />
}

function Today() {
  const { data, error, refetch } = useRead(homeEndpoint)
  return (
    <Page title="Hoje" aside={<span className="quiet home-day">{longDay()}</span>}>
      <CertificateWarnings />
      <FirstSteps />
      {!data && error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <>
          <Alarms late={data?.late} stopped={data?.not_executed} />
          <Profit of={data?.profit} />
          <Section title="Números do dia">
            <Numbers today={data?.today} />
          </Section>
          <Trucks carriers={data?.today.carriers} />
        </>
      )}
    </Page>
  )
}

function Numbers({ today }: { today: HomeAnswer['today'] | undefined }) {
  const written = (value: number | undefined) => (value === undefined ? undefined : number(value))
  return (
    <Kpis>
      <Kpi label="Pedidos recebidos" value={written(today?.received.value)} note="desde a meia-noite" {...(today ? wayOf(today.received) : {})} />
      <Kpi
        label="A expedir até o fim do dia"
        value={written(today?.due.value)}
        note="pelo prazo do canal ou pela próxima coleta"
        {...(today ? wayOf(today.due) : {})}
      />
      <Kpi
        label="Pedidos expedidos"
        value={written(today?.dispatched.value)}
        note="entregues à transportadora hoje"
        {...(today ? wayOf(today.dispatched) : {})}
      />
    </Kpis>
  )
}

const longDay = () => new Intl.DateTimeFormat('pt-BR', { timeZone: currentZone(), weekday: 'long', day: 'numeric', month: 'long' }).format(new Date())
