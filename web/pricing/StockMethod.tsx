import { Button, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { saveStockMethod, stockMethodEndpoint } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { faultOf } from '../components/FormFaults.tsx'
import { State } from '../components/State.tsx'
import { dateOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { EditModal } from '../settings/EditModal.tsx'
import { Section } from '../shell/Page.tsx'
import '../components/Lines.css'

type Answer = AnswerOf<typeof stockMethodEndpoint>
const names = { average: 'Média móvel', fifo: 'PEPS: primeiro que entra, primeiro que sai' }
const says = {
  average: 'Cada unidade custa o valor do estoque dividido pelas unidades.',
  fifo: 'Sai primeiro o que foi comprado primeiro, pelo custo daquela compra.',
}

/** How the stock is valued, and from when: a choice of the accountant, the same for all products. */
export function StockMethod() {
  const { data } = useRead(stockMethodEndpoint)
  const may = useMay()('pricing.manage')
  const [changing, setChanging] = useState(false)
  if (!data) return null
  return (
    <Section
      title="Custo do estoque"
      action={
        may && (
          <Button size="compact-sm" variant="default" onClick={() => setChanging(true)}>
            Mudar método
          </Button>
        )
      }
    >
      <ul className="surface lines">
        <li>
          <span className="grow">
            <strong>{names[data.method]}</strong>
            <div className="quiet small">{says[data.method]}</div>
          </span>
          <State tone="ok" word={data.since ? `Desde ${dateOf(data.since)}` : 'Em vigor'} />
        </li>
        {data.next && (
          <li>
            <span className="grow">
              <strong>{names[data.next.method]}</strong>
              <div className="quiet small">{says[data.next.method]}</div>
            </span>
            <State tone="info" word={`A partir de ${dateOf(data.next.valid_from)}`} />
          </li>
        )}
      </ul>
      {changing && <MethodForm of={data} close={() => setChanging(false)} />}
    </Section>
  )
}

function MethodForm({ of, close }: { of: Answer; close: () => void }) {
  const other = of.method === 'average' ? 'fifo' : 'average'
  const [method, setMethod] = useState<'average' | 'fifo'>(of.next?.method ?? other)
  const year = Number(of.today.slice(0, 4)) + 1
  const [since, setSince] = useState(of.next?.valid_from ?? `${year}-01-01`)
  const save = useAct(saveStockMethod, {
    quiet: true,
    done: ({ next }) => (next ? `${names[next.method]} a partir de ${dateOf(next.valid_from)}` : 'O método continua o mesmo'),
    onDone: close,
  })
  return (
    <EditModal
      opened
      close={close}
      title="Método de custo do estoque"
      send={() => save.run({ method, valid_from: since })}
      busy={save.busy}
      refusal={save.refusal}
      fields={['method', 'valid_from']}
      ready={since !== ''}
    >
      <Radio.Group label="Método" value={method} onChange={(value) => setMethod(value as 'average' | 'fifo')} error={faultOf(save.refusal, 'method')}>
        <div className="stack">
          {(['average', 'fifo'] as const).map((value) => (
            <Radio key={value} value={value} label={names[value]} description={says[value]} />
          ))}
        </div>
      </Radio.Group>
      {method === of.method ? (
        <p className="quiet small">É o método de hoje: uma mudança marcada para depois é desmarcada.</p>
      ) : (
        <TextInput
          label="A partir de"
          type="date"
          description="O que já saiu mantém o seu custo; o estoque desse dia vira a compra mais antiga. Combine a data com a contabilidade."
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
          error={faultOf(save.refusal, 'valid_from')}
        />
      )}
    </EditModal>
  )
}
