import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { notaStates } from '../../server/invoicing/contract.ts'
import type { NotaState } from '../../server/invoicing/contract.ts'
import { dayOf, timeOf } from '../components/days.ts'
import { count, number } from '../components/format.ts'
import { Kpi, Kpis } from '../components/Kpi.tsx'
import { headlines } from './forecast.ts'
import { capital, isOpenState, notaMeanings, several, stuckStates, sumOf, waitingStates } from './words.ts'
import type { Board } from './words.ts'

const signs = { ok: IconCircleCheck, info: IconCircleCheck, idle: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX }

/** In one look: whether it will be done in time, how many wait, how fast they go, since when, and how many stand still. */
export function Pulse({ board, now }: { board: Board | undefined; now: number }) {
  const said = board ? headlines(board, now) : []
  const waiting = board && sumOf(board.states, waitingStates)
  const stuck = board && sumOf(board.states, stuckStates)
  return (
    <>
      <div className="pulse" data-tone={said[0]?.tone} role="status">
        {said.slice(0, 3).map(({ tone, word }, index) => {
          const Sign = signs[tone]
          return (
            <p key={word} data-tone={tone}>
              <Sign size={index === 0 ? 24 : 17} stroke={1.8} aria-hidden />
              {word}
            </p>
          )
        })}
      </div>
      <Kpis>
        <Kpi
          label="Esperam a SEFAZ"
          value={waiting === undefined ? undefined : number(waiting)}
          note={board && waitingNote(board.states)}
          {...(waiting ? { to: '/fiscal/notas', search: { state: several(waitingStates) } } : {})}
        />
        <Rate board={board} />
        <Kpi
          label="A que espera há mais tempo"
          value={board && (board.oldest_queued_at ? age(board.oldest_queued_at, now) : '–')}
          note={board && (board.oldest_queued_at ? <>na fila desde {timeOf(board.oldest_queued_at)}</> : 'nenhuma na fila')}
        />
        <Kpi
          label="Paradas: alguém acerta"
          value={stuck === undefined ? undefined : number(stuck)}
          note={stuck ? <span className="pulse-stuck">{count(board!.rejections.length, 'motivo', 'motivos')}</span> : board && 'nenhuma'}
          {...(stuck ? { to: '/fiscal/notas', search: { state: several(stuckStates) } } : {})}
        />
        <Kpi
          label="Autorizadas hoje"
          value={board && number(board.authorised_today)}
          note="desde a meia-noite"
          {...(board?.authorised_today ? { to: '/fiscal/notas', search: { state: 'authorised', from: dayOf(new Date(now)) } } : {})}
        />
      </Kpis>
    </>
  )
}

function waitingNote(states: Board['states']) {
  const parts = [
    [states['sending'] ?? 0, 'transmitindo'],
    [states['uncertain'] ?? 0, 'sem resposta'],
  ] as const
  return (
    parts
      .filter(([many]) => many > 0)
      .map(([many, word]) => `${many} ${word}`)
      .join(' · ') || 'na fila ou transmitindo'
  )
}

/** Notas a minute of the last five minutes, and the last hour minute by minute. */
function Rate({ board }: { board: Board | undefined }) {
  const most = Math.max(1, ...(board?.minutes ?? []))
  return (
    <div className="pulse-rate">
      <Kpi
        label="Ritmo"
        definition="Notas autorizadas por minuto, média dos últimos 5 minutos"
        value={board && number(board.rate, board.rate > 0 && board.rate < 10 ? 1 : 0)}
        unit="por minuto"
        note={board && (board.empty_at ? `a fila acaba às ${timeOf(board.empty_at)}` : 'última hora, minuto a minuto')}
      />
      {board && (
        <svg
          className="pulse-minutes"
          viewBox="0 0 180 34"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Autorizadas na última hora: ${number(board.minutes.reduce((sum, each) => sum + each, 0))}, no máximo ${number(Math.max(0, ...board.minutes))} em um minuto`}
        >
          {board.minutes.map((each, index) => {
            const height = each === 0 ? 1 : Math.max(2, (each / most) * 34)
            return (
              <rect
                key={index}
                x={(index * 180) / board.minutes.length}
                y={34 - height}
                width={180 / board.minutes.length - 0.8}
                height={height}
                data-none={each === 0 || undefined}
              />
            )
          })}
        </svg>
      )}
    </div>
  )
}

/** "6 min", "1 h 12": a figure, not a moment. */
function age(since: string, now: number) {
  const all = Math.max(0, Math.round((now - Date.parse(since)) / 60_000))
  if (all < 60) return `${all} min`
  return all < 1440 ? `${Math.floor(all / 60)} h ${String(all % 60).padStart(2, '0')}` : `${Math.floor(all / 1440)} d`
}

/** How many notas are in each state, of the closed ones those of today; each opens its list. States without notas are left out. */
export function StateChips({ states }: { states: Board['states'] }) {
  const some = (Object.keys(notaStates) as NotaState[]).filter((state) => (states[state] ?? 0) > 0)
  if (!some.length) return null
  const today = dayOf(new Date())
  return (
    <nav className="chips state-chips" aria-label="Notas por situação">
      {some.map((state) => (
        <Link
          key={state}
          to="/fiscal/notas"
          search={{ state, ...(isOpenState(state) ? {} : { from: today }) } as never}
          className="chip"
          title={notaMeanings[state]}
        >
          {stuckStates.includes(state) && <IconAlertTriangle size={14} stroke={2} className="chip-alarm" aria-hidden />}
          {capital(notaStates[state])}
          <span className="number">{number(states[state] ?? 0)}</span>
        </Link>
      ))}
    </nav>
  )
}
