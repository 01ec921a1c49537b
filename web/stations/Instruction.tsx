import type { ReactNode } from 'react'
import './Station.css'

/**
 * The one thing to do now. `verb` small above ("Vá até", "Bipe"), `what` at 48 to 72 px, `detail` below it; the picture
 * beside it; `at`/`of` as steps; `next` is what follows, so that nobody is surprised.
 */
export function Instruction({
  verb,
  what,
  detail,
  picture,
  quantity,
  at,
  of,
  next,
}: {
  verb: string
  what: ReactNode
  detail?: ReactNode
  picture?: ReactNode
  /** How many to take: the biggest figure there is. */ quantity?: number
  at?: number
  of?: number
  next?: ReactNode
}) {
  return (
    <section className="instruction" data-picture={picture ? true : undefined}>
      {picture && <div className="instruction-picture">{picture}</div>}
      <div className="instruction-words">
        <p className="instruction-verb">{verb}</p>
        <h1 className="instruction-what" data-long={typeof what === 'string' && what.length > 26 ? true : undefined}>
          {what}
        </h1>
        {detail && <div className="instruction-detail">{detail}</div>}
        {quantity !== undefined && (
          <p className="instruction-quantity">
            <strong>{quantity}</strong> {quantity === 1 ? 'unidade' : 'unidades'}
          </p>
        )}
      </div>
      {of !== undefined && of > 0 && (
        <div className="instruction-progress">
          <span>
            {at} de {of}
          </span>
          <progress value={at ?? 0} max={of} aria-label={`${at} de ${of}`} />
        </div>
      )}
      {next && (
        <p className="instruction-next">
          <span>Depois</span>
          {next}
        </p>
      )}
    </section>
  )
}
