import type { Instruction } from '../../server/picking/contract.ts'
import type { Verdict } from './feedback.ts'

/*
 * What a scan means at a step of the walk, decided here from the instruction's own codes: the picker hears right or
 * wrong at once. The server judges every code again when the step is sent.
 */

export type Step = Instruction['steps'][number]

/** How far the picker is with one step. */
export interface Hand {
  step: Step
  stage: 'place' | 'item' | 'tote'
  /** Units in the hand. */
  counted: number
  /** The product's code as it was read. */
  item: string | null
  /** The place has only `found` units for this step; the rest is reported missing once these are in the tote. */
  short: { found: number; reason: string } | null
}

/** What came of a scan. `tote`: the step is complete, send it. `wrong`: tell the server, for the figures of errors. */
export interface Judged {
  hand: Hand
  verdict: Verdict
  tote?: string
  wrong?: 'wrong_place' | 'wrong_item' | 'wrong_tote'
}

/** The same step, whatever tasks it holds by now. */
export const keyOf = (step: Step) => `${step.place} ${step.product} ${step.order ?? ''}`
export const wantedOf = ({ step, short }: Hand) => short?.found ?? step.quantity

/** Who just took something at a place stands before it already. */
export const begin = (step: Step, standingAt?: string | null): Hand => ({
  step,
  stage: step.place === standingAt ? 'item' : 'place',
  counted: 0,
  item: null,
  short: null,
})

const same = (code: string, other: string | null) => other !== null && code.trim().toUpperCase() === other.toUpperCase()
const ok = (words: string, reason?: string): Verdict => ({ tone: 'ok', words, ...(reason ? { reason } : {}) })
const bad = (words: string, reason: string): Verdict => ({ tone: 'bad', words, reason })

/** How many units a code of this step's product stands for; 0 when it is another product's. */
export const unitsOf = (step: Step, code: string) => step.barcodes.find((barcode) => same(code, barcode.code))?.units ?? (same(code, step.sku) ? 1 : 0)

/** In a batch of one-line orders everything goes into the one tote of the cart: once it is there it is not asked for again. */
const knownTote = (hand: Hand, trip: Instruction) => (trip.method === 'single' ? hand.step.tote : null)

export function judge(hand: Hand, code: string, trip: Instruction): Judged {
  if (hand.stage === 'place') return judgePlace(hand, code, trip)
  if (hand.stage === 'item') return judgeItem(hand, code, trip)
  return judgeTote(hand, code, trip)
}

function judgePlace(hand: Hand, code: string, trip: Instruction): Judged {
  const { step } = hand
  if (same(code, step.place)) return { hand: { ...hand, stage: 'item' }, verdict: ok('Endereço certo') }
  if (unitsOf(step, code)) return { hand, verdict: bad('Bipe o endereço antes', `Leia a etiqueta ${step.place} da prateleira, depois o produto`) }
  if (same(code, knownTote(hand, trip))) return { hand, verdict: ok('Cesto certo', `Agora vá até ${step.place}`) }
  return { hand, verdict: bad('Endereço errado', `Vá até ${step.place}`), wrong: 'wrong_place' }
}

function judgeItem(hand: Hand, code: string, trip: Instruction): Judged {
  const { step } = hand
  const units = unitsOf(step, code)
  if (!units) {
    if (same(code, step.place)) return { hand, verdict: ok('Endereço certo', 'Agora bipe o produto') }
    if (trip.totes.some(({ tote }) => same(code, tote))) return { hand, verdict: bad('Bipe o produto antes do cesto', step.name) }
    return { hand, verdict: bad('Produto errado', `Devolva ao lugar e pegue ${step.name}`), wrong: 'wrong_item' }
  }
  const left = wantedOf(hand) - hand.counted
  if (units > left)
    return {
      hand,
      verdict: bad(units > 1 ? `Caixa com ${units}: é demais` : 'Já chega', `Pegue só ${left} ${left === 1 ? 'unidade' : 'unidades'} e bipe uma a uma`),
    }
  return count({ ...hand, item: code.trim() }, hand.counted + units, trip)
}

/** So many units are in the hand, by scans or typed. */
export function count(hand: Hand, counted: number, trip: Instruction): Judged {
  const wanted = wantedOf(hand)
  const next = { ...hand, counted }
  if (counted < wanted) return { hand: next, verdict: ok(`${counted} de ${wanted}`) }
  const tote = knownTote(hand, trip)
  return { hand: { ...next, stage: 'tote' }, verdict: ok('Certo', tote ? `Ponha no cesto ${tote}` : undefined), ...(tote ? { tote } : {}) }
}

function judgeTote(hand: Hand, code: string, trip: Instruction): Judged {
  const { step } = hand
  const where = trip.method === 'single' ? (step.tote ?? 'um vazio') : step.tote ? `${step.tote}, no vão ${step.slot}` : `um vazio, no vão ${step.slot}`
  if (unitsOf(step, code) || same(code, step.place)) return { hand, verdict: bad('Agora bipe o cesto', `Use ${where}`) }
  if (step.tote) {
    if (same(code, step.tote)) return { hand, verdict: ok('Certo'), tote: step.tote }
    return { hand, verdict: bad('Cesto errado', `Use ${where}`), wrong: 'wrong_tote' }
  }
  if (trip.totes.some(({ tote }) => same(code, tote))) return { hand, verdict: bad('Cesto de outro pedido', `Use ${where}`), wrong: 'wrong_tote' }
  return { hand, verdict: ok('Certo'), tote: code.trim().toUpperCase() }
}
