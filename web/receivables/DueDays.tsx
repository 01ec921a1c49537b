import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { dateOf, dayOf } from '../components/days.ts'
import '../orders/orders.css'

interface Dates {
  from?: string | undefined
  until?: string | undefined
}

/** The chip of the days on which money is due. */
export function DueDays({ filters: { from, until }, change }: { filters: Dates; change: (change: Dates) => void }) {
  const today = dayOf(new Date())
  const after = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
  const choose = (first: string, last: string) => change({ from: first || undefined, until: last || undefined })
  const on = Boolean(from || until)
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="chip" data-on={on || undefined}>
          {on ? `Vence: ${said(from, until)}` : 'Vencimento'}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {on && <Menu.Item onClick={() => choose('', '')}>Qualquer data</Menu.Item>}
        <Menu.Item onClick={() => choose(today, today)}>Hoje</Menu.Item>
        <Menu.Item onClick={() => choose(today, after(6))}>Próximos 7 dias</Menu.Item>
        <Menu.Item onClick={() => choose(today, after(29))}>Próximos 30 dias</Menu.Item>
        <Menu.Item onClick={() => choose(after(-30), after(-1))}>Últimos 30 dias</Menu.Item>
        <Menu.Divider />
        <div className="period-dates">
          <label>
            De
            <input type="date" value={from ?? ''} max={until} onChange={(event) => choose(event.currentTarget.value, until ?? '')} />
          </label>
          <label>
            Até
            <input type="date" value={until ?? ''} min={from} onChange={(event) => choose(from ?? '', event.currentTarget.value)} />
          </label>
        </div>
      </Menu.Dropdown>
    </Menu>
  )
}

function said(from: string | undefined, until: string | undefined) {
  if (from && until) return from === until ? dateOf(from) : `${dateOf(from).slice(0, 5)} a ${dateOf(until)}`
  return from ? `desde ${dateOf(from)}` : `até ${dateOf(until!)}`
}
