import { Link } from '@tanstack/react-router'
import { listPayables } from '../../server/payables/contract.ts'
import { useRead } from '../client.ts'
import { State } from '../components/State.tsx'
import { Money } from '../components/Values.tsx'
import { dateOf } from '../components/days.ts'
import { useMay } from '../session.ts'
import { Section } from '../shell/Page.tsx'
import { standing } from './words.ts'
import '../components/Lines.css'

/** What a received nota makes us pay; nothing when it makes none. */
export function NotaPayables({ nota }: { nota: number }) {
  const may = useMay()
  const { data } = useRead(listPayables, { nota, limit: 200 }, { when: may('money.read'), keepPrevious: false })
  if (!data?.rows.length) return null
  return (
    <Section title="Contas a pagar">
      <ul className="surface lines">
        {data.rows.map((row) => (
          <li key={row.id}>
            <Link to="/financeiro/pagar/$payable" params={{ payable: String(row.id) }}>
              {dateOf(row.due_on)}
            </Link>
            <span className="grow">
              <State {...standing(row)} />
            </span>
            <Money centavos={row.amount} currency />
          </li>
        ))}
      </ul>
    </Section>
  )
}
