import type { Bench } from '../../server/packing/contract.ts'
import type { Refusal } from '../client.ts'
import { weight } from '../components/format.ts'
import type { Verdict } from './feedback.ts'
import type { Halted } from './Halt.tsx'

const within = (totes: string[]) => (totes.length > 1 ? `nos cestos ${totes.join(', ')}` : totes.length ? `no cesto ${totes[0]}` : 'num cesto')
const listed = (totes: string[]) => (totes.length > 1 ? `os cestos ${totes.join(', ')}` : totes.length ? `o cesto ${totes[0]}` : 'os itens')

/** What the packer does when the server refuses: a verdict to scan on by, or a stop that ends this order at the bench. */
export function packAnswer({ code, title, facts, faults }: Refusal, bench: Bench | null, scanned: string): Verdict | { halted: Halted } {
  const bad = (words: string, reason: string): Verdict => ({ tone: 'bad', words, reason })
  switch (code) {
    case 'order_cancelled':
      return { halted: cancelled(facts['order'] ?? bench?.order, bench?.totes ?? [], bench?.volumes.length ?? 0, String(facts['next'] ?? '')) }
    case 'tote_cancelled':
      return { halted: cancelled(null, [scanned.toUpperCase()], 0, '') }
    case 'order_on_hold':
      return {
        halted: {
          tone: 'warn',
          title: `Pedido ${facts['order'] ?? bench?.order ?? ''} retido`,
          todo: [`Ponha ${listed(bench?.totes ?? [])} de lado`, 'Avise o gestor e siga com o próximo'],
        },
      }
    case 'not_in_order':
      return bad('Não é deste pedido', `${String(facts['scanned'] ?? scanned)}: deixe à parte e siga`)
    case 'more_than_ordered':
      return bad('Já está completo', `${String(facts['name'] ?? 'Este item')} a mais: ponha na devolução à prateleira`)
    case 'not_in_tote':
      return bad('Ninguém espera este item', `${String(facts['scanned'] ?? scanned)}: deixe à parte e bipe outro item do cesto`)
    case 'nothing_with_code':
      return bad('Nada com este código', 'Bipe um cesto da fila ou o número do pedido')
    case 'tote_empty':
      return bad('Cesto vazio', `O cesto ${scanned.toUpperCase()} não tem nada para conferir`)
    case 'loaded':
      return bad('A caixa já está no caminhão', `Tire-a do romaneio ${String(facts['manifest'])} antes de reabrir`)
    case 'offline':
      return bad('Sem conexão', 'Nada foi gravado. Espere a conexão voltar e faça de novo')
    case 'invalid_input':
      return bad(faults[0]?.message ?? title, 'Corrija e confirme de novo')
    case 'not_now':
      return bad(title, 'Siga com outro cesto')
    default:
      return bad(title, 'Se repetir, chame o gestor')
  }
}

/** What is done with the goods of an order that was cancelled: the same words wherever it is noticed. */
export function cancelled(order: unknown, totes: string[], boxes: number, next: string): Halted {
  const goods = boxes > 0 ? `Tire os itens da caixa e ponha tudo ${within(totes)}` : next || `Não embale nada: tudo fica ${within(totes)}`
  return {
    tone: 'warn',
    title: order ? `Pedido ${String(order)} cancelado` : 'Pedido cancelado',
    todo: [goods, `Leve ${listed(totes)} para a devolução à prateleira`],
  }
}

/** Said only after a deviation: who knew the figure before would type it. */
export const deviationOf = ({ facts }: Refusal) => ({ expected: weight(Number(facts['expected'])), weighed: weight(Number(facts['weight'])) })
