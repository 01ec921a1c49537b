import { dimensions } from './format.ts'
import './components.css'

const slope = Math.cos(Math.PI / 6)

/**
 * A closed box as one sees it from a corner, its edges in the proportion of its millimetres. Several on one page are to
 * scale when they share `largest`, the biggest side of them all.
 */
export function BoxDrawing({
  length,
  width,
  height,
  size = 150,
  largest,
  plain,
}: {
  length: number
  width: number
  height: number
  size?: number
  largest?: number
  plain?: boolean
}) {
  const scale = largest ? size / (largest * 2) : Math.min(size / ((length + width) * slope), size / ((length + width) / 2 + height))
  const [l, w, h] = [length * scale, width * scale, height * scale]
  // the nearest corner of the floor is the origin; length runs to the right, width to the left
  const at = (right: number, left: number, up: number) => `${((right - left) * slope).toFixed(1)} ${(-(right + left) / 2 - up).toFixed(1)}`
  const margin = plain ? 2 : 22
  const box = { x: -w * slope - margin, y: -(l + w) / 2 - h - 4, width: (l + w) * slope + margin * 2, height: (l + w) / 2 + h + 4 + (plain ? 2 : 14) }
  const said = (side: number) => (side / 10).toLocaleString('pt-BR', { maximumFractionDigits: 1 })
  return (
    <svg
      className="box-drawing"
      viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
      width={box.width}
      height={box.height}
      role="img"
      aria-label={`Caixa de ${dimensions(length, width, height)}`}
    >
      <path className="box-side" d={`M${at(0, 0, 0)}L${at(0, w, 0)}L${at(0, w, h)}L${at(0, 0, h)}z`} />
      <path className="box-front" d={`M${at(0, 0, 0)}L${at(l, 0, 0)}L${at(l, 0, h)}L${at(0, 0, h)}z`} />
      <path className="box-top" d={`M${at(0, 0, h)}L${at(l, 0, h)}L${at(l, w, h)}L${at(0, w, h)}z`} />
      {/* the tape over the lid */}
      <path className="box-tape" d={`M${at(0, w * 0.45, h)}L${at(l, w * 0.45, h)}L${at(l, w * 0.55, h)}L${at(0, w * 0.55, h)}z`} />
      {!plain && (
        <g className="box-sides">
          <text x={(l * slope) / 2 + 6} y={-l / 4 + 12} textAnchor="start">
            {said(length)}
          </text>
          <text x={(-w * slope) / 2 - 6} y={-w / 4 + 12} textAnchor="end">
            {said(width)}
          </text>
          <text x={l * slope + 4} y={-l / 2 - h / 2 + 4} textAnchor="start">
            {said(height)}
          </text>
        </g>
      )}
    </svg>
  )
}
