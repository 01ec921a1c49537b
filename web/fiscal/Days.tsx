import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { dateOf, dayOf } from '../components/days.ts'

interface Dates {
  from?: string | undefined
  until?: string | undefined
}

/** The chip of the days in which notas were made. */
export function Days({ filters: { from, until }, change }: { filters: Dates; change: (change: Dates) => void }) {
  const today = dayOf(new Date())
  const back = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10)
  const month = `${today.slice(0, 7)}-01`
  const before = new Date(Date.parse(month) - 86_400_000).toISOString().slice(0, 10)
  const choose = (first: string, last: string) => change({ from: first || undefined, until: last || undefined })
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="chip" data-on={Boolean(from || until) || undefined}>
          {from || until ? `Emitidas: ${said(from, until)}` : 'Período'}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {(from || until) && <Menu.Item onClick={() => choose('', '')}>Qualquer data</Menu.Item>}
        <Menu.Item onClick={() => choose(today, today)}>Hoje</Menu.Item>
        <Menu.Item onClick={() => choose(back(1), back(1))}>Ontem</Menu.Item>
        <Menu.Item onClick={() => choose(month, today)}>Este mês</Menu.Item>
        <Menu.Item onClick={() => choose(`${before.slice(0, 7)}-01`, before)}>Mês passado</Menu.Item>
        <Menu.Divider />
        <div className="period-dates">
          <label>
            De
            <input type="date" value={from ?? ''} max={until ?? today} onChange={(event) => choose(event.currentTarget.value, until ?? '')} />
          </label>
          <label>
            Até
            <input type="date" value={until ?? ''} min={from} max={today} onChange={(event) => choose(from ?? '', event.currentTarget.value)} />
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
