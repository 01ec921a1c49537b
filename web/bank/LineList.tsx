import { Button, Skeleton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { dateOf } from '../components/days.ts'
import { signed } from './useReconcile.ts'
import type { Work } from './useReconcile.ts'
import { lineKinds } from './words.ts'

/** The open lines of the statement, oldest first. */
export function LineList({ work, loading, more }: { work: Work; loading: boolean; more: (() => void) | null }) {
  const frame = useRef<HTMLUListElement>(null)
  const { line } = work
  useEffect(() => {
    frame.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' })
  }, [line?.id])
  return (
    <div className="surface bank-lines">
      <div className="bank-lines-head" aria-hidden>
        <span>Dia</span>
        <span>Extrato</span>
        <span className="number">R$</span>
      </div>
      <ul ref={frame} aria-label="Linhas abertas do extrato" aria-busy={loading} tabIndex={0}>
        {loading && Array.from({ length: 8 }, (_, index) => <Skeleton key={index} component="li" height={44} my={4} />)}
        {work.lines.map((row) => (
          <li key={row.id}>
            <button type="button" className="bank-line" aria-current={row.id === line?.id} onClick={() => work.go(row.id)}>
              <time dateTime={row.day}>{dateOf(row.day).slice(0, 5)}</time>
              <span className="bank-line-text">
                {row.memo}
                <small className="quiet">
                  {[lineKinds[row.kind], row.counterpart_name, row.matches.length > 0 && `de ${signed(row.amount)}`].filter(Boolean).join(' · ')}
                </small>
              </span>
              <span className="number">{signed(row.left)}</span>
            </button>
          </li>
        ))}
        {more && (
          <li className="bank-more">
            <Button variant="default" size="compact-sm" onClick={more}>
              Mais linhas
            </Button>
          </li>
        )}
      </ul>
    </div>
  )
}
