import { Link } from '@tanstack/react-router'
import { traceOrderEndpoint } from '../../server/money/contract.ts'
import type { OrderTrace as Trace } from '../../server/money/contract.ts'
import { useRead } from '../client.ts'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { lineKind } from './words.ts'
import './money.css'

/** On the order's page: what the channel owes for it, what it paid or charged, and which credit of the bank bears it. */
export function OrderTrace({ order }: { order: number }) {
  const may = useMay()('money.read')
  const { data } = useRead(traceOrderEndpoint, { order }, { when: may })
  if (!data || (data.receivables.length === 0 && data.lines.length === 0)) return null
  return (
    <Section title="Caminho do dinheiro">
      <div className="surface trace-order">
        {data.receivables.map((owed) => (
          <div key={owed.receivable} className="trace-row">
            <span>
              <Link to={`/financeiro/recebiveis/${owed.receivable}` as never}>
                {data.receivables.length > 1 ? `Recebível ${owed.payment}.${owed.instalment}` : 'Recebível'}
              </Link>{' '}
              <State {...stateOf(owed)} />
            </span>
            <Money centavos={owed.nominal} />
          </div>
        ))}
        {data.lines.map((line) => (
          <div key={line.line} className="trace-line">
            <div className="trace-row">
              <span>
                {dateOf(line.day)} · {lineKind(line.kind)}{' '}
                <span className="quiet">
                  ({line.file}, linha {line.row})
                </span>
              </span>
              <Money centavos={line.net} />
            </div>
            {line.went.map((piece) => (
              <div key={piece.out} className="trace-row trace-went">
                <span>
                  {piece.bank_line === null ? (
                    `${lineKind(piece.kind)} de ${dateOf(piece.day)}`
                  ) : (
                    <>
                      <Link to={`/financeiro/rastro/${piece.bank_line}` as never}>{piece.bank}</Link> em {dateOf(piece.bank_day ?? piece.day)}
                    </>
                  )}
                </span>
                <Money centavos={piece.centavos} />
              </div>
            ))}
            {line.net > 0 && left(line) > 0 && (
              <div className="trace-row trace-went quiet">
                <span>ainda na carteira</span>
                <Money centavos={left(line)} />
              </div>
            )}
          </div>
        ))}
      </div>
    </Section>
  )
}

const left = (line: Trace['lines'][number]) => line.net - line.went.reduce((sum, { centavos }) => sum + centavos, 0)

function stateOf({ actual_on, due_on, nominal, contract }: Trace['receivables'][number]): { tone: 'ok' | 'bad' | 'info' | 'idle'; word: string } {
  if (contract !== null) return { tone: 'info', word: 'antecipado' }
  if (actual_on) return { tone: 'ok', word: `recebido em ${dateOf(actual_on)}` }
  if (nominal === 0) return { tone: 'idle', word: 'nada a receber' }
  const late = due_on < new Date().toISOString().slice(0, 10)
  return { tone: late ? 'bad' : 'idle', word: `${late ? 'venceu em' : 'esperado para'} ${dateOf(due_on)}` }
}
