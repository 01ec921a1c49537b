import { Link } from '@tanstack/react-router'
import { Skeleton } from '@mantine/core'
import type { Figure, Operation } from '../../server/insight/contract.ts'
import { count, number } from '../components/format.ts'
import { wayTo } from './opens.ts'
import './operation.css'

/** The share of perfect orders with its four tests, and of boxes that were right at the first check. */
export function Perfect({ of }: { of: Operation | undefined }) {
  if (!of) return <Skeleton height={188} />
  const { perfect, first_pass } = of
  return (
    <div className="perfect">
      <section className="surface perfect-part">
        <h2>Pedido perfeito</h2>
        <div className="perfect-body">
          <div>
            <Percent of={perfect.percent} />
            <p className="quiet">
              <Rows of={perfect.perfect} word={number(perfect.perfect.value)} what="pedidos perfeitos" /> de{' '}
              <Rows of={perfect.measured} word={count(perfect.measured.value, 'pedido', 'pedidos')} what="contados" />
            </p>
          </div>
          <ul className="causes">
            <Cause word="No prazo" fault="fora do prazo" of={perfect.on_time} />
            <Cause word="Completos" fault="incompletos" of={perfect.complete} />
            <Cause word="Certos" fault="com item errado" of={perfect.right} />
            <Cause word="Sem avaria" fault="avariados" of={perfect.undamaged} />
          </ul>
        </div>
        <details>
          <summary>Como se calcula</summary>
          <p>{perfect.definition}</p>
          {perfect.without_promise > 0 && <p>{count(perfect.without_promise, 'pedido', 'pedidos')} sem data prometida neste período.</p>}
        </details>
      </section>
      <section className="surface perfect-part">
        <h2>Certo na primeira conferência</h2>
        <Percent of={first_pass.percent} />
        <p className="quiet">
          <Rows of={first_pass.with_error} word={number(first_pass.with_error.value)} what="envios com erro" /> com erro em{' '}
          <Rows of={first_pass.checked} word={count(first_pass.checked.value, 'envio', 'envios')} what="etiquetados" />
          {first_pass.reasons.length > 0 && <>: {first_pass.reasons.map(({ title, errors }) => `${title.toLowerCase()} ${number(errors)}`).join(', ')}</>}
        </p>
        <details>
          <summary>Como se calcula</summary>
          <p>{first_pass.definition}</p>
        </details>
      </section>
    </div>
  )
}

function Cause({ word, fault, of }: { word: string; fault: string; of: { orders: Figure; percent: number | null } }) {
  return (
    <li>
      <span>{word}</span>
      <span className="cause-bar" aria-hidden>
        <i style={{ width: `${of.percent ?? 0}%` }} />
      </span>
      <span className="number">{written(of.percent)}</span>
      <span className="cause-fault">
        {of.orders.value === 0 ? (
          of.percent !== null && <span className="quiet">nenhum</span>
        ) : (
          <Rows of={of.orders} word={`${number(of.orders.value)} ${fault}`} what="" />
        )}
      </span>
    </li>
  )
}

function Rows({ of, word, what }: { of: Figure; word: string; what: string }) {
  if (of.value === 0) return <>{word}</>
  const { to, search } = wayTo(of.rows)
  return (
    <Link to={to} search={search as never} className="figure-link" {...(what ? { 'aria-label': `${word} ${what}: ver as linhas` } : {})}>
      {word}
    </Link>
  )
}

const Percent = ({ of }: { of: number | null }) => (
  <p className="perfect-percent" data-none={of === null || undefined}>
    {written(of)}
  </p>
)

const written = (percent: number | null) => (percent === null ? 'sem dados' : `${number(percent, percent === 100 ? 0 : 1)} %`)
