import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { retryNotasEndpoint } from '../../server/invoicing/contract.ts'
import type { AnswerOf, SentTo } from '../../server/platform/endpoint.ts'
import { useAct } from '../client.ts'
import { count } from '../components/format.ts'
import '../orders/orders.css'
import '../orders/order.css'
import { Faults } from './Mend.tsx'

type Answer = AnswerOf<typeof retryNotasEndpoint>

/** Builds notas again and sends them after something was mended; afterwards says which are still held, and by what. */
export function useRetry(done?: () => void) {
  const [left, setLeft] = useState<Answer | null>(null)
  const retry = useAct(retryNotasEndpoint, {
    onDone: (answer) => {
      done?.()
      if (answer.still.length) return setLeft(answer)
      notifications.show(
        answer.queued
          ? { message: `${count(answer.queued, 'nota voltou', 'notas voltaram')} para a fila`, color: 'petrol' }
          : { message: 'Nenhuma nota estava parada por isto', color: 'petrol' },
      )
    },
  })
  const dialog = left && (
    <Modal
      opened
      onClose={() => setLeft(null)}
      title={`${count(left.still.length, 'nota ainda não pode', 'notas ainda não podem')} ser transmitida${left.still.length === 1 ? '' : 's'}`}
      size="lg"
    >
      <div className="stack">
        {left.queued > 0 && <p className="dialog-lead">{count(left.queued, 'outra voltou', 'outras voltaram')} para a fila.</p>}
        <ul className="still">
          {left.still.slice(0, 50).map(({ nota, faults }) => (
            <li key={nota}>
              <Link to="/fiscal/notas/$nota" params={{ nota: String(nota) }}>
                Ver a nota
              </Link>
              <Faults of={faults} />
            </li>
          ))}
        </ul>
        {left.still.length > 50 && <p className="dialog-lead">E mais {left.still.length - 50}: estão na lista das notas a corrigir.</p>}
        <div className="row dialog-foot">
          <Button onClick={() => setLeft(null)} data-autofocus>
            Fechar
          </Button>
        </div>
      </div>
    </Modal>
  )
  return { run: (which: SentTo<typeof retryNotasEndpoint>) => retry.run(which), busy: retry.busy, dialog }
}
