import { timeOf } from '../components/days.ts'
import { count, minutes } from '../components/format.ts'
import type { Said } from '../orders/words.ts'
import { stuckStates, sumOf, waitingStates } from './words.ts'
import type { Board } from './words.ts'

export interface TruckForecast {
  truck: Board['trucks'][number]
  /** When its last nota will be authorised at the present rate: those of earlier trucks go first. Null: nothing waits or nothing moves. */
  done: number | null
  said: Said
}

/** Whether the notas of each truck will be there when it leaves. `now` in milliseconds. */
export function forecast({ trucks, rate, states }: Pick<Board, 'trucks' | 'rate' | 'states'>, now: number): TruckForecast[] {
  let ahead = 0
  const begun = sumOf(states, waitingStates) > 0
  return trucks.map((truck) => {
    ahead += truck.waiting
    const done = truck.waiting > 0 && rate > 0 ? now + (ahead / rate) * 60_000 : null
    return { truck, done, said: verdict(truck, done, begun, now) }
  })
}

function verdict({ waiting, faulty, cut_off }: Board['trucks'][number], done: number | null, begun: boolean, now: number): Said {
  const leaves = cut_off === null ? null : Date.parse(cut_off)
  if (waiting === 0)
    return faulty === 0 ? { tone: 'ok', word: 'Todas autorizadas' } : { tone: 'bad', word: `${count(faulty, 'parada fica', 'paradas ficam')} fora do caminhão` }
  if (leaves !== null && leaves < now) return { tone: 'bad', word: `Já saiu, ${waiting} sem nota` }
  // the nota is made at the moment that the settings choose, as when the goods are picked: until then there is nothing to transmit
  if (!begun)
    return { tone: faulty > 0 ? 'bad' : 'info', word: faulty > 0 ? `${count(faulty, 'parada', 'paradas')}, ${waiting} por montar` : `${waiting} por montar` }
  if (done === null) return { tone: 'warn', word: 'Esperam, e nada anda agora' }
  const at = timeOf(new Date(done))
  if (leaves === null) return { tone: 'info', word: `No ritmo de agora, às ${at}` }
  const spare = (leaves - done) / 60_000
  if (spare < 0) return { tone: 'bad', word: `Só às ${at}: ${minutes(-spare)} depois do caminhão` }
  if (faulty > 0) return { tone: 'warn', word: `Prontas às ${at}, menos ${count(faulty, 'parada', 'paradas')}` }
  return { tone: 'ok', word: `Prontas às ${at}, ${minutes(spare)} antes` }
}

/** What somebody with a truck at the door needs to know, the worst first; one calm sentence when nothing is wrong. */
export function headlines(board: Board, now: number): Said[] {
  const waiting = sumOf(board.states, waitingStates)
  const stuck = sumOf(board.states, stuckStates)
  const queue = count(waiting, 'nota na fila', 'notas na fila')
  const said: Said[] = []
  for (const { truck, done, said: verdict } of forecast(board, now))
    if (verdict.tone === 'bad' && truck.waiting > 0 && truck.cut_off !== null)
      said.push({
        tone: 'bad',
        word:
          done === null || Date.parse(truck.cut_off) < now
            ? `${truck.carrier} passou às ${timeOf(truck.cut_off)} com ${count(truck.waiting, 'nota', 'notas')} por autorizar`
            : `${truck.carrier} sai às ${timeOf(truck.cut_off)}, as notas só ficam prontas às ${timeOf(new Date(done))}`,
      })
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
