import type { notaPage } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { State } from '../components/State.tsx'
import { When } from '../components/When.tsx'
import type { Said } from '../orders/words.ts'

type Nota = AnswerOf<typeof notaPage>

const said: Record<string, Said> = {
  queued: { tone: 'info', word: 'na fila' },
  sending: { tone: 'info', word: 'transmitindo' },
  uncertain: { tone: 'warn', word: 'sem resposta' },
  registered: { tone: 'ok', word: 'registrado' },
  rejected: { tone: 'bad', word: 'rejeitado' },
}
export const eventSaid = (state: string): Said => said[state] ?? { tone: 'idle', word: state }

/** Cancelling and corrections: what was asked, by whom, and what the SEFAZ answered. */
export function NotaEvents({ of }: { of: Nota }) {
  if (of.events.length === 0) return <p className="surface padded quiet">Nenhum cancelamento nem carta de correção.</p>
  return (
    <ul className="surface nota-events">
      {of.events.map((event) => (
        <li key={event.id}>
          <div className="row">
            <strong>{event.kind === '110110' ? `${event.title} ${event.sequence}` : event.title}</strong>
            <State {...eventSaid(event.state)} />
            <span className="quiet">
              <When at={event.registered_at ?? event.requested_at} />
              {event.by && `, ${event.by}`}
            </span>
          </div>
          <p>{event.reason}</p>
          {event.protocol && (
            <p className="quiet">
              Protocolo <span className="code">{event.protocol}</span>
            </p>
          )}
          {event.state === 'rejected' && event.status_text && (
            <p className="nota-event-bad">
              A SEFAZ disse: {event.status_text}
              {event.status_code !== null && ` (${event.status_code})`}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
