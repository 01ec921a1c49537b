import { Timeline } from '../components/Timeline.tsx'
import { dateOf } from '../components/days.ts'
import { money } from '../components/format.ts'
import type { Payable } from './PayablePage.tsx'
import { eventWords, fieldWords, paidByWords } from './words.ts'

/** What happened to a payable, the newest first. */
export const History = ({ events }: { events: Payable['events'] }) => (
  <div className="surface padded">
    <Timeline
      label="O que aconteceu com a conta"
      of={events.map((event, index) => ({
        key: events.length - index,
        at: event.at,
        title: eventWords[event.kind],
        more: [said(event), event.by].filter(Boolean).join(' · ') || undefined,
        ...(event.kind === 'paid' ? { tone: 'ok' as const } : event.kind === 'refused' || event.kind === 'attention' ? { tone: 'warn' as const } : {}),
      }))}
    />
  </div>
)

function said({ kind, details }: Payable['events'][number]): string | null {
  if (kind === 'changed') {
    const before = (details['before'] ?? {}) as Record<string, unknown>
    const parts = Object.entries(before).map(([name, value]) => {
      const old =
        name === 'amount' || name === 'discount'
          ? `R$ ${money(Number(value))}`
          : name === 'due_on'
            ? dateOf(String(value))
            : typeof value === 'string' && name !== 'method'
              ? value
              : null
      return `${fieldWords[name] ?? name}${old ? ` (era ${old})` : ''}`
    })
    return parts.length ? parts.join(', ') : null
  }
  if (kind === 'paid')
    return `R$ ${money(Number(details['centavos']))} em ${dateOf(String(details['on']))}, ${paidByWords[details['by'] as keyof typeof paidByWords]}`
  if (kind === 'unpaid') return `R$ ${money(Number(details['centavos']))} de ${dateOf(String(details['on']))}`
  if (kind === 'sent') return `${String(details['name'])}, para ${dateOf(String(details['on']))}`
  if (kind === 'cancelled') return String(details['reason'] ?? '')
  return typeof details['words'] === 'string' ? details['words'] : null
}
