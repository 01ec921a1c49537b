import { Link } from '@tanstack/react-router'
import { changeNames } from '../../server/receivables/contract.ts'
import { State } from '../components/State.tsx'
import { Code, Money, TaxId } from '../components/Values.tsx'
import { When } from '../components/When.tsx'
import { Section } from '../shell/Page.tsx'
import type { Receivable } from './ReceivablePage.tsx'
import { stateWords } from './words.ts'

/** What stands in the journal of it. */
export function Moves({ of }: { of: Receivable }) {
  const short = (account: string) => account.replace(`${of.channel}: `, '')
  return (
    <Section title="No livro do dinheiro">
      <div className="surface wide-table">
        <table className="plain-table">
          <thead>
            <tr>
              <th>Dia</th>
              <th>De</th>
              <th>Para</th>
              <th className="number">R$</th>
            </tr>
          </thead>
          <tbody>
            {of.moves.map((move) => (
              <tr key={move.id}>
                <td>
                  <When at={move.day} style="date" />
                </td>
                <td>{short(move.from)}</td>
                <td>{short(move.to)}</td>
                <td className="number">
                  <Money centavos={move.centavos} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

/** What changed it, and to how much. */
export function Changes({ of }: { of: Receivable }) {
  return (
    <Section title="Mudanças">
      <ul className="surface lines">
        {of.changes.map(({ version, kind, nominal, at }) => (
          <li key={version}>
            <span className="grow">
              {changeNames[kind]}
              <span className="quiet small">
                {' '}
                <When at={at} />
              </span>
            </span>
            <Money centavos={nominal} currency />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The registered unit that a card sale belongs to. */
export function Unit({ unit }: { unit: NonNullable<Receivable['unit']> }) {
  return (
    <Section title="Unidade de recebíveis">
      <div className="surface padded">
        <dl className="facts">
          <dt>Credenciadora</dt>
          <dd>{unit.acquirer}</dd>
          <dt>Arranjo</dt>
          <dd>
            <Code of={unit.arrangement} />
          </dd>
          <dt>Titular</dt>
          <dd>
            <TaxId of={unit.holder} />
          </dd>
          <dt>Vence</dt>
          <dd>
            <When at={unit.due_on} style="date" />
          </dd>
          <dt>Constituído</dt>
          <dd>
            <Money centavos={unit.constituted} currency />
          </dd>
          <dt>Comprometido</dt>
          <dd>
            <Money centavos={unit.committed} currency />
          </dd>
          <dt>Livre</dt>
          <dd>
            <strong>
              <Money centavos={unit.free} currency />
            </strong>
          </dd>
        </dl>
      </div>
    </Section>
  )
}

/** The other instalments and payments of its order. */
export function Siblings({ of }: { of: Receivable }) {
  return (
    <Section title="Outras parcelas do pedido">
      <ul className="surface lines">
        {of.siblings.map((one) => (
          <li key={one.id}>
            <Link to={`/financeiro/recebiveis/${one.id}` as never} className="grow">
              {one.payment > 1 || of.payment > 1 ? `Pagamento ${one.payment}, parcela ${one.instalment}` : `Parcela ${one.instalment}`}
            </Link>
            <State {...stateWords[one.state]} />
            <When at={one.due_on} style="date" />
            <Money centavos={one.nominal} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
