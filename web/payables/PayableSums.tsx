import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import type { Payable } from './PayablePage.tsx'
import { dueWords, paidByWords } from './words.ts'

/** How much, until when, and what was paid. */
export function Sum({ payable }: { payable: Payable }) {
  const { paid, amount, discount, discount_until: until } = payable
  return (
    <div className="surface pay-amount">
      <div>
        <span className="quiet">Valor</span>
        <strong>
          <Money centavos={amount} currency />
        </strong>
        {discount > 0 && (
          <span className="quiet">
            <Money centavos={discount} currency /> de desconto até {dateOf(until!)}
          </span>
        )}
      </div>
      <div>
        <span className="quiet">Vencimento</span>
        <strong>{dateOf(payable.due_on)}</strong>
        <span className={payable.late !== null && payable.late > 0 ? 'pay-late' : 'quiet'}>{dueWords(payable.late)}</span>
      </div>
      {paid !== null && (
        <div>
          <span className="quiet">Pago em {dateOf(payable.paid_on!)}</span>
          <strong>
            <Money centavos={paid} currency />
          </strong>
          <span className="quiet">
            {paid > amount ? (
              <>
                com <Money centavos={paid - amount} currency /> de juros,{' '}
              </>
            ) : paid < amount ? (
              <>
                com <Money centavos={amount - paid} currency /> de desconto,{' '}
              </>
            ) : null}
            {payable.paid_by && paidByWords[payable.paid_by]}
          </span>
        </div>
      )}
    </div>
  )
}

/** What it did in the journal; what was taken back is struck through. */
export function Moves({ payable }: { payable: Payable }) {
  if (!payable.moves.length) return <p className="surface padded quiet">Ainda nada: esta conta só é devida a partir de {dateOf(payable.due_on)}.</p>
  return (
    <div className="surface pay-scroll" tabIndex={0} role="region" aria-label="Lançamentos no diário">
      <table className="pay-moves">
        <thead>
          <tr>
            <th>Dia</th>
            <th>De</th>
            <th>Para</th>
            <th className="right">Valor (R$)</th>
          </tr>
        </thead>
        <tbody>
          {payable.moves.map((move) => (
            <tr key={move.id} data-undone={move.undone || undefined}>
              <td>{dateOf(move.day)}</td>
              <td>{move.from}</td>
              <td>{move.to}</td>
              <td className="right">
                <Money centavos={move.centavos} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
