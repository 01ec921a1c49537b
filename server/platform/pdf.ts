import { deflateSync } from 'node:zlib'
import type { Code128 } from './barcode.ts'
import { darkBars } from './barcode.ts'
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
  const sheets: { width: number; height: number; drawn: string[] }[] = []
  const pages: PdfPage[] = []
  return {
    pages,
    page(width, height) {
      const drawn: string[] = []
      sheets.push({ width, height, drawn })
      const page = draw(drawn, height)
      pages.push(page)
      return page
    },
    finish: () => assemble(title, deflate, sheets),
  }
}

function draw(drawn: string[], height: number): PdfPage {
  const up = (y: number) => points(height - y)
  const box = (x: number, y: number, w: number, h: number) => `${points(x)} ${up(y + h)} ${points(w)} ${points(h)} re`
  return {
    text(x, y, text, { points: size, face = 'regular', align = 'left', grey = 0, turn }) {
      const bytes = winAnsi(text)
      if (!bytes.trim()) return
      const left = align === 'left' ? x : x - textWidth(text, face, size) / (align === 'right' ? 1 : 2)
      const place = turn ? `${rotation(turn)} ${points(x)} ${up(y)} Tm ${points(left - x)} 0 Td` : `${points(left)} ${up(y)} Td`
      drawn.push(`BT ${grey} g /${fontNames[face]} ${size} Tf ${place} (${bytes.replaceAll(/[\\()]/g, String.raw`\$&`)}) Tj ET`)
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
      drawn.push(
        `0 g ${darkBars(code)
          .map(([offset, width]) => box(x + offset * module, y, width * module, h))
          .join(' ')} f`,
      )
    },
  }
}

const fontNames: Record<Face, string> = { regular: 'R', bold: 'B', serif: 'S', serifBold: 'T' }

function rotation(degrees: number): string {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)].map((value) => Number(value.toFixed(5)))
  return `${cosine} ${sine} ${-sine!} ${cosine}`
}

function assemble(title: string, deflate: boolean, sheets: { width: number; height: number; drawn: string[] }[]): Buffer {
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
  sheets.forEach(({ width, height, drawn }, index) => {
    const number = firstPage + index * 2
    object(
      number,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${points(width)} ${points(height)}] /Resources << /Font << /R 3 0 R /B 4 0 R /S 5 0 R /T 6 0 R >> >> /Contents ${number + 1} 0 R >>`,
    )
    const content = Buffer.from(drawn.join('\n'), 'latin1')
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

// Three decimals of a point are 0.35 µm: finer than any printer, and shorter files.
const points = (mm: number) => Math.round((mm / mmPerPoint) * 1000) / 1000
