import { NumberInput, Radio } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { cancelNotaEndpoint, correctNotaEndpoint, notaPage, returnNotaEndpoint } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useAct, useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { minutes, number } from '../components/format.ts'
import { Code } from '../components/Values.tsx'
import { Dialog } from '../orders/Dialog.tsx'
import '../orders/orders.css'
import '../orders/order.css'
import { LegalDialog } from './LegalDialog.tsx'
import { nameOf } from './words.ts'

export type NotaOpen = 'cancel' | 'correct' | 'return' | 'refused'
type Nota = AnswerOf<typeof notaPage>
interface Asked {
  nota: { id: number; number: number | null }
  close: () => void
}

/** The dialog that was asked for. */
export function NotaDialog({ open, until, ...asked }: Asked & { open: NotaOpen; until: string | null }) {
  if (open === 'cancel') return <CancelNota {...asked} until={until} />
  if (open === 'correct') return <CorrectNota {...asked} />
  return <ReturnNota {...asked} operation={open} />
}

/** How long an act is still possible: "faltam 3 h 20". */
export const timeLeft = (until: string) => {
  const left = (Date.parse(until) - Date.now()) / 60_000
  return left < 0 ? `o prazo acabou há ${minutes(-left)}` : `faltam ${minutes(left)}`
}

function CancelNota({ nota, until, close }: Asked & { until: string | null }) {
  const cancel = useAct(cancelNotaEndpoint, { done: 'Cancelamento enviado à SEFAZ', onDone: close, quiet: true })
  return (
    <LegalDialog
      title={`Cancelar a ${nameOf(nota).toLowerCase()}`}
      verb="Cancelar a nota"
      danger
      busy={cancel.busy}
      refusal={cancel.refusal}
      usual={['Pedido cancelado pelo comprador', 'Erro nos dados da nota', 'Mercadoria não saiu do estoque']}
      close={close}
      run={(reason) => cancel.run({ nota: nota.id, reason })}
    >
      <p className="dialog-lead">
        O evento vai à SEFAZ e não tem volta; o número fica gasto. Só vale se a mercadoria não saiu{until ? `: ${timeLeft(until)}` : ''}.
      </p>
    </LegalDialog>
  )
}

function CorrectNota({ nota, close }: Asked) {
  const correct = useAct(correctNotaEndpoint, {
    done: ({ sequence }) => `Carta de correção ${sequence} enviada à SEFAZ`,
    onDone: close,
    quiet: true,
  })
  return (
    <LegalDialog
      title={`Carta de correção da ${nameOf(nota).toLowerCase()}`}
      verb="Registrar a correção"
      label="Correção"
      field="text"
      most={1000}
      busy={correct.busy}
      refusal={correct.refusal}
      usual={[]}
      close={close}
      run={(text) => correct.run({ nota: nota.id, text })}
    >
      <p className="dialog-lead">
        Escreva o campo errado e como ele deve ser lido. Não corrige valor, imposto, data nem quem compra ou vende. Cada carta substitui a anterior: repita o
        que ainda vale.
      </p>
    </LegalDialog>
  )
}

const operations = {
  return: 'O consumidor recebeu e devolveu',
  refused: 'O consumidor recusou ou não foi encontrado',
}

/** The entry nota of a return: all of the sale, or the units of each item that came back. */
function ReturnNota({ nota, close, operation: first }: Asked & { operation: 'return' | 'refused' }) {
  const navigate = useNavigate()
  const { data, error, refetch } = useRead(notaPage, { nota: nota.id }, { keepPrevious: false })
  const [operation, setOperation] = useState(first)
  const [units, setUnits] = useState<Record<number, number>>({})
  const issue = useAct(returnNotaEndpoint, {
    quiet: true,
    onDone: ({ nota: made, faults }) => {
      close()
      notifications.show(
        faults.length
          ? { title: 'Nota de entrada montada, falta acertar', message: faults[0]!.message, color: 'red' }
          : { message: 'Nota de entrada na fila da SEFAZ', color: 'petrol' },
      )
      void navigate({ to: '/fiscal/notas/$nota', params: { nota: String(made) } })
    },
  })
  const items = data?.items ?? []
  const most = (item: Nota['items'][number]) => Number(item.quantity)
  const chosen = items.map((item) => ({ item: item.item, quantity: units[item.item] ?? most(item) })).filter(({ quantity }) => quantity > 0)
  const all = items.every((item) => (units[item.item] ?? most(item)) === most(item))
  return (
    <Dialog
      title={`Nota de entrada da ${nameOf(nota).toLowerCase()}`}
      verb="Emitir a nota de entrada"
      busy={issue.busy}
      refusal={issue.refusal}
      ready={data !== undefined && chosen.length > 0 && items.every((item) => (units[item.item] ?? 0) <= most(item))}
      close={close}
      run={() => issue.run({ nota: nota.id, operation, ...(all ? {} : { items: chosen }) })}
      size="lg"
    >
      <p className="dialog-lead">A mercadoria volta ao estoque fiscal e os impostos da venda são estornados, item por item da nota de origem.</p>
      <Radio.Group value={operation} onChange={(value) => setOperation(value as typeof operation)} label="O que houve">
        <div className="choice">
          {Object.entries(operations).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </div>
      </Radio.Group>
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      <ul className="units">
        {items.map((item) => (
          <li key={item.item}>
            <span>
              {item.item}. {item.name} <Code of={item.code} />
            </span>
            <span className="units-how">
              <NumberInput
                aria-label={`Unidades devolvidas de ${item.name}`}
                value={units[item.item] ?? most(item)}
                onChange={(value) => setUnits((before) => ({ ...before, [item.item]: Number(value) || 0 }))}
                min={0}
                max={most(item)}
                allowNegative={false}
                w={80}
                ta="right"
                onFocus={(event) => event.currentTarget.select()}
              />
              <span className="quiet">de {number(most(item))}</span>
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
