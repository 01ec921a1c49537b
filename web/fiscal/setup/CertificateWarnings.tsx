import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { fiscalWarningsEndpoint } from '../../../server/fiscal-setup/contract.ts'
import { useRead } from '../../client.ts'
import { useMay } from '../../session.ts'
import './setup.css'

/** Certificates that end soon or have ended: on the home screen, and where they are mended (`here`: without the way there). */
export function CertificateWarnings({ here }: { here?: boolean }) {
  const may = useMay()('fiscal.read')
  const { data } = useRead(fiscalWarningsEndpoint, {}, { when: may })
  if (!data?.rows.length) return null
  return (
    <ul className="setup-warnings">
      {data.rows.map((row) => {
        const bad = row.at === 'expired' || row.at === '1'
        const Sign = bad ? IconCircleX : IconAlertTriangle
        return (
          <li key={row.company} data-tone={bad ? 'bad' : 'warn'}>
            <Sign size={18} aria-hidden />
            <span className="grow">{row.message}</span>
            {!here && (
              <Link to="/fiscal/certificado" search={{ company: String(row.company) } as never}>
                Enviar o novo
              </Link>
            )}
          </li>
        )
      })}
    </ul>
  )
}
