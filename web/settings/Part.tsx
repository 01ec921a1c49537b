import type { ReactNode } from 'react'

/** One part: its title, what it is for, one button. */
export function Part({ title, says, action, children }: { title: string; says?: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <>
      <div className="section-head part-head">
        <div>
          <h2>{title}</h2>
          {says && <p className="quiet small">{says}</p>}
        </div>
        {action}
      </div>
      {children}
    </>
  )
}
