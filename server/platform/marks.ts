import type { Mark, TextMark } from './drawing.ts'
import type { Face } from './typesetting.ts'
import { capHeight, mmPerPoint, textWidth } from './typesetting.ts'

/* What drawings are put together from. Measures are mm, sizes are points. */

/** `y` is the baseline. */
export function write(text: string, face: Face, points: number, x: number, y: number, white = false): TextMark {
  return { kind: 'text', x, y, text, points, face, ...(white ? { white } : {}) }
}

export function centered(text: string, face: Face, points: number, x: number, room: number, y: number, white = false): TextMark {
  return { kind: 'text', x: x + (room - textWidth(text, face, points)) / 2, y, text, points, face, white, within: { x, width: room } }
}

/** `x` is where the text ends. */
export function rightward(text: string, face: Face, points: number, x: number, y: number, white = false): TextMark {
  return write(text, face, points, x - textWidth(text, face, points), y, white)
}

/** Lines one below the other; `top` is the top of the first line's capitals. */
export function column(lines: string[], face: Face, points: number, top: number, leading: number, x: number, white = false): TextMark[] {
  return lines.map((line, index) => write(line, face, points, x, top + points * mmPerPoint * (capHeight + index * leading), white))
}

/** From the top of the first line's capitals to the last baseline. */
export const blockHeight = ({ lines, points }: { lines: string[]; points: number }, leading: number) =>
  points * mmPerPoint * (capHeight + (lines.length - 1) * leading)

/** The lowest point of a column, descenders included. */
export function below(column: TextMark[], otherwise: number): number {
  const last = column.at(-1)
  return last ? last.y + last.points * mmPerPoint * 0.21 : otherwise
}

export const rule = (x: number, y: number, width: number, thickness = 0.375): Mark => ({ kind: 'fill', x, y, width, height: thickness })
