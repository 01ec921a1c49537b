import type { Pdf, PdfPage } from './pdf.ts'
import { startPdf } from './pdf.ts'
import type { Face } from './typesetting.ts'
import { capHeight, cut, mmPerPoint, shrink } from './typesetting.ts'

/* Lists on A4: the head and the column titles come again on each page, and every page says which of how many it is. */

export const a4 = { width: 210, height: 297, left: 12, right: 198, bottom: 283 } as const

export interface Column<Row> {
  title: string
  /** mm; the columns together fill 186. */
  width: number
  align?: 'left' | 'center' | 'right'
  face?: Face
  points?: number
  value: (row: Row) => string
  /** A second, smaller line. */
  below?: (row: Row) => string
  /** An empty square to tick by hand. */
  tick?: true
}

export interface Sheet {
  page: PdfPage
  /** Top of what is still free on the page. */
  y: number
  /** Goes to a new page unless `height` mm are free. */
  need(height: number): void
  finish(): Buffer
}

/** `head` draws the top of every page and gives the y below it. */
export function startSheet(title: string, head: (page: PdfPage) => number): Sheet {
  const pdf: Pdf = startPdf({ title, deflate: true })
  const sheet: Sheet = {
    page: undefined as never,
    y: 0,
    need(height) {
      if (sheet.y + height <= a4.bottom) return
      open()
    },
    finish() {
      pdf.pages.forEach((page, index) => {
        page.line(a4.left, 286, a4.right, 286, 0.15, 0.6)
        page.text(a4.left, 290, cut(title, 'regular', 7.5, 130), { points: 7.5, grey: 0.35 })
        page.text(a4.right, 290, `Página ${index + 1} de ${pdf.pages.length}`, { points: 7.5, align: 'right', grey: 0.35 })
      })
      return pdf.finish()
    },
  }
  const open = () => {
    sheet.page = pdf.page(a4.width, a4.height)
    sheet.y = head(sheet.page)
  }
  open()
  return sheet
}

/** Draws the rows, as many pages as they need. Text that is too long for its column is made smaller, then cut. */
export function drawTable<Row>(sheet: Sheet, columns: Column<Row>[], rows: Row[], rowHeight: number) {
  drawTitles(sheet, columns)
  rows.forEach((row, index) => {
    const page = sheet.page
    sheet.need(rowHeight)
    if (sheet.page !== page) drawTitles(sheet, columns)
    if (index % 2 === 1) sheet.page.fill(a4.left, sheet.y, a4.right - a4.left, rowHeight, 0.95)
    drawRow(sheet, columns, row, rowHeight)
    sheet.y += rowHeight
    sheet.page.line(a4.left, sheet.y, a4.right, sheet.y, 0.1, 0.75)
  })
}

function drawTitles<Row>(sheet: Sheet, columns: Column<Row>[]) {
  let x: number = a4.left
  for (const { title, width, align = 'left' } of columns) {
    sheet.page.text(anchor(x, width, align), sheet.y + 4, title, { points: 7, face: 'bold', align, grey: 0.3 })
    x += width
  }
  sheet.y += 5.6
  sheet.page.line(a4.left, sheet.y, a4.right, sheet.y, 0.35)
}

function drawRow<Row>({ page, y }: Sheet, columns: Column<Row>[], row: Row, height: number) {
  let x: number = a4.left
  for (const { width, align = 'left', face = 'regular', points = 8.5, value, below, tick } of columns) {
    if (tick) {
      const side = Math.min(4.2, height - 2)
      page.frame(x + (width - side) / 2, y + (height - side) / 2, side, side, 0.25)
    } else {
      const second = below?.(row) ?? ''
      const first = shrink(value(row), face, points, Math.min(7, points), width - 2)
      const middle = y + height / 2 + (second ? -1.8 : 0)
      page.text(anchor(x, width, align), middle + (first.points * capHeight * mmPerPoint) / 2, first.text, { points: first.points, face, align })
      if (second) page.text(anchor(x, width, align), middle + 4.6, cut(second, 'regular', 7.5, width - 2), { points: 7.5, align, grey: 0.3 })
    }
    x += width
  }
}

// one mm of air on each side of a column
const anchor = (x: number, width: number, align: 'left' | 'center' | 'right') => (align === 'left' ? x + 1 : align === 'right' ? x + width - 1 : x + width / 2)
