import { Button, Skeleton } from '@mantine/core'
import { IconTruck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Home } from '../../server/insight/contract.ts'
import { Countdown } from '../components/Countdown.tsx'
import { timeOf } from '../components/days.ts'
import { Empty } from '../components/Empty.tsx'
import { State } from '../components/State.tsx'
import { Truck, TruckLegend } from '../components/Truck.tsx'
import { Section } from '../shell/Page.tsx'
import { FigureLink } from './FigureLink.tsx'
import './insight.css'

type Carrier = Home['today']['carriers'][number]

const legend = [
  { kind: 'gone', word: 'Expedido' },
  { kind: 'ready', word: 'Pronto' },
  { kind: 'floor', word: 'No chão' },
  { kind: 'waiting', word: 'Por liberar' },
] as const

/** Today's trucks: when each leaves, and of what must go in it how much is done. */
export function Trucks({ carriers }: { carriers: Carrier[] | undefined }) {
  return (
    <Section title="Caminhões de hoje" action={carriers?.length !== 0 && <TruckLegend of={[...legend]} />}>
      {carriers === undefined ? (
        <Skeleton height={190} />
      ) : carriers.length === 0 ? (
        <div className="surface">
          <Empty
            icon={IconTruck}
            title="Nenhuma coleta hoje"
            action={
              <Button component={Link} to="/configuracoes/transportadoras" variant="default">
                Ver transportadoras
              </Button>
            }
          >
            Os horários de coleta de cada transportadora dizem quando o caminhão passa.
          </Empty>
        </div>
      ) : (
        <ul className="trucks">
          {carriers.map((carrier) => (
            <Card key={carrier.carrier ?? ''} of={carrier} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Card({ of }: { of: Carrier }) {
  return (
    <li className="surface truck-card">
      <header>
        <h3>{of.name}</h3>
        {of.cut_off ? <Countdown to={of.cut_off} calm={of.due.value === 0} /> : <span className="quiet">sem coleta hoje</span>}
      </header>
      <Truck
        loads={[
          { kind: 'gone', count: of.dispatched.value, word: 'expedidos' },
          { kind: 'ready', count: of.ready, word: 'prontos' },
          { kind: 'floor', count: of.on_floor, word: 'no chão' },
          { kind: 'waiting', count: of.waiting, word: 'por liberar' },
        ]}
      />
      <dl className="truck-figures">
        <div>
          <dt>Expedidos</dt>
          <dd>
            <FigureLink of={of.dispatched} what="pedidos expedidos hoje" />
          </dd>
        </div>
        <div>
          <dt>Faltam</dt>
          <dd>
            <FigureLink of={of.due} what="pedidos a expedir hoje" />
          </dd>
        </div>
        <div>
          <dt>Prontos</dt>
          <dd className="number">{of.ready}</dd>
        </div>
        <div>
          <dt>No chão</dt>
          <dd className="number">{of.on_floor}</dd>
        </div>
        <div>
          <dt>Por liberar</dt>
          <dd className="number">{of.waiting}</dd>
        </div>
      </dl>
      <p className="truck-verdict">{verdict(of)}</p>
    </li>
  )
}

/** Whether it will be ready in time, at the pace of now. */
function verdict({ due, cut_off, finishes_at, ready }: Carrier) {
  if (due.value === 0) return <State tone="ok" word="Nada falta hoje" />
  if (ready === due.value) return <State tone="ok" word="Tudo pronto para carregar" />
  if (finishes_at === null) return <span className="quiet">Ainda sem ritmo para prever quando fica pronto</span>
  if (cut_off && finishes_at > cut_off) return <State tone="warn" word={`No ritmo de agora, pronto só às ${timeOf(finishes_at)}`} />
  return <State tone="ok" word={`No ritmo de agora, pronto às ${timeOf(finishes_at)}`} />
}
