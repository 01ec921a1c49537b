import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { changeAddressEndpoint, states } from '../../server/orders/contract.ts'
import type { OrderPage } from '../../server/orders/contract.ts'
import { useAct } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { typing } from '../components/format.ts'
import { Dialog } from './Dialog.tsx'

const fields = ['recipient', 'cep', 'street', 'number', 'complement', 'district', 'city', 'state'] as const
type Field = (typeof fields)[number]

/** Where it goes, until the label is printed. */
export function AddressDialog({ order, close }: { order: OrderPage; close: () => void }) {
  const [text, setText] = useState(() => Object.fromEntries(fields.map((field) => [field, String(order.ship_to[field] ?? '')])) as Record<Field, string>)
  const change = useAct(changeAddressEndpoint, { done: 'Endereço alterado', onDone: close, quiet: true })
  const field = (name: Field, label: string, more: object = {}) => (
    <TextInput
      label={label}
      value={text[name]}
      onChange={(event) => setText({ ...text, [name]: event.currentTarget.value })}
      error={faultOf(change.refusal, `ship_to.${name}`)}
      autoComplete="off"
      {...more}
    />
  )
  return (
    <Dialog
      title="Mudar o endereço de entrega"
      verb="Guardar o endereço"
      busy={change.busy}
      refusal={change.refusal}
      fields={fields.map((name) => `ship_to.${name}`)}
      ready={typing.store(text.cep).length === 8}
      close={close}
      run={() =>
        change.run({
          order: order.id,
          ship_to: Object.fromEntries(
            fields.map((name) => [name, name === 'cep' ? typing.store(text.cep) : text[name].trim()]).filter(([name, value]) => name !== 'state' || value),
          ) as never,
        })
      }
      size="lg"
    >
      {field('recipient', 'Quem recebe', { 'data-autofocus': true })}
      <div className="address-fields">
        <TextInput
          label="CEP"
          required
          value={typing.cep(text.cep)}
          onChange={(event) => setText({ ...text, cep: event.currentTarget.value })}
          error={faultOf(change.refusal, 'ship_to.cep')}
          inputMode="numeric"
          autoComplete="off"
        />
        {field('street', 'Rua', { className: 'span-2' })}
        {field('number', 'Número')}
        {field('complement', 'Complemento')}
        {field('district', 'Bairro')}
        {field('city', 'Cidade', { className: 'span-2' })}
        <Select
          label="UF"
          data={Object.keys(states)}
          value={text.state || null}
          onChange={(value) => setText({ ...text, state: value ?? '' })}
          error={faultOf(change.refusal, 'ship_to.state')}
          searchable
        />
      </div>
    </Dialog>
  )
}
