import { retryDeliveries } from '../../../server/partners/contract.ts'
import { useAct } from '../../client.ts'

/** Sends deliveries again; what the partner has already is found by reading. */
export const useRetryDeliveries = () =>
  useAct(retryDeliveries, {
    done: ({ queued }) => (queued === 0 ? 'Nada a tentar de novo' : queued === 1 ? 'Tentando de novo 1 entrega' : `Tentando de novo ${queued} entregas`),
  })
