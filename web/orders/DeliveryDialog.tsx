import { NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { changeDeliveryEndpoint, listCarriers } from '../../server/orders/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import { useAct, useRead } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { near } from '../components/days.ts'
import { Dialog } from './Dialog.tsx'

/** With whom and how soon it goes, until it is released. */
export function DeliveryDialog({ order, close }: { order: OrderPage; close: () => void }) {
  const { data } = useRead(listCarriers)
  const [carrier, setCarrier] = useState(order.carrier?.code ?? null)
  const [priority, setPriority] = useState(order.priority)
  const change = useAct(changeDeliveryEndpoint, { done: 'Entrega alterada', onDone: close, quiet: true })
  const carriers = (data?.rows ?? []).filter(({ active }) => active)
  const next = carriers.find(({ code }) => code === carrier)?.next_cut_off
  return (
    <Dialog
      title="Mudar transportadora ou prioridade"
      verb="Guardar"
      busy={change.busy}
      refusal={change.refusal}
      fields={['carrier', 'priority']}
      close={close}
      run={() =>
        change.run({
          order: order.id,
          ...(carrier && carrier !== order.carrier?.code ? { carrier } : {}),
          ...(priority === order.priority ? {} : { priority }),
        })
      }
    >
      <Select
        label="Transportadora"
        description={next ? `Próxima coleta: ${near(next)}` : undefined}
        data={carriers.map(({ code, name }) => ({ value: code, label: name }))}
        value={carrier}
        onChange={setCarrier}
        error={faultOf(change.refusal, 'carrier')}
        allowDeselect={false}
        data-autofocus
      />
      <NumberInput
        label="Prioridade"
        description="0 é o normal; o maior número desce antes, de -100 a 100"
        value={priority}
        onChange={(value) => setPriority(Number(value) || 0)}
        min={-100}
        max={100}
        allowDecimal={false}
        error={faultOf(change.refusal, 'priority')}
      />
    </Dialog>
  )
}
