import type { Mark } from '../platform/drawing.ts'
import { rule, write } from '../platform/marks.ts'
import type { Face } from '../platform/typesetting.ts'
import { mmPerPoint, shrink, textWidth } from '../platform/typesetting.ts'

/*
 * What the blocks of the DANFE are made of (MOC 7.0, Annex II, 3.7): Times; titles of blocks bold and of fields in capitals, at least 6 points;
 * contents 10 points, smaller only where they would not fit, never under 6. Measures are mm from the top left of an A4 sheet.
 */

/** The printed area; the manual asks for margins of 2 to 8 mm. */
export const sheet = { width: 210, height: 297, left: 5, right: 205, top: 5, bottom: 292, room: 200 } as const

export const line = 0.2
export const fieldHeight = 7
export const titleHeight = 3.6

export interface Field {
  caption: string
  value: string
  /** Parts of the row's width. */
  share: number
  align?: 'left' | 'right' | 'center'
  face?: Face
  points?: number
}

export const field = (caption: string, value: string, share: number, align: Field['align'] = 'left'): Field => ({ caption, value, share, align })
export const amount = (caption: string, value: string, share = 1): Field => field(caption, value, share, 'right')

/** A block: its marks drawn from y = 0 on, and how high it is. */
export interface Block {
  marks: Mark[]
  height: number
}

export const empty: Block = { marks: [], height: 0 }

/** One below the other. */
export function stack(blocks: Block[]): Block {
  let height = 0
  const marks = blocks.flatMap((block) => {
    const moved = moveDown(block.marks, height)
    height += block.height
    return moved
  })
  return { marks, height }
}

export const moveDown = (marks: Mark[], by: number): Mark[] => (by === 0 ? marks : marks.map((mark) => ({ ...mark, y: mark.y + by })))

/** A row of framed fields over the width of the sheet, or of a part of it. */
export function fieldRow(fields: Field[], left: number = sheet.left, room: number = sheet.room, height = fieldHeight): Block {
  const whole = fields.reduce((sum, { share }) => sum + share, 0)
  let x = left
  const marks = fields.flatMap((one) => {
    const width = (room * one.share) / whole
    const cell = fieldMarks(one, x, width, height)
    x += width
    return cell
  })
  return { marks, height }
}

function fieldMarks({ caption, value, align = 'left', face = 'serif', points = 10 }: Field, x: number, width: number, height: number): Mark[] {
  const title = shrink(caption, 'serif', 6, 6, width - 1.2)
  const shown = shrink(value, face, points, 6, width - 2)
  return [
    box(x, 0, width, height),
    write(title.text, 'serif', title.points, x + 0.8, 2.2),
    ...(shown.text ? [aligned(shown.text, face, shown.points, x + 1, width - 2, height - 1.3, align)] : []),
  ]
}

export const blockTitle = (text: string): Block => ({ marks: [write(text, 'serifBold', 6.5, sheet.left, titleHeight - 0.9)], height: titleHeight })

/** A frame that shares its lines with its neighbours. */
export const box = (x: number, y: number, width: number, height: number): Mark => ({
  kind: 'frame',
  x: x - line / 2,
  y: y - line / 2,
  width: width + line,
  height: height + line,
  thickness: line,
})

export function aligned(text: string, face: Face, points: number, x: number, room: number, y: number, align: 'left' | 'right' | 'center'): Mark {
  const spare = align === 'left' ? 0 : room - textWidth(text, face, points)
  return write(text, face, points, align === 'center' ? x + spare / 2 : x + spare, y)
}

/** Where paper is cut: the manual's dotted line under the receipt. */
export const cutLine = (y: number): Mark[] => Array.from({ length: 67 }, (_, index) => rule(sheet.left + index * 3, y, 1.6, 0.15))

export const lineHeight = (points: number) => points * mmPerPoint * 1.12
