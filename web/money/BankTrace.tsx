import { Link, useParams } from '@tanstack/react-router'
import { IconChevronRight } from '@tabler/icons-react'
import { traceBankLineEndpoint } from '../../server/money/contract.ts'
import type { BankLineTrace } from '../../server/money/contract.ts'
import { useRead } from '../client.ts'
import { Failed } from '../components/Empty.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { count } from '../components/format.ts'
import { Page, Section } from '../shell/Page.tsx'
import { lineKind } from './words.ts'
import './money.css'

type Match = BankLineTrace['matches'][number]
type Payout = NonNullable<Match['payout']>
type Part = Payout['parts'][number]

/** `/financeiro/rastro/$line`: a line of the bank, opened down to the items that were sold. */
export function BankTrace() {
  const { line } = useParams({ strict: false }) as { line: string }
  const { data, error, refetch } = useRead(traceBankLineEndpoint, { line: Number(line) }, { keepPrevious: false })
  return (
    <Page
      title={data ? `${data.amount < 0 ? 'Saída' : 'Crédito'} de ${dateOf(data.day)}` : 'Rastro'}
      back={data ? { to: `/financeiro/banco/${data.account}`, label: data.bank } : { to: '/financeiro', label: 'Dinheiro' }}
      aside={data && <Money centavos={data.amount} currency />}
    >
      {!data && error && <Failed error={error} retry={() => void refetch()} />}
      {data && (
        <>
          <p className="quiet">{data.memo}</p>
          {data.matches.map((match, index) => (
            <Matched key={index} match={match} />
          ))}
          {data.unexplained > 0 && (
            <p className="surface trace-open">
              <Money centavos={data.unexplained} currency /> ainda sem explicação. <Link to={`/financeiro/banco/${data.account}` as never}>Conciliar</Link>
            </p>
          )}
        </>
      )}
    </Page>
  )
}

function Matched({ match }: { match: Match }) {
  if (!match.payout)
    return (
      <p className="surface trace-open">
        <Money centavos={match.centavos} currency /> ·{' '}
        {match.payable === null ? match.what : <Link to={`/financeiro/pagar/${match.payable}` as never}>{match.what || 'Conta a pagar'}</Link>}
      </p>
    )
  const { payout } = match
  return (
    <Section title={`${payout.channel}: saque de ${dateOf(payout.day)}, ${count(payout.orders, 'pedido', 'pedidos')}`}>
      <p className="quiet">
        {payout.file}, linha {payout.row}. O dinheiro que entrou primeiro na carteira sai primeiro: estes são os créditos que este saque levou.
        {match.fee > 0 && (
          <>
            {' '}
            No caminho ficaram <Money centavos={match.fee} currency /> de tarifa.
          </>
        )}
      </p>
      <div className="surface trace" role="list">
        {payout.before > 0 && (
          <div className="trace-part" role="listitem">
            <span className="trace-name">Saldo anterior ao primeiro relatório</span>
            <Money centavos={payout.before} />
          </div>
        )}
        {payout.parts.map((part, index) => (
          <Origin key={index} part={part} only={payout.parts.length === 1} />
        ))}
      </div>
    </Section>
  )
}

function Origin({ part, only }: { part: Part; only: boolean }) {
  return (
    <details className="trace-origin" open={only} role="listitem">
      <summary className="trace-part">
        <IconChevronRight size={15} aria-hidden className="trace-arrow" />
        <span className="trace-name">
          {part.order === null ? part.lines.map(({ word }) => word)[0] || lineKind(part.lines[0]?.kind ?? '') : `Pedido ${part.order_number}`}
          <span className="quiet"> {part.items.map(({ name }) => name).join(', ')}</span>
        </span>
        <Money centavos={part.centavos} />
      </summary>
      <div className="trace-inside">
        {part.items.map((item) => (
          <div key={item.line} className="trace-row">
            <span>
              {item.quantity} × {item.name} <span className="code quiet">{item.sku}</span>
            </span>
            <Money centavos={item.centavos} />
          </div>
        ))}
        <div className="trace-lines">
          {part.lines.map((line) => (
            <div key={line.line} className="trace-row quiet">
              <span>
                {line.file}, linha {line.row}: {lineKind(line.kind)} de {dateOf(line.day)}
                {line.centavos !== line.net && (
                  <>
                    , <Money centavos={line.net} currency /> ao todo
                  </>
                )}
              </span>
              <Money centavos={line.centavos} />
            </div>
          ))}
          {part.order !== null && (
            <Link to="/pedidos/$order" params={{ order: String(part.order) }}>
              Abrir o pedido
            </Link>
          )}
        </div>
      </div>
    </details>
  )
}
