import { Button, Modal, Progress, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useRef, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { IconAlertTriangle } from '@tabler/icons-react'
import { cancelOrderEndpoint, holdOrderEndpoint } from '../../server/orders/contract.ts'
import type { OrderRow } from '../../server/orders/contract.ts'
import { releaseEndpoint } from '../../server/picking/contract.ts'
import { call, isRefusal, readAgain, useAct } from '../client.ts'
import type { Selection } from '../components/DataTable.tsx'
import { count } from '../components/format.ts'
import { useMay } from '../session.ts'
import { onCancel, saidOf } from './words.ts'

interface Result {
  title: string
  left: { order: number; why: string }[]
}
type Asked = 'hold' | 'cancel'

/**
 * What may be done to the selected orders; afterwards, who stayed and why. The dialogs stand outside the bar: an order
 * that was released leaves the list, and with the last one the bar goes.
 */
export function useOrderBulk() {
  const may = useMay()
  const [asked, setAsked] = useState<{ what: Asked; orders: OrderRow[] } | null>(null)
  const [result, setResult] = useState<Result | null>(null)
  const clearSelection = useRef<() => void>(() => undefined)
  const release = useAct(releaseEndpoint)
  // a window is only worth closing when somebody stayed
  const show = (outcome: Result) => {
    if (outcome.left.length) return setResult(outcome)
    notifications.show({ message: outcome.title, color: 'petrol' })
    clearSelection.current()
  }
  const sendDown = async (orders: number[]) => {
    const { shipments, left } = await release.send({ orders, limit: 5000 })
    show({
      title: shipments ? `${count(shipments, 'envio desceu', 'envios desceram')} para a separação` : 'Nenhum pedido desceu',
      left: left.map((stayed) => ({ order: stayed.order, why: saidOf(stayed) })),
    })
  }
  const bulk = ({ rows, clear }: Selection<OrderRow>) => {
    clearSelection.current = clear
    return (
      <>
        {may('picking.release') && (
          <Button size="compact-sm" loading={release.busy} onClick={() => void sendDown(rows.map((row) => row.id)).catch(() => undefined)}>
            Liberar para separação
          </Button>
        )}
        {may('orders.edit') && (
          <Button size="compact-sm" variant="default" onClick={() => setAsked({ what: 'hold', orders: rows })}>
            Reter
          </Button>
        )}
        {may('orders.cancel') && (
          <Button size="compact-sm" variant="default" onClick={() => setAsked({ what: 'cancel', orders: rows })}>
            Cancelar pedidos
          </Button>
        )}
      </>
    )
  }
  const dialogs = (
    <>
      {asked && (
        <Ask
          {...asked}
          close={() => setAsked(null)}
          done={(answer) => {
            setAsked(null)
            show(answer)
          }}
        />
      )}
      {result && (
        <Outcome
          {...result}
          close={() => {
            setResult(null)
            clearSelection.current()
          }}
        />
      )}
    </>
  )
  return { bulk, dialogs }
}

const verbs = {
  hold: { title: 'Reter', verb: 'Reter', done: ['pedido retido', 'pedidos retidos'] },
  cancel: { title: 'Cancelar', verb: 'Cancelar', done: ['pedido cancelado', 'pedidos cancelados'] },
} as const

/** Asks the reason, then takes the orders four at a time, so that one that refuses stops nobody. */
function Ask({ what, orders, close, done }: { what: Asked; orders: OrderRow[]; close: () => void; done: (result: Result) => void }) {
  const [reason, setReason] = useState('')
  const [behind, setBehind] = useState<number | null>(null)
  const { title, verb, done: words } = verbs[what]
  const endpoint = what === 'hold' ? holdOrderEndpoint : cancelOrderEndpoint
  const run = async () => {
    const waiting = [...orders]
    const left: Result['left'] = []
    setBehind(0)
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let row = waiting.shift(); row; row = waiting.shift()) {
          try {
            await call(endpoint, { order: row.id, reason: reason.trim() })
          } catch (error) {
            left.push({ order: row.id, why: isRefusal(error) ? error.title : String(error) })
          }
          setBehind((before) => (before ?? 0) + 1)
        }
      }),
    )
    void readAgain()
    const passed = orders.length - left.length
    done({ title: passed ? count(passed, words[0], words[1]) : `Nenhum ${words[0]}`, left })
  }
  return (
    <Modal opened onClose={behind === null ? close : () => undefined} title={`${title} ${count(orders.length, 'pedido', 'pedidos')}`}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        {what === 'cancel' && (
          <div>
            O que acontece:
            <ul className="told">
              {onCancel(orders.flatMap((row) => row.fulfilment)).map((told) => (
                <li key={told}>{told}</li>
              ))}
            </ul>
          </div>
        )}
        <Textarea
          label="Motivo"
          description="Fica na linha do tempo de cada pedido"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={300}
          autosize
          minRows={2}
          required
          data-autofocus
          disabled={behind !== null}
        />
        {behind !== null && <Progress value={(behind / orders.length) * 100} aria-label={`${behind} de ${orders.length}`} />}
        <div className="row dialog-foot">
          <Button variant="default" onClick={close} disabled={behind !== null}>
            Voltar
          </Button>
          <Button
            type="submit"
            loading={behind !== null}
            disabled={!reason.trim()}
            {...(what === 'cancel' && reason.trim() ? { color: 'var(--bad)', c: 'var(--surface)' } : {})}
          >
            {verb} {count(orders.length, 'pedido', 'pedidos')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Who stayed. */
function Outcome({ title, left, close }: Result & { close: () => void }) {
  return (
    <Modal opened onClose={close} title="O que aconteceu" size="lg">
      <div className="stack">
        <p className="outcome" data-tone="warn">
          <IconAlertTriangle size={20} aria-hidden />
          {title} · {count(left.length, 'ficou', 'ficaram')}
        </p>
        <table className="outcome-left">
          <thead>
            <tr>
              <th>Por que ficou</th>
              <th>Pedidos</th>
            </tr>
          </thead>
          <tbody>
            {[...Map.groupBy(left, ({ why }) => why)].map(([why, stayed]) => (
              <tr key={why}>
                <td>{why}</td>
                <td className="outcome-orders">
                  {stayed.map(({ order }) => (
                    <Link key={order} to={`/pedidos/${order}` as never}>
                      {order}
                    </Link>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <div className="row dialog-foot">
          <Button onClick={close} data-autofocus>
            Fechar
          </Button>
        </div>
      </div>
    </Modal>
  )
}
