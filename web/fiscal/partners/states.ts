import type { DeliveryRow, DeliveryState } from '../../../server/partners/contract.ts'
import type { Tone } from '../../components/State.tsx'

export const deliveryTones: Record<DeliveryState, Tone> = {
  queued: 'info',
  sending: 'info',
  uncertain: 'warn',
  accepted: 'ok',
  refused: 'bad',
  skipped: 'idle',
}

/** What each state means for who waits. */
export const deliveryMeanings: Record<DeliveryState, string> = {
  queued: 'espera a vez; vai sozinha',
  sending: 'está sendo enviada',
  uncertain: 'pode ter chegado: vamos ler no parceiro antes de enviar de novo',
  accepted: 'o parceiro tem a nota',
  refused: 'o parceiro não aceitou: acerte o que ele diz e tente de novo',
  skipped: 'este parceiro não recebe esta nota',
}

/** A delivery that was tried and waits is a warning, not an information. */
export const toneOf = ({ state, failing }: DeliveryRow): Tone => (failing && state === 'queued' ? 'warn' : deliveryTones[state])
export const mayRetry = ({ state, failing }: DeliveryRow) => state === 'refused' || failing
