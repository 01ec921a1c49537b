import { Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import './components.css'

/** A number that opens the rows it is made of. Several: put them in `<Kpis>`. */
export function Kpi({
  label,
  value,
  unit,
  note,
  trend,
  to,
  search,
  definition,
}: {
  label: string
  /** As written: `number(12)`, `percent(0.96)`; undefined while it is read. */
  value: string | undefined
  unit?: string
  /** Below: a `<State>`, a comparison. */
  note?: ReactNode
  /** The last days, oldest first; null where nothing was measured. */
  trend?: (number | null)[]
  /** The list, with the filters that give these rows. */
  to?: string
  search?: Record<string, string>
  /** How it is calculated. */
  definition?: string
}) {
  const inside = (
    <>
      <span className="kpi-label" title={definition}>
        {label}
      </span>
      <span className="kpi-value">
        <span>
          {value ?? <Skeleton component="span" display="block" height={26} width={70} my={3} />}
          {unit && value !== undefined && <small>{unit}</small>}
        </span>
        {trend && <Spark values={trend} />}
      </span>
      <span className="kpi-note">{note}</span>
    </>
  )
  return to ? (
    <Link to={to} search={(search ?? {}) as never} className="surface kpi">
      {inside}
    </Link>
  ) : (
    <div className="surface kpi">{inside}</div>
  )
}

export const Kpis = ({ children }: { children: ReactNode }) => <div className="kpis">{children}</div>

/** The run of a number, without axes; a missing day is a gap. The figure beside it says the value. */
export function Spark({ values }: { values: (number | null)[] }) {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return null
  const low = Math.min(...known)
  const span = Math.max(...known) - low || 1
  const at = (value: number, index: number) => `${((index / (values.length - 1)) * 84).toFixed(1)} ${(24 - ((value - low) / span) * 22).toFixed(1)}`
  let path = ''
  let open = false
  values.forEach((value, index) => {
    if (value !== null) path += `${open ? 'L' : 'M'}${at(value, index)}`
    open = value !== null
  })
  const last = values.at(-1)
  return (
    <svg className="spark" viewBox="0 0 84 26" aria-hidden>
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth="1.5" strokeLinejoin="round" />
      {typeof last === 'number' && <circle cx="84" cy={at(last, values.length - 1).split(' ')[1]} r="2.4" fill="var(--accent)" />}
    </svg>
  )
}
