import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { IconCircleCheck } from '@tabler/icons-react'
import { cancelOrderEndpoint } from '../../server/orders/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct } from '../client.ts'
import { ReasonDialog } from './Dialog.tsx'
import { onCancel } from './words.ts'

/** Cancels the order: before, what will happen; afterwards, what did and who was told. */
export function CancelDialog({ order, close }: { order: OrderPage; close: () => void }) {
  const [answer, setAnswer] = useState<AnswerOf<typeof cancelOrderEndpoint> | null>(null)
  const cancel = useAct(cancelOrderEndpoint, { quiet: true, onDone: setAnswer })
  if (answer)
    return (
      <Modal opened onClose={close} title={`Pedido ${order.id}`}>
        <div className="stack">
          <p className="outcome" data-tone="ok">
            <IconCircleCheck size={20} aria-hidden />
            {answer.commercial === 'cancelled' ? 'Pedido cancelado' : 'Cancelamento pedido: conclui quando a caixa voltar'}
          </p>
          <Told told={answer.told} />
          <div className="row dialog-foot">
            <Button onClick={close} data-autofocus>
              Fechar
            </Button>
          </div>
        </div>
      </Modal>
    )
  return (
    <ReasonDialog
      title={`Cancelar o pedido ${order.id}`}
      verb="Cancelar pedido"
      danger
      busy={cancel.busy}
      refusal={cancel.refusal}
      usual={['Cliente desistiu', 'Cancelado no canal', 'Produto em falta', 'Endereço impossível']}
      close={close}
      run={(reason) => cancel.run({ order: order.id, reason })}
    >
      <Told told={onCancel(order.shipments.map(({ fulfilment }) => fulfilment))} />
    </ReasonDialog>
  )
}

const Told = ({ told }: { told: string[] }) =>
  told.length === 0 ? null : (
    <div>
      O que acontece:
      <ul className="told">
        {told.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  )
