import { Skeleton } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useActiveInSight } from '../components/useActiveInSight.ts'
import { useMay } from '../session.ts'
import { Page } from '../shell/Page.tsx'
import { parts } from './parts.ts'
import '../components/Lines.css'
import './settings.css'

/** Everything that is set once and then forgotten, one part at a time. */
export function Settings() {
  const { part: name } = useParams({ strict: false }) as { part?: string }
  const may = useMay()
  const shown = parts.filter((part) => may(part.permission))
  const part = shown.find((one) => one.name === name) ?? (name === undefined ? shown[0] : undefined)
  const bar = useActiveInSight()
  const groups = [...new Set(shown.map((one) => one.group))]
  return (
    <Page title="Configurações">
      <div className="settings" data-inside={name !== undefined || undefined}>
        <nav ref={bar} className="settings-parts" aria-label="Configurações">
          {groups.map((group) => (
            <div key={group}>
              <h2>{group}</h2>
              {shown
                .filter((one) => one.group === group)
                .map(({ name: to, title, icon: Sign }) => (
                  <Link key={to} to="/configuracoes/$part" params={{ part: to }} className="rail-link" data-status={part?.name === to ? 'active' : undefined}>
                    <Sign size={17} stroke={1.7} aria-hidden />
                    <span>{title}</span>
                  </Link>
                ))}
            </div>
          ))}
        </nav>
        <div className="settings-part">
          {part ? (
            <Suspense key={part.name} fallback={<Skeleton height={220} />}>
              <part.screen />
            </Suspense>
          ) : (
            <p className="quiet">Esta configuração não existe ou não é sua para ver.</p>
          )}
        </div>
      </div>
    </Page>
  )
}
