import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconCheck, IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { receiveReturnEndpoint } from '../../server/orders/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import { unpackEndpoint } from '../../server/packing/contract.ts'
import { recallEndpoint } from '../../server/picking/contract.ts'
import { useAct } from '../client.ts'
import { Confirm } from '../components/Confirm.tsx'
import { State } from '../components/State.tsx'
import { Code } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { useMay } from '../session.ts'
import { ReasonDialog } from './Dialog.tsx'
import { ActItem } from './OrderActions.tsx'
import { UnitsDialog } from './UnitsDialog.tsx'
import { Volume } from './Volume.tsx'
import { onShipment } from './possible.ts'
import { fulfilmentSaid } from './words.ts'

type Shipment = OrderPage['shipments'][number]
type Open = 'split' | 'give_back' | 'unpack' | 'receive_return'

/** One shipment: how far each of its items is, its boxes with their labels, and what can be done to it. */
export function ShipmentCard({ order, shipment }: { order: OrderPage; shipment: Shipment }) {
  const may = useMay()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const recall = useAct(recallEndpoint, { done: 'Recolhido: espera nova liberação', onDone: close, quiet: true })
  const unpack = useAct(unpackEndpoint, { done: 'Caixa reaberta: a etiqueta não vale mais', onDone: close, quiet: true })
  const back = useAct(receiveReturnEndpoint, { done: 'Devolução recebida: os itens estão na quarentena', onDone: close })
  // reprinting is asked for at the box
  const acts = onShipment(shipment).filter(({ operation, permission }) => operation !== 'reprint' && may(permission))
  const reprint = may('packing.work') && shipment.can.some(({ operation, allowed }) => operation === 'reprint' && allowed)
  const allowed = acts.filter((act) => act.allowed)
  const said = fulfilmentSaid[shipment.fulfilment]
  return (
    <section className="surface shipment" aria-label={`Envio ${shipment.number}`}>
      <div className="shipment-head">
        <h2>{order.shipments.length > 1 ? `Envio ${shipment.number}` : 'Envio'}</h2>
        <State tone={said.tone} word={said.word} />
        <span className="quiet">
          <When at={shipment.since} />
        </span>
        <span className="shipment-acts">
          {allowed.map((act) => (
            <Button key={act.operation} variant="default" size="compact-sm" onClick={() => setOpen(act.operation as Open)}>
              {act.label}
            </Button>
          ))}
          {acts.length > allowed.length && (
            <Menu position="bottom-end" width={340}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`O que não dá para fazer agora com o envio ${shipment.number}`}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {acts
                  .filter((act) => !act.allowed)
                  .map((act) => (
                    <ActItem key={act.operation} act={act} run={() => undefined} />
                  ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </span>
      </div>
      {shipment.tracking_code && (
        <p className="shipment-line">
          Rastreio <Code of={shipment.tracking_code} />
        </p>
      )}
      <Progress shipment={shipment} />
      {shipment.volumes.length > 0 && (
        <ul className="volumes">
          {shipment.volumes.map((volume) => (
            <Volume key={volume.id} volume={volume} of={shipment.volumes.length} reprint={reprint} valid={shipment.fulfilment !== 'cancelled'} />
          ))}
        </ul>
      )}
      {open === 'split' && <UnitsDialog order={order} shipment={shipment} close={close} />}
      {open === 'give_back' && (
        <ReasonDialog
          title="Recolher da separação"
          verb="Recolher"
          busy={recall.busy}
          refusal={recall.refusal}
          usual={['Cliente pediu mudança', 'Erro no pedido', 'Falta mercadoria']}
          maxLength={200}
          close={close}
          run={(reason) => recall.run({ shipments: [shipment.id], reason })}
        >
          <p className="dialog-lead">
            As tarefas somem dos carrinhos e o pedido volta a esperar a liberação. O que já foi pego ganha tarefa de devolução à prateleira.
          </p>
        </ReasonDialog>
      )}
      {open === 'unpack' && (
        <ReasonDialog
          title="Reabrir a caixa"
          verb="Reabrir"
          danger
          busy={unpack.busy}
          refusal={unpack.refusal}
          usual={['Item errado na caixa', 'Caixa danificada']}
          maxLength={200}
          close={close}
          run={(reason) => unpack.run({ shipment: shipment.id, reason })}
        >
          <p className="dialog-lead">A etiqueta deixa de valer na hora: rasgue-a. A bancada confere e etiqueta de novo.</p>
        </ReasonDialog>
      )}
      <Confirm
        opened={open === 'receive_return'}
        close={close}
        title="Receber a devolução"
        verb="Receber"
        busy={back.busy}
        run={() => back.run({ shipment: shipment.id })}
      >
        A caixa chegou de volta? Os itens entram na quarentena até alguém inspecionar.
      </Confirm>
    </section>
  )
}

/** Reserved, picked, checked: each product's units on their way into the box. */
function Progress({ shipment }: { shipment: Shipment }) {
  const picked = shipment.lines.some((line) => line.picked > 0) || !['waiting', 'released', 'cancelled'].includes(shipment.fulfilment)
  if (shipment.lines.length === 0) return <p className="shipment-line quiet">Nenhum item: espera o produto do SKU.</p>
  return (
    <table className="shipment-steps" aria-label={`Andamento do envio ${shipment.number}`}>
      <thead>
        <tr>
          <th>Produto</th>
          <th>Reservado</th>
          <th>Separado</th>
          <th>Conferido</th>
        </tr>
      </thead>
      <tbody>
        {shipment.lines.map((line) => (
          <tr key={line.id}>
            <td>
              {line.name} <Code of={line.sku} />
            </td>
            {/* what was picked has left its reservation behind */}
            <Done of={line.quantity} done={Math.min(line.quantity, line.reserved + line.picked)} />
            <Done of={line.quantity} done={line.picked} idle={!picked} />
            <Done of={line.quantity} done={line.checked} idle={!picked} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Done = ({ of, done, idle }: { of: number; done: number; idle?: boolean }) => (
  <td className="step-done" data-state={idle ? 'idle' : done >= of ? 'done' : done > 0 ? 'part' : 'none'}>
    {idle ? (
      <span className="quiet">–</span>
    ) : (
      <>
        {done >= of && <IconCheck size={13} stroke={2.4} aria-hidden />}
        {done} de {of}
      </>
    )}
  </td>
)
