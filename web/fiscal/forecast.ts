import { timeOf } from '../components/days.ts'
import { count, minutes } from '../components/format.ts'
import type { Said } from '../orders/words.ts'
import { stuckStates, sumOf, waitingStates } from './words.ts'
import type { Board } from './words.ts'

export interface TruckForecast {
  truck: Board['trucks'][number]
  said: Said
  /** What the monitor says aloud of it; null: nothing to be alarmed about. */
  alarm: Said | null
}

/** Less than this, and somebody should walk faster: minutes. */
const near = 60

/** Whether the notas of each truck will be there when it leaves: those of earlier trucks go first. `now` in milliseconds. */
export function forecast({ trucks, rate }: Pick<Board, 'trucks' | 'rate'>, now: number): TruckForecast[] {
  let ahead = 0
  return trucks.map((truck) => {
    ahead += truck.waiting
    return { truck, ...verdict(truck, rate > 0 ? now + (ahead / rate) * 60_000 : null, now) }
  })
}

/** `done`: when its last nota is authorised at the present rate; null: nothing moves. */
function verdict({ carrier, waiting, unmade, faulty, cut_off }: Board['trucks'][number], done: number | null, now: number): Omit<TruckForecast, 'truck'> {
  const calm = (tone: Said['tone'], word: string) => ({ said: { tone, word }, alarm: null })
  const left = cut_off === null ? null : (Date.parse(cut_off) - now) / 60_000
  const hurry = left !== null && left < near
  const stuck = count(faulty, 'parada', 'paradas')
  if (waiting + unmade === 0)
    return faulty === 0 ? calm('ok', 'Todas autorizadas') : calm(hurry ? 'bad' : 'warn', `Só ${faulty === 1 ? 'falta' : 'faltam'} ${stuck}`)
  const leaves = cut_off === null ? '' : timeOf(cut_off)
  const without = count(waiting + unmade, 'nota', 'notas')
  if (left !== null && left < 0)
    return {
      said: { tone: 'bad', word: `Já passou, ${waiting + unmade} sem nota` },
      alarm: { tone: 'bad', word: `${carrier} passou às ${leaves} com ${without} por autorizar` },
    }
  // the nota is made at the moment that the settings choose, as when the goods are picked: until then there is nothing to transmit
  if (waiting === 0)
    return {
      said: { tone: hurry ? 'warn' : faulty > 0 ? 'warn' : 'info', word: faulty > 0 ? `${unmade} por montar, ${stuck}` : `${unmade} por montar` },
      alarm: hurry ? { tone: 'warn', word: `${carrier} sai às ${leaves} com ${without} por montar` } : null,
    }
  if (done === null) return calm('warn', 'Esperam, e nada anda agora')
  const at = timeOf(new Date(done))
  if (left === null) return calm('info', `No ritmo de agora, às ${at}`)
  const spare = left - (done - now) / 60_000
  if (spare < 0)
    return {
      said: { tone: 'bad', word: `Só às ${at}: ${minutes(-spare)} depois do caminhão` },
      alarm: { tone: 'bad', word: `${carrier} sai às ${leaves}, as notas só ficam prontas às ${at}` },
    }
  const more = unmade > 0 ? ` e ${unmade} por montar` : ''
  return faulty > 0 ? calm('warn', `Prontas às ${at}, menos ${stuck}${more}`) : calm('ok', `Prontas às ${at}, ${minutes(spare)} antes${more}`)
}

/** What somebody with a truck at the door needs to know, the worst first; one calm sentence when nothing is wrong. */
export function headlines(board: Board, now: number): Said[] {
  const waiting = sumOf(board.states, waitingStates)
  const stuck = sumOf(board.states, stuckStates)
  const queue = count(waiting, 'nota na fila', 'notas na fila')
  const said: Said[] = forecast(board, now).flatMap(({ alarm }) => alarm ?? [])
  for (const { stopped_until, stopped_because, queued, company } of board.authorisers)
    if (stopped_until && Date.parse(stopped_until) > now && queued > 0)
      said.push({
        tone: 'bad',
        word: `${company.name} não transmite até ${timeOf(stopped_until)}${stopped_because ? `: ${stopped_because}` : ''}`,
      })
  if (waiting > 0 && board.rate === 0 && !said.length)
    said.push({ tone: 'warn', word: `${count(waiting, 'nota espera', 'notas esperam')} e nenhuma foi autorizada há 5 minutos` })
  if (stuck > 0) said.push({ tone: 'warn', word: `${count(stuck, 'nota parada espera', 'notas paradas esperam')} por alguém` })
  if (said.length === 0)
    said.push({ tone: 'ok', word: waiting === 0 ? 'Nenhuma nota espera' : board.empty_at ? `${queue}, prontas às ${timeOf(board.empty_at)}` : queue })
  return said
}
