import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { PartnerRow } from '../../../server/partners/contract.ts'
import { When } from '../../components/When.tsx'

/** Partners to whom nothing goes out just now, and why: one reason for many notas. */
export function Stopped({ partners }: { partners: PartnerRow[] }) {
  const stopped = partners.filter(({ active, problem, waiting }) => active && problem && waiting > 0)
  if (!stopped.length) return null
  return (
    <div className="stack">
      {stopped.map(({ id, name, problem, waiting, paused_until }) => (
        <Alert key={id} color="yellow" icon={<IconAlertTriangle />} title={`${name}: ${waiting === 1 ? '1 nota espera' : `${waiting} notas esperam`}`}>
          {problem}
          {paused_until && Date.parse(paused_until) > Date.now() && (
            <>
              . Volta a tentar <When at={paused_until} />.
            </>
          )}
        </Alert>
      ))}
    </div>
  )
}
