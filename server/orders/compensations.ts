import type { Fulfilment } from './operations.ts'

/**
 * Cancelling, answered once for each state of a shipment: what happens to the reservation, the tasks and the goods, and
 * who must do what next. `cancelOrder` does exactly what stands here.
 */
export interface Compensation {
  /** Where the shipment goes. `stays`: the goods are beyond cancelling, the order only changes its commercial state. */
  becomes: 'cancelled' | 'returning' | 'stays'
  /** Units promised to it become free for others. */
  freesReservation: boolean
  /** Pick tasks not yet done disappear from the carts. */
  dropsTasks: boolean
  /** Units already in a tote or a box get put-back tasks. */
  putsBack: boolean
  /** Who learns it, and how. */
  told: string
}

const onTheFloor = { becomes: 'cancelled', freesReservation: true } as const
const outside = { becomes: 'returning', freesReservation: false, dropsTasks: false, putsBack: false } as const
const over = { becomes: 'stays', freesReservation: false, dropsTasks: false, putsBack: false } as const

export const compensations: Record<Fulfilment, Compensation> = {
  waiting: { ...onTheFloor, dropsTasks: false, putsBack: false, told: 'Ninguém: o pedido ainda não desceu.' },
  released: { ...onTheFloor, dropsTasks: true, putsBack: false, told: 'Ninguém: as tarefas somem do carrinho.' },
  picking: { ...onTheFloor, dropsTasks: true, putsBack: true, told: 'O separador, na próxima leitura; o que já está no cesto volta à prateleira.' },
  picked: { ...onTheFloor, dropsTasks: true, putsBack: true, told: 'A bancada recusa o cesto; os itens voltam à prateleira.' },
  packed: { ...onTheFloor, dropsTasks: false, putsBack: true, told: 'A bancada não imprime; a caixa é aberta e os itens voltam à prateleira.' },
  ready: { ...onTheFloor, dropsTasks: false, putsBack: true, told: 'A leitura da expedição recusa a caixa; os itens voltam à prateleira.' },
  dispatched: { ...outside, told: 'A transportadora, por nós: a caixa deve voltar; o cancelamento conclui na chegada.' },
  in_transit: { ...outside, told: 'A transportadora, por nós: a caixa deve voltar; o cancelamento conclui na chegada.' },
  failed: { ...outside, told: 'A transportadora, por nós: a caixa já volta; o cancelamento conclui na chegada.' },
  delivered: { ...outside, told: 'O consumidor devolve (arrependimento, CDC art. 49); o cancelamento conclui na chegada.' },
  returning: { ...over, told: 'Ninguém: a caixa já está voltando.' },
  returned: { ...over, told: 'Ninguém: a caixa já voltou.' },
  lost: { ...over, told: 'Ninguém: a caixa foi extraviada.' },
  cancelled: { ...over, told: 'Ninguém: o envio já estava cancelado.' },
}
