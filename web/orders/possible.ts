import type { OrderPage } from '../../server/orders/contract.ts'
import type { Permission } from '../../server/platform/permission.ts'

/* What the server says may be done (`can`), gathered as the page offers it. */

export interface Possible {
  operation: string
  label: string
  permission: Permission
  allowed: boolean
  why: string | null
}
type Shipment = OrderPage['shipments'][number]

export const possible = (act: Possible) => act.allowed

const ofOrder: [operation: string, label: string, permission: Permission][] = [
  ['approve', 'Aprovar', 'orders.edit'],
  ['unhold', 'Soltar', 'orders.edit'],
  ['release', 'Liberar para separação', 'picking.release'],
  ['hold', 'Reter', 'orders.edit'],
  ['cancel', 'Cancelar pedido', 'orders.cancel'],
  ['cancel_items', 'Cancelar itens', 'orders.cancel'],
  ['change_address', 'Mudar o endereço', 'orders.edit'],
  ['change_delivery', 'Mudar transportadora ou prioridade', 'orders.edit'],
]
const ofShipment: [operation: string, label: string, permission: Permission][] = [
  ['split', 'Dividir este envio', 'orders.edit'],
  ['give_back', 'Recolher da separação', 'picking.release'],
  ['unpack', 'Reabrir a caixa', 'packing.work'],
  ['reprint', 'Reimprimir etiqueta', 'packing.work'],
  ['receive_return', 'Receber devolução', 'stock.move'],
]

const answer = (can: { operation: string; allowed: boolean; why: string | null }[], operation: string) =>
  can.find((act) => act.operation === operation) ?? { allowed: false, why: null }

/** Acts on the whole order. Releasing takes any shipment that may go; changing the order must suit all that are left. */
export function onOrder(order: OrderPage): Possible[] {
  const live = order.shipments.filter(({ fulfilment }) => fulfilment !== 'cancelled')
  return ofOrder.map(([operation, label, permission]) => {
    if (order.can.some((act) => act.operation === operation)) return { operation, label, permission, ...answer(order.can, operation) }
    const each = live.map(({ can }) => answer(can, operation))
    const told = operation === 'release' ? (each.find(({ allowed }) => allowed) ?? each[0]) : (each.find(({ allowed }) => !allowed) ?? each[0])
    const verdict = told ? { allowed: told.allowed, why: told.why } : { allowed: false, why: 'Não há envio em aberto' }
    const lacks = operation === 'release' && verdict.allowed ? whatLacks(order, live) : null
    return { operation, label, permission, ...(lacks ? { allowed: false, why: lacks } : verdict) }
  })
}

export const onShipment = (shipment: Shipment): Possible[] =>
  ofShipment.map(([operation, label, permission]) => ({ operation, label, permission, ...answer(shipment.can, operation) }))

/** The gate would let it down, but it has no goods, no product or no truck yet. */
function whatLacks(order: OrderPage, live: Shipment[]): string | null {
  if (order.lines.some((line) => line.product === null && line.cancelled < line.quantity)) return 'Um SKU deste pedido ainda não tem produto'
  if (!live.some((shipment) => shipment.fulfilment === 'waiting' && shipment.covered)) return 'Falta estoque: o pedido espera a mercadoria'
  return order.carrier ? null : 'Escolha antes a transportadora'
}
