import { Button } from '@mantine/core'
import type { CSSProperties } from 'react'
import type { Instruction } from '../../server/picking/contract.ts'
import { Countdown } from '../components/Countdown.tsx'
import { ProductPicture } from '../components/Picture.tsx'
import { Instruction as Say } from './Instruction.tsx'
import { Track } from './Parts.tsx'
import { wantedOf } from './pickStep.ts'
import type { Hand } from './pickStep.ts'
import './Work.css'
import './Pick.css'

const stages = ['place', 'item', 'tote'] as const

/** The one thing to do at a step: go, take, or put. */
export function PickStep({ trip, hand, type }: { trip: Instruction; hand: Hand; type?: () => void }) {
  const { step, stage } = hand
  const wanted = wantedOf(hand)
  const picture = <ProductPicture product={step.product} name={step.name} size="100%" has={step.picture} />
  const common = { at: Math.min(trip.done + 1, trip.total), of: trip.total, next: <Upcoming trip={trip} step={step} /> }
  return (
    <>
      <div className="pick-top">
        <Track steps={['Endereço', 'Produto', 'Cesto']} at={stages.indexOf(stage)} />
        {trip.cut_off && <Countdown to={trip.cut_off} />}
      </div>
      {stage === 'place' && (
        <Say
          verb="Vá até e bipe o endereço"
          what={<Place code={step.place} />}
          detail={
            <>
              Para pegar {wanted} × {step.name}
            </>
          }
          picture={picture}
          {...common}
        />
      )}
      {stage === 'item' && (
        <Say
          verb={
            hand.short
              ? `Pegue e bipe ${wanted === 1 ? 'a que há' : `as ${wanted} que há`}`
              : wanted > 1
                ? 'Pegue e bipe cada unidade'
                : 'Pegue e bipe o produto'
          }
          what={step.name}
          detail={
            <>
              <span className="code">{step.sku}</span> em <b>{step.place}</b>
              {wanted > 1 || hand.counted > 0 ? (
                <>
                  <p className="of-many">
                    <strong>{hand.counted}</strong> de <strong>{wanted}</strong>
                  </p>
                  {type && (
                    <Button variant="default" onClick={type} rightSection={<kbd>Q</kbd>}>
                      Digitar a quantidade
                    </Button>
                  )}
                </>
              ) : null}
            </>
          }
          picture={picture}
          {...(wanted === 1 && hand.counted === 0 ? { quantity: 1 } : {})}
          {...common}
        />
      )}
      {stage === 'tote' && (
        <Say
          verb={step.tote ? `Ponha ${hand.counted} no cesto e bipe o cesto` : `Ponha ${hand.counted} num cesto vazio e bipe o cesto`}
          what={
            trip.method === 'single' ? (
              <span className="place-code" style={letters(step.tote ?? 'Cesto vazio')}>
                {step.tote ?? 'Cesto vazio'}
              </span>
            ) : (
              <span className="slot-number">
                <small>Vão </small>
                {step.slot}
              </span>
            )
          }
          detail={
            trip.method === 'single' ? (
              'Um cesto só para o carrinho todo'
            ) : step.tote ? (
              <b className="tote-code">Cesto {step.tote}</b>
            ) : (
              'Pegue um cesto vazio: ele passa a ser deste vão'
            )
          }
          picture={picture}
          {...common}
        />
      )}
      {trip.method === 'cluster' && <Cart trip={trip} lit={step.slot} />}
    </>
  )
}

const letters = (code: string) => ({ '--letters': Math.max(6, code.length) }) as CSSProperties
const Place = ({ code }: { code: string }) => (
  <span className="place-code" style={letters(code)}>
    {code}
  </span>
)

/** The two steps after this one, small. */
function Upcoming({ trip, step }: { trip: Instruction; step: Hand['step'] }) {
  const others = trip.steps.filter((other) => other.tasks[0] !== step.tasks[0]).slice(0, 2)
  if (!others.length) return 'É o último. Depois leve à conferência.'
  return (
    <span className="upcoming">
      {others.map((other) => [
        <b key={`${other.tasks[0]} place`}>{other.place}</b>,
        <span key={`${other.tasks[0]} units`}>{other.quantity} ×</span>,
        <span key={`${other.tasks[0]} name`}>{other.name}</span>,
      ])}
    </span>
  )
}

/** The cart from above: which slot the units go into. */
function Cart({ trip, lit }: { trip: Instruction; lit: number }) {
  return (
    <ul className="cart" aria-label="Vãos do carrinho">
      {trip.totes.map(({ slot, tote, full, cancelled }) => (
        <li
          key={slot}
          data-lit={slot === lit || undefined}
          data-full={full || undefined}
          data-cancelled={cancelled || undefined}
          aria-current={slot === lit || undefined}
        >
          <strong>{slot}</strong>
          <small>{cancelled ? 'cancelado' : full ? `${tote} cheio` : (tote ?? 'vazio')}</small>
        </li>
      ))}
    </ul>
  )
}
