import { Menu } from '@mantine/core'
import { IconChevronDown, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { dateOf, dayOf, localToInstant } from '../components/days.ts'

interface Dates {
  placed_from?: string | undefined
  placed_to?: string | undefined
  dispatched_from?: string | undefined
  dispatched_to?: string | undefined
}

/** The chips of time: when orders were placed, and, when a number of the dashboard asked for it, when they left. */
export function Period({ filters, change }: { filters: Dates; change: (change: Dates) => void }) {
  const today = dayOf(new Date())
  const back = (days: number) => dayAfter(today, -days)
  const [from, setFrom] = useState(filters.placed_from ? dayOf(filters.placed_from) : '')
  const [to, setTo] = useState(filters.placed_to ? lastDay(filters.placed_to) : '')
  const choose = (first: string, last: string) => {
    setFrom(first)
    setTo(last)
    change({ placed_from: first ? beginOf(first) : undefined, placed_to: last ? beginOf(dayAfter(last, 1)) : undefined })
  }
  const on = filters.placed_from !== undefined || filters.placed_to !== undefined
  return (
    <>
      <Menu position="bottom-start" closeOnItemClick>
        <Menu.Target>
          <button type="button" className="chip" data-on={on || undefined}>
            {on ? `Feitos: ${said(filters.placed_from, filters.placed_to)}` : 'Período'}
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {on && <Menu.Item onClick={() => choose('', '')}>Qualquer data</Menu.Item>}
          <Menu.Item onClick={() => choose(today, today)}>Hoje</Menu.Item>
          <Menu.Item onClick={() => choose(back(1), back(1))}>Ontem</Menu.Item>
          <Menu.Item onClick={() => choose(back(6), today)}>Últimos 7 dias</Menu.Item>
          <Menu.Item onClick={() => choose(back(29), today)}>Últimos 30 dias</Menu.Item>
          <Menu.Divider />
          <div className="period-dates">
            <label>
              De
              <input type="date" value={from} max={to || today} onChange={(event) => choose(event.currentTarget.value, to)} />
            </label>
            <label>
              Até
              <input type="date" value={to} min={from} max={today} onChange={(event) => choose(from, event.currentTarget.value)} />
            </label>
          </div>
        </Menu.Dropdown>
      </Menu>
      {(filters.dispatched_from || filters.dispatched_to) && (
        <button
          type="button"
          className="chip"
          data-on
          onClick={() => change({ dispatched_from: undefined, dispatched_to: undefined })}
          aria-label="Tirar o filtro de expedição"
        >
          Expedidos: {said(filters.dispatched_from, filters.dispatched_to)}
          <IconX size={14} aria-hidden />
        </button>
      )}
    </>
  )
}

const dayAfter = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
const beginOf = (day: string) => localToInstant(`${day}T00:00`)
/** The bounds are midnights; the last day that counts is the one before the upper one. */
const lastDay = (until: string) => dayOf(new Date(Date.parse(until) - 1))

function said(from: string | undefined, until: string | undefined) {
  const first = from && dateOf(dayOf(from))
  const last = until && dateOf(lastDay(until))
  if (first && last) return first === last ? first : `${first.slice(0, 5)} a ${last}`
  return first ? `desde ${first}` : `até ${last}`
}
