import type { Code128 } from './barcode.ts'
import { darkBars } from './barcode.ts'
import type { Pdf } from './pdf.ts'
import type { Face } from './typesetting.ts'
import { mmPerPoint, printable, textWidth } from './typesetting.ts'

/* Paper is described once, as marks on a sheet, and written three ways. Measures are mm from the top left; `y` of a text is its baseline. */

export interface TextMark {
  kind: 'text'
  x: number
  y: number
  text: string
  points: number
  face: Face
  white?: boolean
  /** 0 black to 1 white; label printers have no grey, so not for ZPL. */
  grey?: number
  /** Degrees to the left, around (x, y); not for ZPL. */
  turn?: number
  /** The field it is centred in. */
  within?: { x: number; width: number }
}

export type Mark =
  | TextMark
  | { kind: 'fill'; x: number; y: number; width: number; height: number; white?: boolean }
  /** A rectangle's outline, inside its bounds. */
  | { kind: 'frame'; x: number; y: number; width: number; height: number; thickness: number }
  | { kind: 'barcode'; x: number; y: number; height: number; module: number; code: Code128 }

export interface Drawing {
  width: number
  height: number
  marks: Mark[]
}

/** 203 dpi, the resolution of nearly every label printer, is 8 dots a millimetre; 300 dpi is 12. */
export type DotsPerMm = 8 | 12

export const dotsPerMm = 8

/** Draws one page. */
export function drawPdf(pdf: Pdf, { width, height, marks }: Drawing) {
  const page = pdf.page(width, height)
  for (const mark of marks) {
    if (mark.kind === 'text') {
      const { x, y, text, points, face, white, grey = white ? 1 : 0, turn } = mark
      page.text(x, y, text, turn ? { points, face, grey, turn } : { points, face, grey })
    } else if (mark.kind === 'fill') page.fill(mark.x, mark.y, mark.width, mark.height, mark.white ? 1 : 0)
    else if (mark.kind === 'frame') page.frame(mark.x, mark.y, mark.width, mark.height, mark.thickness)
    else page.bars(mark.x, mark.y, mark.height, mark.module, mark.code)
  }
}

/**
 * ZPL II, for 203 dpi unless told. The printer's own font 0 is narrower than the Helvetica that the text was measured with, so what fits on
 * the PDF fits here. No text can end its field or start a command: the four signs that could are written in hexadecimal. Barcodes go as
 * graphics, dot for dot: which sets a printer's own ^BC would choose, and so how wide it prints, differs between makers.
 */
export function drawZpl({ width, height, marks }: Drawing, resolution: DotsPerMm = dotsPerMm): string {
  const dots = (mm: number) => Math.round(mm * resolution)
  const fields = marks.map((mark) => {
    if (mark.kind === 'text') {
      const size = dots(mark.points * mmPerPoint)
      // the printer centres by its own font; in a field block a backslash would be an escape, so such a text stays where we measured it
      const block = mark.within && !mark.text.includes('\\') ? mark.within : undefined
      return `^FT${dots(block?.x ?? mark.x)},${dots(mark.y)}^A0N,${size},${size}${block ? `^FB${dots(block.width)},1,0,C` : ''}${mark.white ? '^FR' : ''}^FH_^FD${escapeZpl(printable(mark.text))}^FS`
    }
    if (mark.kind === 'barcode') return `^FO${dots(mark.x)},${dots(mark.y)}${zplGraphic(mark.code, dots(mark.module), dots(mark.height))}^FS`
    const [w, h] = [Math.max(1, dots(mark.width)), Math.max(1, dots(mark.height))]
    const thickness = mark.kind === 'frame' ? Math.max(1, dots(mark.thickness)) : Math.min(w, h)
    return `^FO${dots(mark.x)},${dots(mark.y)}^GB${w},${h},${thickness}${mark.kind === 'fill' && mark.white ? ',W' : ''}^FS`
  })
  return ['^XA', '^CI28', `^PW${dots(width)}`, `^LL${dots(height)}`, '^LH0,0', ...fields, '^PQ1', '^XZ', ''].join('\n')
}

/** One row of dots in hexadecimal; each colon repeats the row above. */
function zplGraphic(code: Code128, module: number, height: number): string {
  const bytes = Math.ceil((code.modules * module) / 8)
  const row = Buffer.alloc(bytes)
  for (const [offset, width] of darkBars(code)) for (let dot = offset * module; dot < (offset + width) * module; dot++) row[dot >> 3]! |= 0x80 >> (dot & 7)
  return `^GFA,${bytes * height},${bytes * height},${bytes},${row.toString('hex').toUpperCase()}${':'.repeat(height - 1)}`
}

/** An SVG whose user unit is one mm; each text is held to its measured width, whatever font the browser has. */
export function drawSvg({ width, height, marks }: Drawing): string {
  const shapes = marks.map((mark) => {
    if (mark.kind === 'text') {
      const held = number(textWidth(mark.text, mark.face, mark.points))
      const shade = Math.round((mark.white ? 1 : (mark.grey ?? 0)) * 255)
      const look = [
        mark.face === 'bold' || mark.face === 'serifBold' ? ' font-weight="700"' : '',
        mark.face === 'serif' || mark.face === 'serifBold' ? ` font-family="'Times New Roman', Times, 'Liberation Serif', 'Nimbus Roman', serif"` : '',
        shade ? ` fill="rgb(${shade},${shade},${shade})"` : '',
        mark.turn ? ` transform="rotate(${-mark.turn} ${number(mark.x)} ${number(mark.y)})"` : '',
      ]
      return `<text x="${number(mark.x)}" y="${number(mark.y)}" font-size="${number(mark.points * mmPerPoint)}"${look.join('')} textLength="${held}" lengthAdjust="spacingAndGlyphs">${escapeXml(printable(mark.text))}</text>`
    }
    if (mark.kind === 'fill')
      return `<rect x="${number(mark.x)}" y="${number(mark.y)}" width="${number(mark.width)}" height="${number(mark.height)}"${mark.white ? ' fill="#fff"' : ''}/>`
    if (mark.kind === 'frame') {
      const line = mark.thickness
      return `<rect x="${number(mark.x + line / 2)}" y="${number(mark.y + line / 2)}" width="${number(mark.width - line)}" height="${number(mark.height - line)}" fill="none" stroke="#000" stroke-width="${number(line)}"/>`
    }
    const bars = darkBars(mark.code).map(
      ([offset, bar]) =>
        `M${number(mark.x + offset * mark.module)} ${number(mark.y)}h${number(bar * mark.module)}v${number(mark.height)}h-${number(bar * mark.module)}z`,
    )
    return `<path shape-rendering="crispEdges" d="${bars.join('')}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}mm" height="${height}mm" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" fill="#000"><rect width="${width}" height="${height}" fill="#fff"/>${shapes.join('')}</svg>`
}

const number = (value: number) => Math.round(value * 10_000) / 10_000

const escapeZpl = (text: string) => text.replaceAll(/[\^~_\\]/g, (sign) => `_${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const escapeXml = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
