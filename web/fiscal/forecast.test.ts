import { expect, it } from 'vitest'
import { forecast, headlines } from './forecast.ts'
import type { Board } from './words.ts'

// 17:20 in São Paulo
const now = Date.parse('2026-11-20T20:20:00Z')
const after = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const truck = (carrier: string, minutes: number, waiting: number, faulty = 0, unmade = 0): Board['trucks'][number] => ({
  carrier,
  code: carrier,
  cut_off: after(minutes),
  waiting,
  unmade,
  faulty,
  authorised: 10,
})
const board = (over: Partial<Board>): Board => ({
  set_up: true,
  states: { queued: 200 },
  authorised_today: 0,
  rate: 10,
  minutes: [],
  oldest_queued_at: null,
  empty_at: null,
  trucks: [],
  rejections: [],
  authorisers: [],
  gaps: 0,
  to_answer: 0,
  ...over,
})
const said = (over: Partial<Board>) => forecast(board(over), now).map((each) => `${each.said.tone}: ${each.said.word}`)
const aloud = (over: Partial<Board>) => headlines(board(over), now).map(({ tone, word }) => `${tone}: ${word}`)

it('makes the notas of earlier trucks first, and says aloud which truck leaves without some', () => {
  const trucks = [truck('Loggi', 20, 100), truck('Jadlog', 15.5, 100)]
  expect(said({ trucks })).toEqual(['ok: Prontas às 17:30, 10 min antes', 'bad: Só às 17:40: 5 min depois do caminhão'])
  expect(aloud({ trucks })).toEqual(['bad: Jadlog sai às 17:35, as notas só ficam prontas às 17:40'])
})

it('never calls a truck safe while some of its notas stand still', () => {
  expect(said({ trucks: [truck('Loggi', 40, 100, 3), truck('Jadlog', 40, 0, 1), truck('Correios', 400, 0, 2), truck('Azul', 40, 0)] })).toEqual([
    'warn: Prontas às 17:30, menos 3 paradas',
    'bad: Só falta 1 parada',
    'warn: Só faltam 2 paradas',
    'ok: Todas autorizadas',
  ])
})

it('tells what waits for the floor from what waits for the SEFAZ', () => {
  const trucks = [truck('Loggi', 20, 0, 0, 29), truck('Jadlog', 600, 10, 0, 5)]
  expect(said({ trucks })).toEqual(['warn: 29 por montar', 'ok: Prontas às 17:21, 9 h 59 antes e 5 por montar'])
  expect(aloud({ trucks })).toEqual(['warn: Loggi sai às 17:40 com 29 notas por montar'])
})

it('says that nothing moves, or until when a company is stopped', () => {
  expect(aloud({ rate: 0, trucks: [truck('Loggi', 20, 200)] })).toEqual(['warn: 200 notas esperam e nenhuma foi autorizada há 5 minutos'])
  const stopped: Board['authorisers'][number] = {
    company: { id: 1, name: 'Aurora', environment: 'production' },
    authoriser: 'MG',
    mode: 'normal',
    mode_since: null,
    stopped_until: after(40),
    stopped_because: 'consumo indevido (656)',
    queued: 200,
    sending: 0,
    uncertain: 0,
    median_ms: null,
    p95_ms: null,
    calls: 0,
    failures: 0,
  }
  expect(aloud({ rate: 0, authorisers: [stopped] })).toEqual(['bad: Aurora não transmite até 18:00: consumo indevido (656)'])
})

it('is calm when nothing is wrong', () => {
  expect(aloud({ states: {} })).toEqual(['ok: Nenhuma nota espera'])
  expect(aloud({ empty_at: after(20) })).toEqual(['ok: 200 notas na fila, prontas às 17:40'])
  expect(aloud({ states: { faulty: 1 } })).toEqual(['warn: 1 nota parada espera por alguém'])
})
