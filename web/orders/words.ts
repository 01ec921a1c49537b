import { compensations, refusals } from '../../server/orders/contract.ts'
import type { Commercial, Fulfilment, OrderRow } from '../../server/orders/contract.ts'
import { refusals as pickingRefusals } from '../../server/picking/contract.ts'
import type { Tone } from '../components/State.tsx'
import { minutes } from '../components/format.ts'

/* What the states of an order are called on the screens, and the colour each has. */

export interface Said {
  tone: Tone
  word: string
}

export const commercialSaid: Record<Commercial, Said> = {
  pending: { tone: 'idle', word: 'aguardando pagamento' },
  approved: { tone: 'idle', word: 'aprovado' },
  on_hold: { tone: 'warn', word: 'retido' },
  cancel_requested: { tone: 'warn', word: 'em cancelamento' },
  cancelled: { tone: 'bad', word: 'cancelado' },
  completed: { tone: 'ok', word: 'concluído' },
}

export const fulfilmentSaid: Record<Fulfilment, Said> = {
  waiting: { tone: 'idle', word: 'a liberar' },
  released: { tone: 'info', word: 'liberado' },
  picking: { tone: 'info', word: 'em separação' },
  picked: { tone: 'info', word: 'separado' },
  packed: { tone: 'info', word: 'embalado' },
  ready: { tone: 'ok', word: 'pronto para sair' },
  dispatched: { tone: 'info', word: 'expedido' },
  in_transit: { tone: 'info', word: 'em trânsito' },
  delivered: { tone: 'ok', word: 'entregue' },
  failed: { tone: 'bad', word: 'entrega falhou' },
  returning: { tone: 'warn', word: 'voltando' },
  returned: { tone: 'idle', word: 'devolvido' },
  lost: { tone: 'bad', word: 'extraviado' },
  cancelled: { tone: 'idle', word: 'cancelado' },
}

const steps = Object.keys(fulfilmentSaid) as Fulfilment[]
const inHouse = new Set<Fulfilment>(['waiting', 'released', 'picking', 'picked', 'packed', 'ready'])
export const isInHouse = (states: readonly Fulfilment[]) => states.some((state) => inHouse.has(state))
/** What a shipment's cancelling does at its state, and who learns of it. */
export const onCancel = (states: readonly Fulfilment[]) => [
  ...new Set(states.filter((state) => state !== 'cancelled').map((state) => compensations[state].told)),
]

/** The whole order in as few words as say it: what stops it first, then how far its slowest shipment is. */
export function situationOf({ commercial, fulfilment, held, short }: Pick<OrderRow, 'commercial' | 'fulfilment' | 'held' | 'short'>): Said[] {
  const live = fulfilment.filter((state) => state !== 'cancelled').sort((left, right) => steps.indexOf(left) - steps.indexOf(right))
  const first = live[0]
  const said: Said[] = []
  if (commercial !== 'approved' && commercial !== 'completed') said.push(commercialSaid[commercial])
  if (held) said.push({ tone: 'warn', word: 'SKU sem cadastro' })
  else if (short) said.push({ tone: 'warn', word: 'sem estoque' })
  // "to be released" only says something of an order that could be
  if (first && !(first === 'waiting' && said.length))
    said.push({
      tone: fulfilmentSaid[first].tone,
      word: live.length > 1 ? `${fulfilmentSaid[first].word} (${live.length} envios)` : fulfilmentSaid[first].word,
    })
  return said.length ? said : [commercialSaid[commercial]]
}

/** How the deadline stands while the goods are in the house; null when it no longer matters. */
export function deadlineOf(
  { dispatch_by, commercial, fulfilment }: Pick<OrderRow, 'dispatch_by' | 'commercial' | 'fulfilment'>,
  now = Date.now(),
): Said | null {
  if (!dispatch_by || !isInHouse(fulfilment) || commercial === 'cancelled' || commercial === 'cancel_requested' || commercial === 'pending') return null
  const left = (Date.parse(dispatch_by) - now) / 60_000
  if (left < 0) return { tone: 'bad', word: `atrasado ${minutes(-left)}` }
  return left <= 240 ? { tone: 'warn', word: `faltam ${minutes(left)}` } : null
}

/** A refusal that came inside an answer, in words. */
export const saidOf = ({ code, facts }: { code: string; facts: Record<string, unknown> }): string =>
  ({ ...refusals, ...pickingRefusals } as Record<string, string>)[code]?.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '')) ?? code
