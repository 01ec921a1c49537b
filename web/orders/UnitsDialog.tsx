import { NumberInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import { cancelItemsEndpoint, splitShipmentEndpoint } from '../../server/orders/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import { useAct } from '../client.ts'
import { count } from '../components/format.ts'
import { Code } from '../components/Values.tsx'
import { Dialog } from './Dialog.tsx'

interface Choice {
  line: number
  name: string
  sku: string
  most: number
}

/** Which units: to cancel of the order, or, with `shipment`, to send apart. */
export function UnitsDialog({ order, shipment, close }: { order: OrderPage; shipment?: OrderPage['shipments'][number]; close: () => void }) {
  const choices: Choice[] = shipment
    ? shipment.lines.map(({ id, name, sku, quantity, picked }) => ({ line: id, name, sku, most: quantity - picked }))
    : order.lines.map(({ id, name, sku, quantity, cancelled }) => ({ line: id, name, sku, most: quantity - cancelled })).filter(({ most }) => most > 0)
  const [units, setUnits] = useState<Record<number, number>>({})
  const [reason, setReason] = useState('')
  const cancel = useAct(cancelItemsEndpoint, { done: 'Itens cancelados', onDone: close, quiet: true })
  const split = useAct(splitShipmentEndpoint, { done: 'Envio dividido', onDone: close, quiet: true })
  const choose = (line: number, quantity: number) => setUnits((before) => ({ ...before, [line]: Math.max(0, quantity) }))
  const tooMany = choices.some(({ line, most }) => (units[line] ?? 0) > most)
  const lines = Object.entries(units).flatMap(([line, quantity]) => (quantity > 0 ? [{ line: Number(line), quantity }] : []))
  const sum = lines.reduce((total, { quantity }) => total + quantity, 0)
  const all = sum === choices.reduce((total, { most }) => total + most, 0)
  const act = shipment ? split : cancel
  return (
    <Dialog
      title={shipment ? `Dividir o envio ${shipment.number}` : `Cancelar itens do pedido ${order.id}`}
      verb={shipment ? `Mandar ${count(sum, 'unidade', 'unidades')} à parte` : `Cancelar ${count(sum, 'unidade', 'unidades')}`}
      danger={!shipment}
      busy={act.busy}
      refusal={act.refusal}
      ready={sum > 0 && !tooMany && (shipment ? !all : reason.trim() !== '')}
      close={close}
      run={() => (shipment ? split.run({ shipment: shipment.id, lines }) : cancel.run({ order: order.id, reason: reason.trim(), lines }))}
      size="lg"
    >
      <p className="dialog-lead">
        {shipment
          ? 'Diga quantas unidades vão em outro envio. Cada envio desce, é embalado e sai por si.'
          : 'Diga quantas unidades saem do pedido; as reservas delas ficam livres na hora.'}
      </p>
      <ul className="units">
        {choices.map(({ line, name, sku, most }, index) => (
          <li key={line}>
            <span>
              {name} <Code of={sku} />
            </span>
            <span className="units-how">
              <NumberInput
                aria-label={`Unidades de ${name}`}
                value={units[line] ?? 0}
                onChange={(value) => choose(line, Number(value) || 0)}
                min={0}
                max={most}
                allowDecimal={false}
                allowNegative={false}
                w={72}
                ta="right"
                onFocus={(event) => event.currentTarget.select()}
                {...(index === 0 ? { 'data-autofocus': true } : {})}
              />
              <button type="button" className="chip" onClick={() => choose(line, most)} aria-label={`de ${most}: todas as unidades de ${name}`}>
                de {most}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {!shipment && <Textarea label="Motivo" value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={300} autosize required />}
      {all && <p className="dialog-lead">{shipment ? 'Deixe ao menos uma unidade neste envio.' : 'São todas as unidades: o pedido inteiro será cancelado.'}</p>}
    </Dialog>
  )
}
