import { IconAlertTriangle } from '@tabler/icons-react'
import type { PartnerRow } from '../../../server/partners/contract.ts'
import { When } from '../../components/When.tsx'
import './partners.css'

/** Partners to whom nothing goes out just now, and why: one reason for many notas. */
export function Stopped({ partners }: { partners: PartnerRow[] }) {
  const stopped = partners.filter(({ active, problem, waiting }) => active && problem && waiting > 0)
  if (!stopped.length) return null
  return (
    <ul className="stopped" aria-label="Parceiros parados">
      {stopped.map(({ id, name, problem, waiting, paused_until }) => (
        <li key={id} className="surface">
          <IconAlertTriangle size={18} aria-hidden />
          <div>
            <strong>
              {name}: {waiting === 1 ? '1 nota espera' : `${waiting} notas esperam`}
            </strong>
            <p>
              {problem}
              {paused_until && Date.parse(paused_until) > Date.now() && (
                <>
                  . Volta a tentar <When at={paused_until} />.
                </>
              )}
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}
