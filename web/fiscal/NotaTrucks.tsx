import { Link } from '@tanstack/react-router'
import { Countdown } from '../components/Countdown.tsx'
import { number } from '../components/format.ts'
import { State } from '../components/State.tsx'
import { Section } from '../shell/Page.tsx'
import { forecast } from './forecast.ts'
import type { TruckForecast } from './forecast.ts'
import { several, stuckStates, waitingStates } from './words.ts'
import type { Board } from './words.ts'

/** The trucks that leave next: what of each has its nota, and whether the rest will be there in time. */
export function NotaTrucks({ board, now }: { board: Board; now: number }) {
  if (board.trucks.length === 0) return null
  return (
    <Section title="Antes de cada caminhão">
      <ul className="surface nota-trucks">
        {forecast(board, now).map((each) => (
          <Row key={`${each.truck.code} ${each.truck.cut_off}`} of={each} />
        ))}
      </ul>
    </Section>
  )
}

function Row({ of: { truck, said } }: { of: TruckForecast }) {
  const { waiting, unmade, faulty, authorised } = truck
  const all = Math.max(1, waiting + unmade + faulty + authorised)
  const rows = (states: string) => ({ ...(truck.code ? { carrier: truck.code } : {}), state: states })
  return (
    <li>
      <div className="nota-truck-head">
        <h3>{truck.carrier}</h3>
        {truck.cut_off ? <Countdown to={truck.cut_off} calm={waiting + unmade + faulty === 0} /> : <span className="quiet">sem horário de coleta</span>}
      </div>
      <div className="nota-truck-bar" aria-hidden>
        <i data-part="authorised" style={{ width: `${(authorised / all) * 100}%` }} />
        <i data-part="waiting" style={{ width: `${(waiting / all) * 100}%` }} />
        <i data-part="faulty" style={{ width: `${(faulty / all) * 100}%` }} />
      </div>
      <p className="nota-truck-figures">
        <Part value={authorised} word={authorised === 1 ? 'autorizada' : 'autorizadas'} part="authorised" />
        <Part value={waiting} word={waiting === 1 ? 'espera' : 'esperam'} part="waiting" search={rows(several(waitingStates))} />
        {unmade > 0 && <Part value={unmade} word="por montar" part="unmade" />}
        <Part value={faulty} word={faulty === 1 ? 'parada' : 'paradas'} part="faulty" search={rows(several(stuckStates))} />
      </p>
      <p className="nota-truck-said">
        <State tone={said.tone} word={said.word} />
      </p>
    </li>
  )
}

function Part({ value, word, part, search }: { value: number; word: string; part: string; search?: object }) {
  const inside = (
    <>
      <i data-part={part} aria-hidden />
      <strong>{number(value)}</strong> {word}
    </>
  )
  return value === 0 || !search ? (
    <span>{inside}</span>
  ) : (
    <Link to="/fiscal/notas" search={search as never}>
      {inside}
    </Link>
  )
}
