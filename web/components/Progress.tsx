import { number } from './format.ts'

/** How far something is: a bar and "36 de 116". `over`: nothing more will come, even if it is not all. */
export const Progress = ({ done, of, what, over }: { done: number; of: number; what: string; over?: boolean }) => (
  <span className="progress" data-over={over || undefined}>
    <span className="progress-bar" role="progressbar" aria-label={what} aria-valuemin={0} aria-valuemax={of} aria-valuenow={done}>
      <i style={{ width: `${of === 0 ? 0 : Math.min(100, (done / of) * 100)}%` }} />
    </span>
    <span className="number">
      {number(done)} de {number(of)}
    </span>
  </span>
)
