import './components.css'
import './Truck.css'

/** What is counted, from the cab to the door. */
export interface Load {
  kind: 'gone' | 'ready' | 'floor' | 'waiting'
  count: number
  word: string
}

// few orders are big boxes: that is what one sees from across the room
const sizes = [
  { rows: 3, columns: 19, step: 15.2, size: 13 },
  { rows: 4, columns: 26, step: 11.2, size: 9.6 },
]

/** A truck seen from its side with one box for each order: gone or loaded, ready, on the floor, not yet begun. */
export function Truck({ loads }: { loads: Load[] }) {
  const total = loads.reduce((sum, load) => sum + load.count, 0)
  // a full truck shows its proportions: then a box stands for several orders
  const { rows, columns, step, size } = sizes.find((one) => total <= one.rows * one.columns) ?? sizes[1]!
  const each = Math.max(1, Math.ceil(total / (rows * columns - loads.length)))
  const boxes = loads.flatMap(({ kind, count }) => Array.from({ length: Math.ceil(count / each) }, () => kind))
  return (
    <svg className="truck" viewBox="0 0 336 70" role="img" aria-label={loads.map(({ count, word }) => `${count} ${word}`).join(', ')}>
      <path className="truck-cab" d="M2 51V33c0-2 .6-3.600 1.700-5.200L11 17.500c1.300-1.900 3.300-3 5.600-3H36V51z" />
      <path className="truck-glass" d="M9.500 30.500 15 22c.8-1.100 1.800-1.700 3.200-1.700H28v10.200z" />
      <rect className="truck-bed" x="39" y="2" width="295" height="49" rx="2.500" />
      {boxes.map((kind, index) => {
        const x = 43 + Math.floor(index / rows) * step
        const y = 49.5 - size - (index % rows) * step
        return (
          <g key={index} className="truck-box" data-kind={kind}>
            <rect x={x} y={y} width={size} height={size} rx="1" />
            {kind !== 'waiting' && <path d={`M${x + size / 2} ${y}v${size * 0.36}`} />}
          </g>
        )
      })}
      <path className="truck-line" d="M2 51h332" />
      {[22, 262, 290].map((x) => (
        <g key={x} className="truck-wheel">
          <circle cx={x} cy="60" r="8" />
          <circle cx={x} cy="60" r="2.800" />
        </g>
      ))}
    </svg>
  )
}

/** What the boxes of the trucks mean. */
export const TruckLegend = ({ of }: { of: { kind: Load['kind']; word: string }[] }) => (
  <ul className="truck-legend">
    {of.map(({ kind, word }) => (
      <li key={kind}>
        <svg width="11" height="11" viewBox="0 0 11 11" aria-hidden>
          <g className="truck-box" data-kind={kind}>
            <rect x=".75" y=".75" width="9.500" height="9.500" rx="1" />
          </g>
        </svg>
        {word}
      </li>
    ))}
  </ul>
)
