import { Link } from '@tanstack/react-router'
import type { Figure } from '../../server/insight/contract.ts'
import { number } from '../components/format.ts'
import { wayTo } from './opens.ts'
import './insight.css'

/** A figure of a table that opens its rows; zero is quiet and opens nothing. `what` completes it for readers. */
export function FigureLink({ of, what }: { of: Figure; what: string }) {
  if (of.value === 0) return <span className="number quiet">0</span>
  const { to, search } = wayTo(of.rows)
  return (
    <Link to={to} search={search as never} className="number figure-link" aria-label={`${number(of.value)} ${what}: ver as linhas`}>
      {number(of.value)}
    </Link>
  )
}
