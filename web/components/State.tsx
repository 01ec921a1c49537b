import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import './State.css'

/** ok green, warn amber, bad red, info blue, idle without colour: state and nothing else. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle'

const icons: Record<Tone, Icon> = { ok: IconCircleCheck, warn: IconAlertTriangle, bad: IconCircleX, info: IconInfoCircle, idle: IconCircleDashed }

/** A state: always icon and word. `<State tone="warn" word="Atrasado" />` */
export function State({ tone, word, icon, title }: { tone: Tone; word: string; icon?: Icon; title?: string }) {
  const Sign = icon ?? icons[tone]
  return (
    <span className="state" data-tone={tone} title={title}>
      <Sign size={14} stroke={2} aria-hidden />
      {word}
    </span>
  )
}
