import { z } from 'zod'
import { endpoint, filled, instant, words } from '../platform/endpoint.ts'

export const trackingStatuses = {
  picked_up: 'Coletado',
  in_transit: 'Em trânsito',
  out_for_delivery: 'Saiu para entrega',
  ready_for_pickup: 'Aguardando retirada',
  delivered: 'Entregue',
  delivery_failed: 'Tentativa falhou',
  on_hold: 'Parado',
  delayed: 'Atrasado',
  return_to_sender: 'Voltando ao remetente',
  lost: 'Extraviado',
  damaged: 'Avariado',
} as const
export type TrackingStatus = keyof typeof trackingStatuses

export const trackingEvent = z.object({
  /** Tracking code, volume code, order number or the channel's order number. */
  code: filled(100),
  status: z.enum(
    Object.keys(trackingStatuses) as [TrackingStatus, ...TrackingStatus[]],
    `Use uma destas situações: ${Object.keys(trackingStatuses).join(', ')}`,
  ),
  at: instant,
  description: words(300).optional(),
})
export type TrackingEvent = z.output<typeof trackingEvent>

export const trackingResult = z.object({
  position: z.number(),
  result: z.enum(['applied', 'known', 'refused']),
  order: z.number().nullable(),
  faults: z.array(z.object({ field: z.string(), message: z.string() })),
})

export const recordTrackingEndpoint = endpoint('recordTracking', {
  method: 'POST',
  path: '/tracking-events',
  permission: 'tracking.write',
  summary: 'Registrar até 500 eventos de rastreamento; cada um é julgado sozinho',
  body: z.object({ events: z.array(z.unknown()).min(1).max(500) }),
  answer: z.object({ results: z.array(trackingResult) }),
})
export const refusals = {}
