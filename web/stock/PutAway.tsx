import { Button, Modal, NumberInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { putAwayEndpoint } from '../../server/stock/contract.ts'
import { useAct } from '../client.ts'
import { FormFaults, faultOf } from '../components/FormFaults.tsx'
import { ProductPicture } from '../components/Picture.tsx'
import { count, number } from '../components/format.ts'
import { PlaceCode, ScanForm } from './CodeFields.tsx'

interface Line {
  product: number
  sku: string
  name: string
  counted: number
  put_away: number
  suggested: string | null
}

/** What was counted of one product goes to a place; the suggested one is where most of it already lies. */
export function PutAway({ receipt, line, close }: { receipt: number; line: Line | null; close: () => void }) {
  return (
    <Modal opened={line !== null} onClose={close} title="Guardar">
      {line && <Form receipt={receipt} line={line} close={close} />}
    </Modal>
  )
}

function Form({ receipt, line, close }: { receipt: number; line: Line; close: () => void }) {
  const left = line.counted - line.put_away
  const [place, setPlace] = useState(line.suggested ?? '')
  const [quantity, setQuantity] = useState<number | string>(left)
  const key = useRef(crypto.randomUUID()).current
  const act = useAct(putAwayEndpoint, {
    quiet: true,
    onDone: close,
    done: (answer) =>
      `${count(Number(quantity), 'unidade guardada', 'unidades guardadas')} em ${answer.place}${answer.over_capacity ? `; ${number(answer.over_capacity)} acima da capacidade` : ''}`,
  })
  return (
    <ScanForm send={() => act.run({ receipt, code: line.sku, place, quantity: Number(quantity), key })}>
      <div className="code-found">
        <ProductPicture product={line.product} name={line.name} size={40} beside />
        <span>
          {line.name}
          <br />
          <span className="quiet">{count(left, 'unidade a guardar', 'unidades a guardar')}</span>
        </span>
      </div>
      <PlaceCode label="Onde" value={place} change={setPlace} error={faultOf(act.refusal, 'place')} product={line.sku} autoFocus />
      <NumberInput
        label="Quantas unidades"
        decimalScale={0}
        allowNegative={false}
        value={quantity}
        onChange={setQuantity}
        error={faultOf(act.refusal, 'quantity')}
      />
      <FormFaults refusal={act.refusal} fields={['place', 'quantity']} />
      <div className="row form-end">
        <Button variant="default" onClick={close}>
          Voltar
        </Button>
        <Button type="submit" loading={act.busy} disabled={!place || quantity === ''}>
          Guardar
        </Button>
      </div>
    </ScanForm>
  )
}
