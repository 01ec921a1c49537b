import { Skeleton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { placeKinds, placePlan } from '../../server/stock/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { useRead } from '../client.ts'
import { count, number, percent } from '../components/format.ts'
import { Bay } from './Bay.tsx'

type Cell = AnswerOf<typeof placePlan>['rows'][number]

const [wide, high, corridor, head, margin] = [40, 17, 10, 34, 26]
/** How full: by units where every place's capacity is known, else by places in use. */
export const filling = ({ units, capacity, places, used }: Pick<Cell, 'units' | 'capacity' | 'places' | 'used'>) =>
  capacity ? units / capacity : places ? used / places : 0

/** The building from above: one rack an aisle, bay 1 at the front; the darker, the fuller. */
export function Plan() {
  const plan = useRead(placePlan)
  const [open, setOpen] = useState<Cell | null>(null)
  const navigate = useNavigate()
  const drawing = useRef<SVGSVGElement>(null)
  // the panel beside it leaves the drawing less room: what was chosen stays in sight
  useEffect(() => {
    if (open) drawing.current?.querySelector('[data-open]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [open])
  if (!plan.data) return <Skeleton height={280} />
  const cells = plan.data.rows
  if (cells.length === 0) return null
  const racks = [...new Map(cells.map((cell) => [rackOf(cell), cell])).entries()]
  const alone = (zone: string) => racks.filter(([, other]) => other.zone === zone).length === 1
  const bays = [...new Set(cells.map((cell) => cell.bay))].toSorted((a, b) => a - b)
  const begins = (index: number) => index === 0 || racks[index]![1].kind !== racks[index - 1]![1].kind
  // racks of another kind stand further apart
  let next = margin
  const left = new Map(
    racks.map(([rack], index) => {
      if (index > 0) next += corridor + (begins(index) ? 22 : 0)
      const at = next
      next += wide
      return [rack, at]
    }),
  )
  const top = (bay: number) => head + (bays.length - 1 - bays.indexOf(bay)) * high
  const width = next + 4
  const height = head + bays.length * high + 4
  const choose = (cell: Cell) =>
    cell.places === 1
      ? void navigate({ to: '/estoque/enderecos', search: { zone: cell.zone, aisle: String(cell.aisle), bay: String(cell.bay) } as never })
      : setOpen(cell)
  const walk = (event: KeyboardEvent<SVGGElement>, cell: Cell) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    if (event.key === 'Enter' || event.key === ' ') choose(cell)
    else if (!step) return
    else {
      const rack = racks[racks.findIndex(([one]) => one === rackOf(cell)) + step[0]!]?.[0]
      const bay = bays[bays.indexOf(cell.bay) + step[1]!]
      drawing.current?.querySelector<SVGGElement>(`[data-bay="${rack} ${bay}"]`)?.focus()
    }
    event.preventDefault()
  }
  const total = cells.reduce((sum, cell) => ({ places: sum.places + cell.places, used: sum.used + cell.used, units: sum.units + cell.units }), {
    places: 0,
    used: 0,
    units: 0,
  })
  return (
    <div className="plan-frame">
      <figure className="surface plan">
        <figcaption>
          <span>
            <strong>{number(total.used)}</strong> de {count(total.places, 'endereço ocupado', 'endereços ocupados')}{' '}
            <span className="quiet">· {count(total.units, 'unidade', 'unidades')}</span>
          </span>
          <span className="plan-legend quiet">
            vazia
            {[0, 0.15, 0.4, 0.7, 1].map((share) => (
              <i key={share} style={{ background: share === 0 ? 'var(--surface)' : shade(share) }} />
            ))}
            cheia
            <i className="plan-over" /> acima da capacidade
          </span>
        </figcaption>
        <div className="plan-scroll">
          <svg
            ref={drawing}
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            role="group"
            aria-label="Planta do galpão: corredores e posições. Use as setas."
          >
            {racks.map(([rack, { zone, aisle, kind }], index) => (
              <g key={rack}>
                {begins(index) && (
                  <text className="plan-kind" x={left.get(rack)} y={11}>
                    {placeKinds[kind]}
                  </text>
                )}
                <text className="plan-aisle" x={left.get(rack)! + wide / 2} y={head - 6} textAnchor="middle">
                  {alone(zone) ? zone : `${zone} ${aisle}`}
                </text>
              </g>
            ))}
            {bays.map((bay) => (
              <text key={bay} className="plan-bay" x={margin - 6} y={top(bay) + high - 5} textAnchor="end">
                {bay}
              </text>
            ))}
            {cells.map((cell, index) => {
              const share = filling(cell)
              return (
                <g
                  key={`${rackOf(cell)} ${cell.bay}`}
                  className="plan-cell"
                  role="button"
                  tabIndex={index === 0 ? 0 : -1}
                  data-bay={`${rackOf(cell)} ${cell.bay}`}
                  data-open={open && rackOf(open) === rackOf(cell) && open.bay === cell.bay ? true : undefined}
                  data-over={share > 1 || undefined}
                  aria-label={`${cell.zone}, posição ${cell.bay}: ${cell.used} de ${cell.places} endereços ocupados, ${cell.units} unidades`}
                  onClick={() => choose(cell)}
                  onKeyDown={(event) => walk(event, cell)}
                >
                  <title>{`${cell.zone}, posição ${cell.bay} · ${count(cell.units, 'unidade', 'unidades')}${cell.capacity ? ` de ${number(cell.capacity)} (${percent(share, 0)})` : ''} · ${cell.used} de ${cell.places} endereços`}</title>
                  <rect
                    x={left.get(rackOf(cell))}
                    y={top(cell.bay)}
                    width={wide}
                    height={high - 2}
                    rx={2}
                    style={{ fill: share > 1 ? undefined : cell.units === 0 ? 'var(--surface)' : shade(share) }}
                  />
                </g>
              )
            })}
          </svg>
        </div>
        {!open && <p className="quiet small plan-hint">Escolha uma posição para ver as prateleiras dela.</p>}
      </figure>
      {open && <Bay aisle={open.aisle} bay={open.bay} kind={open.kind} zone={open.zone} close={() => setOpen(null)} />}
    </div>
  )
}

/** Aisle 1 of A and aisle 1 of R are two racks. */
const rackOf = ({ kind, zone, aisle }: Cell) => `${kind} ${zone} ${aisle}`

/** From a breath of petrol to all of it. */
export const shade = (share: number) => `color-mix(in oklab, var(--accent) ${Math.round(14 + Math.min(share, 1) * 82)}%, var(--surface))`
