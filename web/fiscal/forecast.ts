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
export function forecast({ trucks, rate }: Pick<Board, 'trucks' | 'rate'>, now: number): TruckForecast[] {
  let ahead = 0
  return trucks.map((truck) => {
    ahead += truck.waiting
    const done = truck.waiting > 0 && rate > 0 ? now + (ahead / rate) * 60_000 : null
    return { truck, done, said: verdict(truck, done, now) }
  })
}

function verdict({ waiting, faulty, cut_off }: Board['trucks'][number], done: number | null, now: number): Said {
  const leaves = cut_off === null ? null : Date.parse(cut_off)
  if (waiting === 0)
    return faulty === 0 ? { tone: 'ok', word: 'Todas autorizadas' } : { tone: 'bad', word: `${count(faulty, 'parada fica', 'paradas ficam')} fora do caminhão` }
  if (leaves !== null && leaves < now) return { tone: 'bad', word: `Já saiu, ${waiting} sem nota` }
  if (done === null) return { tone: 'warn', word: 'Esperam, e nada anda agora' }
  const at = timeOf(new Date(done))
  if (leaves === null) return { tone: 'info', word: `No ritmo de agora, às ${at}` }
  const spare = (leaves - done) / 60_000
  return spare < 0
    ? { tone: 'bad', word: `Só às ${at}: ${minutes(-spare)} depois do caminhão` }
    : { tone: 'ok', word: `Prontas às ${at}, ${minutes(spare)} antes` }
}

/** The one sentence that somebody with a truck at the door needs: what is wrong first, else when it will be done. */
export function headline(board: Board, now: number): Said {
  const waiting = sumOf(board.states, waitingStates)
  const stuck = sumOf(board.states, stuckStates)
  const stopped = board.authorisers.find((one) => one.stopped_until && Date.parse(one.stopped_until) > now && one.queued > 0)
  if (stopped) return { tone: 'bad', word: `A transmissão de ${stopped.company.name} está parada até ${timeOf(stopped.stopped_until!)}` }
  const late = forecast(board, now).find(({ truck, said }) => said.tone === 'bad' && truck.waiting > 0)
  if (late)
    return {
      tone: 'bad',
      word:
        late.done === null
          ? `${late.truck.carrier} saiu com ${count(late.truck.waiting, 'nota', 'notas')} por autorizar`
          : `${late.truck.carrier} sai às ${timeOf(late.truck.cut_off!)}, as notas só ficam prontas às ${timeOf(new Date(late.done))}`,
    }
  if (waiting > 0 && board.rate === 0) return { tone: 'warn', word: `${count(waiting, 'nota espera', 'notas esperam')} e nenhuma foi autorizada há 5 minutos` }
  if (stuck > 0) return { tone: 'warn', word: `${count(stuck, 'nota parada espera', 'notas paradas esperam')} por alguém` }
  if (waiting > 0)
    return {
      tone: 'ok',
      word: board.empty_at
        ? `${count(waiting, 'nota na fila', 'notas na fila')}, prontas às ${timeOf(board.empty_at)}`
        : `${count(waiting, 'nota na fila', 'notas na fila')}`,
    }
  return { tone: 'ok', word: 'Nenhuma nota espera' }
}
