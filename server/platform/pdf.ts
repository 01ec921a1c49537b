import { deflateSync } from 'node:zlib'
import type { Code128 } from './barcode.ts'
import type { Face } from './typesetting.ts'
import { mmPerPoint, textWidth, winAnsi } from './typesetting.ts'

/* A small PDF writer for labels and lists: thousands of pages a second, nothing embedded, the same bytes for the same input.
   All measures are mm from the top left corner; font sizes are points; grey is 0 (black) to 1 (white). */

export interface TextStyle {
  points: number
  face?: Face
  /** Where `x` is on the text. */
  align?: 'left' | 'center' | 'right'
  grey?: number
  /** Degrees that the text is turned to the left, around (x, y). */
  turn?: number
}

export interface PdfPage {
  /** `y` is the baseline. */
  text(x: number, y: number, text: string, style: TextStyle): void
  /** A filled rectangle. */
  fill(x: number, y: number, width: number, height: number, grey?: number): void
  /** A rectangle's outline, drawn inside its bounds. */
  frame(x: number, y: number, width: number, height: number, thickness: number, grey?: number): void
  line(fromX: number, fromY: number, toX: number, toY: number, thickness: number, grey?: number): void
  /** The bars of a Code 128; `x` is the first bar, the quiet zone is the caller's. */
  bars(x: number, y: number, height: number, module: number, code: Code128): void
}

export interface Pdf {
  page(width: number, height: number): PdfPage
  /** The pages so far, to write on them afterwards (page x of y). */
  pages: PdfPage[]
  finish(): Buffer
}

/** `deflate` makes long documents about six times smaller; labels go faster without. */
export function startPdf({ title, deflate = false }: { title: string; deflate?: boolean }): Pdf {
  const sheets: Sheet[] = []
  const pages: PdfPage[] = []
  return {
    pages,
    page(width, height) {
      const previous = sheets.at(-1)
      if (previous) settle(previous)
      const drawn: string[] = []
      sheets.push({ width, height, drawn, written: [] })
      const page = draw(drawn, height)
      pages.push(page)
      return page
    },
    finish: () => assemble(title, deflate, sheets),
  }
}

interface Sheet {
  width: number
  height: number
  /** Operators, one each. */
  drawn: string[]
  written: Buffer[]
}

/** As bytes at once: thousands of small strings that live until the end of a wave cost a third of the time in collecting them. */
function settle(sheet: Sheet) {
  if (sheet.drawn.length) sheet.written.push(Buffer.from(`${sheet.drawn.join('\n')}\n`, 'latin1'))
  sheet.drawn.length = 0
}

function draw(drawn: string[], height: number): PdfPage {
  const up = (y: number) => points(height - y)
  const box = (x: number, y: number, w: number, h: number) => `${points(x)} ${up(y + h)} ${points(w)} ${points(h)} re`
  return {
    text(x, y, text, { points: size, face = 'regular', align = 'left', grey = 0, turn }) {
      const bytes = stringOf(text)
      if (!bytes) return
      const left = align === 'left' ? x : x - textWidth(text, face, size) / (align === 'right' ? 1 : 2)
      const place = turn ? `${rotation(turn)} ${points(x)} ${up(y)} Tm ${points(left - x)} 0 Td` : `${points(left)} ${up(y)} Td`
      drawn.push(`BT ${grey} g /${fontNames[face]} ${size} Tf ${place} (${bytes}) Tj ET`)
    },
    fill(x, y, w, h, grey = 0) {
      drawn.push(`${grey} g ${box(x, y, w, h)} f`)
    },
    frame(x, y, w, h, thickness, grey = 0) {
      drawn.push(`${grey} G ${points(thickness)} w ${box(x + thickness / 2, y + thickness / 2, w - thickness, h - thickness)} S`)
    },
    line(fromX, fromY, toX, toY, thickness, grey = 0) {
      drawn.push(`${grey} G ${points(thickness)} w ${points(fromX)} ${up(fromY)} m ${points(toX)} ${up(toY)} l S`)
    },
    bars(x, y, h, module, code) {
      // drawn in modules, on a grid of their own: whole numbers, short and exact
      let bars = ''
      let offset = 0
      code.widths.forEach((width, index) => {
        if (index % 2 === 0) bars += `${offset} 0 ${width} 1 re `
        offset += width
      })
      drawn.push(`q ${fine(module)} 0 0 ${points(h)} ${points(x)} ${up(y + h)} cm 0 g ${bars}f Q`)
    },
  }
}

const fontNames: Record<Face, string> = { regular: 'R', bold: 'B', serif: 'S', serifBold: 'T' }

function rotation(degrees: number): string {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)].map((value) => Number(value.toFixed(5)))
  return `${cosine} ${sine} ${-sine!} ${cosine}`
}

function assemble(title: string, deflate: boolean, sheets: Sheet[]): Buffer {
  const chunks: Buffer[] = []
  const offsets: number[] = []
  let length = 0
  const write = (text: string | Buffer) => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text
    chunks.push(bytes)
    length += bytes.length
  }
  const object = (number: number, body: string) => {
    offsets[number] = length
    write(`${number} 0 obj\n${body}\nendobj\n`)
  }
  write('%PDF-1.4\n%âãÏÓ\n')
  // no scaling: a label that the print dialog fits to the page has a barcode off the printer's dots
  object(1, '<< /Type /Catalog /Pages 2 0 R /Lang (pt-BR) /ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >> >>')
  object(2, `<< /Type /Pages /Count ${sheets.length} /Kids [${sheets.map((_, index) => `${firstPage + index * 2} 0 R`).join(' ')}] >>`)
  object(3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  object(4, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>')
  object(5, '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>')
  object(6, '<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>')
  object(7, `<< /Title <FEFF${Buffer.from(title, 'utf16le').swap16().toString('hex')}> /Producer (Retaguarda) >>`)
  sheets.forEach((sheet, index) => {
    settle(sheet)
    const { width, height, written } = sheet
    const number = firstPage + index * 2
    object(
      number,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${extent(width)} ${extent(height)}] /Resources << /Font << /R 3 0 R /B 4 0 R /S 5 0 R /T 6 0 R >> >> /Contents ${number + 1} 0 R >>`,
    )
    const content = written.length === 1 ? written[0]! : Buffer.concat(written)
    const stream = deflate ? deflateSync(content) : content
    offsets[number + 1] = length
    write(`${number + 1} 0 obj\n<< /Length ${stream.length}${deflate ? ' /Filter /FlateDecode' : ''} >>\nstream\n`)
    write(stream)
    write('\nendstream\nendobj\n')
  })
  const start = length
  const entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  write(
    `xref\n0 ${offsets.length}\n0000000000 65535 f \n${entries.join('')}trailer\n<< /Size ${offsets.length} /Root 1 0 R /Info 7 0 R >>\nstartxref\n${start}\n%%EOF\n`,
  )
  return Buffer.concat(chunks)
}

const firstPage = 8

/** The text between the brackets of a PDF's string; blanks alone are none. */
function stringOf(text: string): string {
  if (simple.test(text)) return text.trim() && text
  const bytes = winAnsi(text)
  return bytes.trim() && bytes.replaceAll(/[\\()]/g, String.raw`\$&`)
}

// what WinAnsi and the syntax take as it is
const simple = /^[\x20-\x27\x2a-\x5b\x5d-\x7e\xa1-\xac\xae-\xff]*$/

const extent = (mm: number) => Math.round((mm / mmPerPoint) * 1000) / 1000
// a bar's edge may be hundreds of modules away from the first
const fine = (mm: number) => Math.round((mm / mmPerPoint) * 1e6) / 1e6
/** Hundredths of a point are 3.5 µm: finer than any printer. Put together from whole numbers, which turn to text several times faster. */
function points(mm: number): string {
  const hundredths = Math.round((mm / mmPerPoint) * 100)
  const size = Math.abs(hundredths)
  const fraction = size % 100
  return `${hundredths < 0 ? '-' : ''}${(size - fraction) / 100}${fractions[fraction]}`
}

const fractions = Array.from({ length: 100 }, (_, hundredths) => String(hundredths / 100).slice(1))
