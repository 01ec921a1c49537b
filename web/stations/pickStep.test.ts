import { describe, expect, it } from 'vitest'
import type { Instruction } from '../../server/picking/contract.ts'
import { begin, count, judge } from './pickStep.ts'
import type { Hand, Step } from './pickStep.ts'

const step: Step = {
  tasks: [1],
  place: 'A03-12-2',
  place_kind: 'pick',
  aisle: 3,
  bay: 12,
  level: 2,
  product: 7,
  sku: 'CAN-01',
  name: 'Caneca azul',
  picture: false,
  quantity: 1,
  orders: 1,
  order: 900,
  slot: 3,
  tote: null,
  barcodes: [
    { code: '7891000000017', units: 1 },
    { code: '17891000000014', units: 12 },
  ],
}
const trip: Instruction = {
  trip: 1,
  method: 'cluster',
  state: 'picking',
  cart: 'C-01',
  cut_off: null,
  total: 1,
  done: 0,
  cancelled: 0,
  totes: [
    { slot: 2, tote: 'T-002', order: 899, full: false, cancelled: false },
    { slot: 3, tote: null, order: 900, full: false, cancelled: false },
  ],
  steps: [step],
}
const walk = (first: Hand, ...codes: string[]) => {
  let judged = { hand: first } as ReturnType<typeof judge>
  for (const code of codes) judged = judge(judged.hand, code, trip)
  return judged
}

describe('a step of the walk', () => {
  it('goes from place to item to tote, and is sent with the tote that was read', () => {
    expect(walk(begin(step), 'a03-12-2', '7891000000017')).toMatchObject({
      hand: { stage: 'tote', counted: 1, item: '7891000000017' },
      verdict: { tone: 'ok' },
    })
    expect(walk(begin(step), 'A03-12-2', 'CAN-01', 't-014')).toMatchObject({ tote: 'T-014', verdict: { tone: 'ok' } })
  })
  it('stays where it is after each wrong scan and says which one it was', () => {
    expect(walk(begin(step), 'A03-12-3')).toMatchObject({ hand: { stage: 'place' }, verdict: { tone: 'bad' }, wrong: 'wrong_place' })
    expect(walk(begin(step), 'A03-12-2', '7891000000024')).toMatchObject({ hand: { stage: 'item', counted: 0 }, verdict: { tone: 'bad' }, wrong: 'wrong_item' })
    expect(walk(begin(step), 'A03-12-2', '7891000000017', 'T-002')).toMatchObject({
      hand: { stage: 'tote', counted: 1 },
      verdict: { tone: 'bad' },
      wrong: 'wrong_tote',
    })
    expect(walk(begin({ ...step, tote: 'T-005' }), 'A03-12-2', '7891000000017', 'T-006')).toMatchObject({ verdict: { tone: 'bad' }, wrong: 'wrong_tote' })
  })
  it('counts units up, a case at its units, and never beyond what is wanted', () => {
    const many = begin({ ...step, quantity: 13 })
    expect(walk(many, 'A03-12-2', '17891000000014')).toMatchObject({ hand: { stage: 'item', counted: 12 } })
    expect(walk(many, 'A03-12-2', '17891000000014', '17891000000014')).toMatchObject({ hand: { stage: 'item', counted: 12 }, verdict: { tone: 'bad' } })
    expect(walk(many, 'A03-12-2', '17891000000014', '7891000000017')).toMatchObject({ hand: { stage: 'tote', counted: 13 } })
  })
  it('wants only what was found once the place was said to be short', () => {
    const short: Hand = { ...begin({ ...step, quantity: 5 }, step.place), short: { found: 2, reason: 'Não achei' } }
    expect(walk(short, '7891000000017', '7891000000017')).toMatchObject({ hand: { stage: 'tote', counted: 2 } })
  })
  it('does not ask again for the one tote of a batch of one-line orders', () => {
    const single: Instruction = { ...trip, method: 'single', totes: [{ slot: 1, tote: 'T-009', order: null, full: false, cancelled: false }] }
    expect(count({ ...begin({ ...step, order: null, tote: 'T-009' }, step.place), item: 'CAN-01' }, 1, single)).toMatchObject({ tote: 'T-009' })
    expect(judge(begin({ ...step, order: null, tote: 'T-009' }), 'T-009', single)).toMatchObject({ hand: { stage: 'place' }, verdict: { tone: 'ok' } })
  })
  it('does not ask for the place again where the picker stands', () => {
    expect(begin(step, 'A03-12-2').stage).toBe('item')
    expect(begin(step, 'A03-12-3').stage).toBe('place')
  })
})
