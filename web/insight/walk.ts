import type { Operation, Phase } from '../../server/insight/contract.ts'

type Phases = Operation['phases']

/** Where a phase stands on the staircase, in minutes from the order's arrival; `from` null: outside the house or never measured. */
export interface Step {
  from: number | null
  median: number
  p90: number
}

/** Phases in which nobody has the order in hand. */
export const isWait = (phase: Phase) => phase.startsWith('waiting')

/** The medians laid one after the other; the road has a scale of days and stays off it. */
export function walkOf(phases: Phases): { steps: Step[]; scale: number; touched: number; whole: number } {
  let whole = 0
  let touched = 0
  let scale = 1
  const steps = phases.map(({ phase, median, p90 }): Step => {
    if (phase === 'on_road' || median === null) return { from: null, median: 0, p90: 0 }
    const step = { from: whole, median, p90: p90 ?? median }
    whole += median
    if (!isWait(phase)) touched += median
    scale = Math.max(scale, step.from + step.p90, whole)
    return step
  })
  return { steps, scale, touched, whole }
}

/** The slowest phase that the house itself decides on: the truck's hour and the road are the carrier's. Null below 2 measured. */
export function bottleneckOf(phases: Phases): Phase | null {
  const own = phases.filter((row) => row.phase !== 'waiting_truck' && row.phase !== 'on_road' && row.median !== null)
  if (own.length < 2) return null
  return own.reduce((slow, row) => ((row.median ?? 0) > (slow.median ?? 0) ? row : slow)).phase
}
