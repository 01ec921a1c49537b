import { Button } from '@mantine/core'
import { IconBox, IconRefresh } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Refusal } from '../client.ts'
import './Empty.css'

/** What goes here, and the one button that fills it. */
export function Empty({
  icon: Sign = IconBox,
  title,
  children,
  action,
}: {
  icon?: Icon
  title: string
  children?: ReactNode
  action?: { label: string; run: () => void } | ReactNode
}) {
  return (
    <div className="empty">
      <span className="empty-sign">
        <Sign size={30} stroke={1.4} aria-hidden />
      </span>
      <p className="empty-title">{title}</p>
      {children && <p className="quiet">{children}</p>}
      {isButton(action) ? <Button onClick={action.run}>{action.label}</Button> : action}
    </div>
  )
}

const isButton = (action: unknown): action is { label: string; run: () => void } => typeof action === 'object' && action !== null && 'run' in action

/** A reading that failed: what happened, and try again. */
export function Failed({ error, retry }: { error: Refusal; retry: () => void }) {
  return (
    <div className="empty" role="alert">
      <p className="empty-title">{error.title}</p>
      {error.faults.length > 0 && <p className="quiet">{error.faults.map((fault) => fault.message).join(' · ')}</p>}
      <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={retry}>
        Tentar de novo
      </Button>
    </div>
  )
}
