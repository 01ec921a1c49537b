/**
 * What is still free to be anticipated. A receivable is given to one contract only, and never for more than it pays; a card receivable also belongs to one
 * unidade de recebíveis (UR: holder, acquirer, arrangement, day), of which other contracts, cessions and liens may hold a part (Res. BCB 264/2022).
 */
import type { Centavos } from '../platform/arithmetic.ts'
import type { Day } from '../platform/calendar.ts'
import type { Part } from './anticipation.ts'

/** `nominal` and `allocated` in centavos; `unit` is null for what no registrar holds (a marketplace's wallet). */
export type Receivable = { id: string; due: Day; nominal: Centavos; allocated: Centavos; unit: string | null }
/** `constituted` is what the UR pays, `committed` the sum of all effects on it, ours and others'. */
export type Unit = { id: string; constituted: Centavos; committed: Centavos }
export type Agenda = { receivables: Receivable[]; units: Unit[] }

/** Free centavos of each UR. */
export const freeUnits = ({ units }: Agenda) => new Map(units.map(({ id, constituted, committed }) => [id, Math.max(0, constituted - committed)]))

/** What of a receivable can still be given away, within what is left of its UR. A UR that is not known has nothing free. */
export function freeOf({ nominal, allocated, unit }: Receivable, units: Map<string, Centavos>): Centavos {
  const own = Math.max(0, nominal - allocated)
  return unit === null ? own : Math.min(own, units.get(unit) ?? 0)
}

export type Overdrawn = { id: string; wanted: Centavos; free: Centavos }

/**
 * Gives parts of receivables to a contract, all of them or none. What is refused is named with what was free of it; a part of no centavo, of a receivable
 * that is not in the agenda, or named twice beyond what is free, is refused. The stored allocation has the same rule as a constraint.
 */
export function allocate(agenda: Agenda, parts: Pick<Part, 'id' | 'value'>[]): { agenda: Agenda } | { refused: Overdrawn[] } {
  const receivables = new Map(agenda.receivables.map((receivable) => [receivable.id, receivable]))
  const units = freeUnits(agenda)
  const refused: Overdrawn[] = []
  for (const { id, value } of parts) {
    const receivable = receivables.get(id)
    const free = receivable ? freeOf(receivable, units) : 0
    if (!receivable || !Number.isSafeInteger(value) || value < 1 || value > free) {
      refused.push({ id, wanted: value, free })
      continue
    }
    receivables.set(id, { ...receivable, allocated: receivable.allocated + value })
    if (receivable.unit !== null) units.set(receivable.unit, units.get(receivable.unit)! - value)
  }
  if (refused.length > 0) return { refused }
  return {
    agenda: {
      receivables: [...receivables.values()],
      units: agenda.units.map((unit) => ({ ...unit, committed: Math.max(unit.committed, unit.constituted - units.get(unit.id)!) })),
    },
  }
}
