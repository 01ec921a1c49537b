import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import './Page.css'

/** The frame of every screen: where it belongs, its title, one primary action, filters, then the work. */
export function Page({
  title,
  aside,
  back,
  action,
  filters,
  children,
}: {
  title: string
  /** Beside the title: a state, a count. */
  aside?: ReactNode
  back?: { to: string; label: string }
  /** One primary button, and quiet ones before it. */
  action?: ReactNode
  filters?: ReactNode
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Retaguarda`
  }, [title])
  return (
    <div className="page">
      <header className="page-head">
        <div className="page-title">
          {back && (
            <Link to={back.to} className="page-back">
              <IconChevronLeft size={14} aria-hidden />
              {back.label}
            </Link>
          )}
          <div className="row">
            <h1>{title}</h1>
            {aside}
          </div>
        </div>
        {action && <div className="page-actions row">{action}</div>}
      </header>
      {filters}
      {children}
    </div>
  )
}

/** A titled part of a page. */
export function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  )
}
