import type { Instruction } from '../../server/picking/contract.ts'
import type { Refusal } from '../client.ts'
import { count } from '../components/format.ts'
import type { Verdict } from './feedback.ts'
import type { Halted } from './Halt.tsx'
import { keyOf } from './pickStep.ts'
import type { Hand } from './pickStep.ts'

/** Scan again, from `stage` on; or stop, read, and go on with `keep` units in the hand (none when absent). */
export type Answered = (Verdict & { stage?: Hand['stage'] }) | { halted: Halted; keep?: number }

const units = (value: number) => count(value, 'unidade', 'unidades')
const leaveTote = (tote: string | null, slot: number) => `Deixe o cesto ${tote} no vão ${slot}: ele vai para a devolução`
const backTo = ({ step }: Hand, much: number) => `Devolva ${units(much)} de ${step.name} ao endereço ${step.place}`

/** What the picker does when the server refuses a step: in their words, with the goods in their hands. */
export function answerTo(refusal: Refusal, hand: Hand): Answered {
  const { step, counted } = hand
  const { code, title, facts } = refusal
  const again = (words: string, reason: string, stage: Hand['stage']): Answered => ({ tone: 'bad', words, reason, stage })
  switch (code) {
    case 'order_cancelled':
    case 'order_on_hold': {
      const what = code === 'order_cancelled' ? 'cancelado' : 'retido'
      const order = facts['order'] ?? step.order
      const tote = step.tote && step.order !== null ? leaveTote(step.tote, step.slot) : null
      return {
        halted: {
          tone: 'warn',
          title: order ? `Pedido ${order} ${what}` : `Pedido ${what}`,
          todo: [...(counted ? [backTo(hand, counted)] : []), ...(tote ? [tote] : [])],
        },
      }
    }
    case 'pick_less': {
      const keep = Number(facts['quantity'])
      return {
        halted: { tone: 'warn', title: 'Um pedido foi cancelado', todo: [backTo(hand, counted - keep), `Fique com ${units(keep)} e bipe o cesto`] },
        keep,
      }
    }
    case 'task_done':
    case 'no_such_task':
    case 'no_such_trip':
      return {
        halted: {
          tone: 'warn',
          title: 'Este passo mudou',
          todo: [counted ? backTo(hand, counted) : `Não pegue nada em ${step.place}`, 'Depois siga o que a tela mostrar'],
        },
      }
    case 'wrong_place':
      return again('Endereço errado', `Vá até ${String(facts['expected'] ?? step.place)}`, 'place')
    case 'wrong_item':
      return again('Produto errado', `Devolva ao lugar e pegue ${step.name}`, 'item')
    case 'wrong_tote':
      return again('Cesto errado', `Use ${String(facts['expected'] ?? step.tote)}`, 'tote')
    case 'tote_in_use':
      return again('Este cesto está em uso', 'Pegue um cesto vazio', 'tote')
    case 'no_such_tote':
      return again('Isto não é um cesto', 'Bipe a etiqueta do cesto', 'tote')
    case 'not_enough_stock':
      return again('O sistema não tem tantas aqui', 'Toque em Faltou e diga quantas há', 'item')
    case 'offline':
      return { tone: 'bad', words: 'Sem conexão', reason: 'Nada foi gravado. Espere a conexão voltar e faça de novo.' }
    default:
      return { tone: 'bad', words: title, reason: 'Se repetir, chame o gestor' }
  }
}

/** Others changed the walk while this step was under way: what to do with what is in the hand. Null when the step still stands. */
export function changedUnder(hand: Hand, trip: Instruction | null): { halted: Halted; keep?: number } | null {
  const { step, counted } = hand
  const left = trip?.steps[0]
  const same = left !== undefined && keyOf(left) === keyOf(step)
  if (same && left.quantity >= counted) return null
  if (same)
    return {
      halted: {
        tone: 'warn',
        title: 'Um pedido foi cancelado',
        todo: [backTo(hand, counted - left.quantity), `Fique com ${units(left.quantity)} e bipe o cesto`],
      },
      keep: left.quantity,
    }
  const gone = trip?.totes.filter(({ order, cancelled }) => cancelled && order === step.order && order !== null) ?? []
  const title = step.order === null ? 'Um pedido foi cancelado' : gone.length ? `Pedido ${step.order} cancelado` : `Pedido ${step.order} saiu da lista`
  const tote = gone.find((one) => one.tote !== null)
  return {
    halted: {
      tone: 'warn',
      title,
      todo: [counted ? backTo(hand, counted) : `Não pegue nada em ${step.place}`, tote ? leaveTote(tote.tote, tote.slot) : 'Depois siga o que a tela mostrar'],
    },
  }
}
