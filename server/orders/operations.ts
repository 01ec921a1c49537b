/**
 * The order's life, in one table. Every operation says what it requires of each axis and what it changes; screens, API
 * errors, docs and phase metrics are derived from here. A missing axis means: any state will do.
 */
export const commercialStates = {
  pending: 'aguardando pagamento',
  approved: 'aprovado',
  on_hold: 'retido',
  cancel_requested: 'em cancelamento',
  cancelled: 'cancelado',
  completed: 'concluído',
} as const
export const paymentStates = {
  pending: 'pendente',
  paid: 'pago',
  partially_refunded: 'devolvido em parte',
  refunded: 'devolvido',
  chargeback: 'contestado',
} as const
export const fiscalStates = {
  not_required: 'sem nota',
  required: 'nota a emitir',
  issuing: 'emitindo nota',
  authorised: 'nota autorizada',
  accepted_by_channel: 'nota aceita pelo canal',
  rejected: 'nota rejeitada',
  cancelled: 'nota cancelada',
} as const
export const fulfilmentStates = {
  waiting: 'aguardando liberação',
  released: 'liberado',
  picking: 'em separação',
  picked: 'separado',
  packed: 'embalado',
  ready: 'pronto para expedir',
  dispatched: 'expedido',
  in_transit: 'em trânsito',
  delivered: 'entregue',
  failed: 'entrega falhou',
  returning: 'voltando',
  returned: 'devolvido',
  lost: 'extraviado',
  cancelled: 'cancelado',
} as const

export type Commercial = keyof typeof commercialStates
export type Payment = keyof typeof paymentStates
export type Fiscal = keyof typeof fiscalStates
export type Fulfilment = keyof typeof fulfilmentStates

interface Operation {
  /** What the person does, as an infinitive: "Não dá para {title} agora". */
  title: string
  /** What the timeline says once it happened. */
  done: string
  commercial?: readonly Commercial[]
  payment?: readonly Payment[]
  fiscal?: readonly Fiscal[]
  /** Names the states of the shipment it works on; absent: the operation is on the whole order. */
  fulfilment?: readonly Fulfilment[]
  sets?: { commercial?: Commercial; payment?: Payment; fiscal?: Fiscal; fulfilment?: Fulfilment }
  /** Has an outside effect that cannot be undone: the channel's own status must have been re-read just before. */
  live?: true
  /** A nota may be due, or no longer be: invoicing looks at once instead of within the minute. */
  wakesInvoicing?: true
}

const open = ['pending', 'approved', 'on_hold'] as const
const going = ['approved'] as const
const outside = ['approved', 'completed', 'cancel_requested'] as const
const beforeLabel = ['waiting', 'released', 'picking', 'picked', 'packed'] as const
const inTheHouse = [...beforeLabel, 'ready'] as const
const toInvoice = ['required', 'rejected'] as const
const fiscalOk = ['not_required', 'authorised', 'accepted_by_channel'] as const

const table = {
  approve: { title: 'aprovar', done: 'Pedido aprovado', commercial: ['pending'], sets: { commercial: 'approved', payment: 'paid' } },
  hold: { title: 'reter', done: 'Pedido retido', commercial: going, sets: { commercial: 'on_hold' } },
  unhold: { title: 'soltar', done: 'Pedido solto', commercial: ['on_hold'], sets: { commercial: 'approved' } },
  change_address: { title: 'mudar o endereço', done: 'Endereço alterado', commercial: open, fulfilment: beforeLabel },
  change_delivery: { title: 'mudar a entrega', done: 'Entrega alterada', commercial: open, fulfilment: ['waiting'] },
  split: { title: 'dividir', done: 'Envio dividido', commercial: ['approved', 'on_hold'], fulfilment: ['waiting'] },
  map: { title: 'ligar o SKU', done: 'SKU ligado ao produto', commercial: open, fulfilment: ['waiting'] },
  cover: { title: 'reservar', done: 'Estoque reservado', commercial: going, fulfilment: ['waiting'] },
  uncover: { title: 'desfazer a reserva', done: 'Reserva desfeita', commercial: ['approved', 'on_hold'], fulfilment: ['waiting'] },
  // on the floor the tasks and the tote already carry the old quantities: recall the shipment first, or cancel it whole
  cancel_items: { title: 'cancelar itens', done: 'Itens cancelados', commercial: open, fulfilment: ['waiting'] },
  drop: { title: 'remover o envio vazio', done: 'Envio vazio removido', fulfilment: ['waiting'], sets: { fulfilment: 'cancelled' } },
  update: { title: 'receber a nova versão do canal', done: 'Nova versão do canal recebida' },

  release: {
    title: 'liberar',
    done: 'Liberado para a separação',
    commercial: going,
    fulfilment: ['waiting'],
    sets: { fulfilment: 'released' },
    wakesInvoicing: true,
  },
  start_pick: { title: 'começar a separação', done: 'Separação começou', commercial: going, fulfilment: ['released'], sets: { fulfilment: 'picking' } },
  pick: { title: 'separar', done: 'Item separado', commercial: going, fulfilment: ['picking'] },
  report_short: { title: 'informar falta', done: 'Falta informada na separação', commercial: going, fulfilment: ['picking'] },
  // what was already picked gets put-back tasks; the shipment waits and may be released again
  give_back: {
    title: 'devolver à fila',
    done: 'Devolvido à fila',
    commercial: ['approved', 'on_hold'],
    fulfilment: ['released', 'picking', 'picked'],
    sets: { fulfilment: 'waiting' },
  },
  finish_pick: {
    title: 'terminar a separação',
    done: 'Separação terminou',
    commercial: going,
    fulfilment: ['picking'],
    sets: { fulfilment: 'picked' },
    wakesInvoicing: true,
  },

  check: { title: 'conferir', done: 'Item conferido', commercial: going, fulfilment: ['picked'] },
  report_missing: { title: 'informar falta na bancada', done: 'Falta informada na bancada', commercial: going, fulfilment: ['picked'] },
  pack: { title: 'fechar a caixa', done: 'Caixa fechada', commercial: going, fulfilment: ['picked'], sets: { fulfilment: 'packed' }, wakesInvoicing: true },
  label: { title: 'imprimir a etiqueta', done: 'Etiqueta impressa', commercial: going, fulfilment: ['packed'], sets: { fulfilment: 'ready' } },
  reprint: { title: 'reimprimir a etiqueta', done: 'Etiqueta reimpressa', commercial: going, fulfilment: ['ready'] },
  unpack: { title: 'reabrir a caixa', done: 'Caixa reaberta', commercial: going, fulfilment: ['packed', 'ready'], sets: { fulfilment: 'picked' } },

  // nobody walks to the truck with a box that has no nota
  load: { title: 'carregar', done: 'Caixa carregada', commercial: going, fiscal: fiscalOk, fulfilment: ['ready'] },
  unload: { title: 'descarregar', done: 'Caixa descarregada', fulfilment: ['ready', 'cancelled'] },
  // the nota of a shipment; `transmit` is asked again right before each transmission and leaves no event
  invoice: {
    title: 'emitir a nota',
    done: 'Nota montada e assinada',
    commercial: going,
    fiscal: toInvoice,
    fulfilment: inTheHouse,
    sets: { fiscal: 'issuing' },
    live: true,
  },
  transmit: { title: 'transmitir a nota', done: 'Nota transmitida', commercial: going, fiscal: ['issuing'], fulfilment: inTheHouse, live: true },
  withdraw_invoice: {
    title: 'retirar a nota da fila',
    done: 'Nota retirada antes de ser transmitida',
    fiscal: ['issuing', 'rejected'],
    sets: { fiscal: 'required' },
  },
  reject_invoice: { title: 'registrar a rejeição da nota', done: 'Nota rejeitada', fiscal: ['required', 'issuing', 'rejected'], sets: { fiscal: 'rejected' } },
  // the SEFAZ may authorise what was cancelled meanwhile: that is answered with the cancelling of the nota, not by ignoring it
  authorise_invoice: {
    title: 'registrar a autorização da nota',
    done: 'Nota autorizada',
    fiscal: ['issuing', 'rejected', 'required'],
    sets: { fiscal: 'authorised' },
  },
  attach_invoice: {
    title: 'anexar a nota',
    done: 'Nota de outro emissor anexada',
    commercial: going,
    fiscal: [...toInvoice, 'not_required'],
    fulfilment: inTheHouse,
    sets: { fiscal: 'authorised' },
  },
  accept_invoice: {
    title: 'registrar o aceite do canal',
    done: 'Nota aceita pelo canal',
    fiscal: ['authorised', 'accepted_by_channel'],
    sets: { fiscal: 'accepted_by_channel' },
  },
  cancel_invoice: {
    title: 'cancelar a nota',
    done: 'Nota cancelada',
    fiscal: ['authorised', 'accepted_by_channel', 'issuing', 'rejected'],
    sets: { fiscal: 'cancelled' },
  },
  require_invoice: {
    title: 'pedir a nota',
    done: 'Nota passou a ser exigida',
    fiscal: ['not_required', 'cancelled'],
    fulfilment: inTheHouse,
    sets: { fiscal: 'required' },
  },

  dispatch: { title: 'expedir', done: 'Expedido', commercial: going, fiscal: fiscalOk, fulfilment: ['ready'], sets: { fulfilment: 'dispatched' }, live: true },

  move_on: {
    title: 'registrar o trânsito',
    done: 'Em trânsito',
    commercial: outside,
    fulfilment: ['dispatched', 'in_transit', 'failed'],
    sets: { fulfilment: 'in_transit' },
  },
  deliver: { title: 'entregar', done: 'Entregue', commercial: outside, fulfilment: ['dispatched', 'in_transit', 'failed'], sets: { fulfilment: 'delivered' } },
  fail: {
    title: 'registrar falha na entrega',
    done: 'Tentativa de entrega falhou',
    commercial: outside,
    fulfilment: ['dispatched', 'in_transit', 'failed'],
    sets: { fulfilment: 'failed' },
  },
  lose: {
    title: 'registrar extravio',
    done: 'Extraviado',
    commercial: outside,
    fulfilment: ['dispatched', 'in_transit', 'failed', 'returning'],
    sets: { fulfilment: 'lost' },
  },
  turn_back: {
    title: 'mandar voltar',
    done: 'Volta pedida',
    commercial: outside,
    fulfilment: ['dispatched', 'in_transit', 'failed', 'delivered'],
    sets: { fulfilment: 'returning' },
    wakesInvoicing: true,
  },
  receive_return: {
    title: 'receber a devolução',
    done: 'Devolução recebida',
    commercial: outside,
    fulfilment: ['returning', 'failed'],
    sets: { fulfilment: 'returned' },
    wakesInvoicing: true,
  },
  complete: { title: 'concluir', done: 'Pedido concluído', commercial: going, sets: { commercial: 'completed' } },

  // Cancelling is never refused for the state of the goods: compensations.ts has the answer for each state.
  cancel: { title: 'cancelar', done: 'Pedido cancelado', commercial: ['pending', 'approved', 'on_hold', 'completed'], sets: { commercial: 'cancelled' } },
  request_cancel: {
    title: 'pedir o cancelamento',
    done: 'Cancelamento pedido',
    commercial: ['pending', 'approved', 'on_hold', 'completed'],
    sets: { commercial: 'cancel_requested' },
  },
  finish_cancel: { title: 'concluir o cancelamento', done: 'Cancelamento concluído', commercial: ['cancel_requested'], sets: { commercial: 'cancelled' } },
  cancel_shipment: {
    title: 'cancelar o envio',
    done: 'Envio cancelado',
    commercial: ['cancelled', 'cancel_requested'],
    fulfilment: ['waiting', 'released', 'picking', 'picked', 'packed', 'ready'],
    sets: { fulfilment: 'cancelled' },
    wakesInvoicing: true,
  },
  put_back: { title: 'devolver à prateleira', done: 'Item devolvido à prateleira' },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof table
export const operations: Record<OperationName, Operation> = table

export interface OrderState {
  commercial: Commercial
  payment: Payment
  /** Minutes since the channel's own status was read; null: never. */
  channelAge: number | null
  /** Minutes that `live` operations allow; null: the channel has no status of its own. */
  channelMaxAge: number | null
}

export interface ShipmentState {
  fulfilment: Fulfilment
  fiscal: Fiscal
}

/** Why `name` is refused in this state, as code and facts for a problem; null when it may go on. */
export function refusalOf(name: OperationName, order: OrderState, shipment: ShipmentState | null): { code: string; facts: Record<string, string> } | null {
  const operation = operations[name]
  const facts = { operation: operation.title }
  if (operation.commercial && !operation.commercial.includes(order.commercial)) {
    if (order.commercial === 'cancelled' || order.commercial === 'cancel_requested')
      return { code: 'order_cancelled', facts: { ...facts, next: shipment ? nextOnCancelled[shipment.fulfilment] : 'Nada mais a fazer com ele.' } }
    if (order.commercial === 'on_hold') return { code: 'order_on_hold', facts }
    return { code: 'not_now', facts: { ...facts, state: commercialStates[order.commercial] } }
  }
  if (operation.fulfilment && shipment && !operation.fulfilment.includes(shipment.fulfilment))
    return { code: 'not_now', facts: { ...facts, state: fulfilmentStates[shipment.fulfilment] } }
  if (operation.payment && !operation.payment.includes(order.payment))
    return { code: 'not_now', facts: { ...facts, state: `com pagamento ${paymentStates[order.payment]}` } }
  if (operation.fiscal && shipment && !operation.fiscal.includes(shipment.fiscal)) {
    const state = fiscalStates[shipment.fiscal]
    return operation.fiscal === fiscalOk
      ? { code: 'nota_first', facts: { ...facts, state, next: nextWithoutNota[shipment.fiscal] ?? '' } }
      : { code: 'not_now', facts: { ...facts, state } }
  }
  if (operation.live && order.channelMaxAge !== null && (order.channelAge === null || order.channelAge > order.channelMaxAge))
    return { code: 'channel_status_too_old', facts }
  return null
}

/** What the person who holds a box without its nota does next. */
const nextWithoutNota: Partial<Record<Fiscal, string>> = {
  required: 'Separe a caixa: a nota ainda não foi emitida. O motivo está em Fiscal, Notas.',
  issuing: 'Espere um instante e bipe de novo: a SEFAZ ainda não respondeu.',
  rejected: 'Separe a caixa: a SEFAZ recusou a nota. Quem cuida do fiscal corrige em Fiscal, Notas.',
  cancelled: 'Separe a caixa: a nota foi cancelada. Avise quem cuida do fiscal.',
}

/** What the person who holds the goods of a cancelled order does next: shown wherever the gate refuses them. */
const nextOnCancelled: Record<Fulfilment, string> = {
  waiting: 'Nada mais a fazer com ele.',
  released: 'Siga para o próximo item.',
  picking: 'Deixe no carrinho o que já pegou: vai para a devolução à prateleira.',
  picked: 'Separe o cesto para a devolução à prateleira.',
  packed: 'Abra a caixa e devolva os itens à prateleira.',
  ready: 'Tire a caixa da expedição e devolva os itens à prateleira.',
  cancelled: 'Separe os itens para a devolução à prateleira.',
  dispatched: 'Peça à transportadora que devolva.',
  in_transit: 'Peça à transportadora que devolva.',
  failed: 'Espere a volta da caixa.',
  delivered: 'Espere a volta da caixa.',
  returning: 'Espere a volta da caixa.',
  returned: 'Confira a devolução.',
  lost: 'Abra a reclamação com a transportadora.',
}
