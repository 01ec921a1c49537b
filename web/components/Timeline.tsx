import { IconPoint } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { dateOf, dayOf, instantOf, timeOf } from './days.ts'
import type { Tone } from './State.tsx'
import './components.css'

export interface Happening {
  key: string | number
  at: string
  title: ReactNode
  /** Who, where, with what. */
  more?: ReactNode
  icon?: Icon
  tone?: Tone
}

/** What happened, in the order given, with a line for each day. */
export function Timeline({ of, label = 'Linha do tempo' }: { of: Happening[]; label?: string }) {
  return (
    <ol className="timeline" aria-label={label}>
      {of.map(({ key, at, title, more, icon: Sign = IconPoint, tone }, index) => {
        const before = of[index - 1]
        return (
          <li key={key}>
            {(!before || dayOf(before.at) !== dayOf(at)) && <span className="timeline-day">{dateOf(at)}</span>}
            <span className="timeline-sign" data-tone={tone}>
              <Sign size={14} stroke={1.9} aria-hidden />
            </span>
            <span className="timeline-title">{title}</span>
            <time className="timeline-time" dateTime={at} title={instantOf(at)}>
              {timeOf(at)}
            </time>
            {more && <span className="timeline-more">{more}</span>}
          </li>
        )
      })}
    </ol>
  )
}
