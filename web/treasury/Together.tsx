import type { ReactNode } from 'react'
import type { Financed } from '../../server/treasury/contract.ts'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { money } from '../components/format.ts'
import { rate } from './words.ts'

interface Combined {
  brings: number
  cost: number
  cet: Financed['cet']
  missing: number
  lowest: number | null
  parts: Financed[]
}

/** Sources that together bring what none brings alone, or bring it cheaper: the cheapest money first, the next only for what is still missing. */
export function Together({ of: { parts, brings, cost, cet, missing, lowest }, children }: { of: Combined; children?: ReactNode }) {
  const title = missing > 0 ? 'Nem juntas as fontes bastam' : 'A combinação mais barata'
  return (
    <section className="surface together" aria-label={title}>
      <h3>
        {title} {missing > 0 ? <State tone="warn" word={`Faltam ${money(missing)}`} /> : <State tone="ok" word="Cobre tudo" />}
      </h3>
      <table className="plain-table">
        <thead>
          <tr>
            <th>Fonte</th>
            <th className="number">Traz (R$)</th>
            <th className="number">Custa (R$)</th>
            <th className="number">CET % a.m.</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.id}>
              <td>{part.name}</td>
              <td className="number">
                <Money centavos={part.brings} />
              </td>
              <td className="number">
                <Money centavos={part.cost} />
              </td>
              <td className="number">{rate(part.cet?.monthly)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th>Juntas</th>
            <td className="number">
              <Money centavos={brings} />
            </td>
            <td className="number">
              <Money centavos={cost} />
            </td>
            <td className="number">{rate(cet?.monthly)}</td>
          </tr>
        </tfoot>
      </table>
      {lowest !== null && (
        <p className="quiet">
          Com elas, o menor saldo fica em <Money centavos={lowest} />.
        </p>
      )}
      {children}
    </section>
  )
}
