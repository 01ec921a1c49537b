import type { Code128 } from '../../platform/barcode.ts'
import { darkBars } from '../../platform/barcode.ts'
import type { Pdf } from '../../platform/pdf.ts'
import type { Face } from '../../platform/typesetting.ts'
import { mmPerPoint, printable, textWidth } from '../../platform/typesetting.ts'

/* A label is described once, as marks on a sheet, and written three ways. Measures are mm from the top left; `y` of a text is its baseline. */

export type Mark =
  | {
      kind: 'text'
      x: number
      y: number
      text: string
      points: number
      face: Face
      white?: boolean
      /** The field it is centred in. */ within?: { x: number; width: number }
    }
  | { kind: 'fill'; x: number; y: number; width: number; height: number; white?: boolean }
  | { kind: 'barcode'; x: number; y: number; height: number; module: number; code: Code128 }

export interface Drawing {
  width: number
  height: number
  marks: Mark[]
}

/** 203 dpi, the resolution of nearly every label printer, is 8 dots a millimetre. */
export const dotsPerMm = 8

/** Draws one page. */
export function drawPdf(pdf: Pdf, { width, height, marks }: Drawing) {
  const page = pdf.page(width, height)
  for (const mark of marks) {
    if (mark.kind === 'text') page.text(mark.x, mark.y, mark.text, { points: mark.points, face: mark.face, grey: mark.white ? 1 : 0 })
    else if (mark.kind === 'fill') page.fill(mark.x, mark.y, mark.width, mark.height, mark.white ? 1 : 0)
    else page.bars(mark.x, mark.y, mark.height, mark.module, mark.code)
  }
}

/**
 * ZPL II for 203 dpi. The printer's own font 0 is narrower than the Helvetica that the text was measured with, so what fits on the PDF fits here.
 * No text can end its field or start a command: the four signs that could are written in hexadecimal.
 */
export function drawZpl({ width, height, marks }: Drawing): string {
  const fields = marks.map((mark) => {
    if (mark.kind === 'text') {
      const size = dots(mark.points * mmPerPoint)
      // the printer centres by its own font; in a field block a backslash would be an escape, so such a text stays where we measured it
      const block = mark.within && !mark.text.includes('\\') ? mark.within : undefined
      return `^FT${dots(block?.x ?? mark.x)},${dots(mark.y)}^A0N,${size},${size}${block ? `^FB${dots(block.width)},1,0,C` : ''}${mark.white ? '^FR' : ''}^FH_^FD${escapeZpl(printable(mark.text))}^FS`
    }
    if (mark.kind === 'fill') {
      const [w, h] = [Math.max(1, dots(mark.width)), Math.max(1, dots(mark.height))]
      return `^FO${dots(mark.x)},${dots(mark.y)}^GB${w},${h},${Math.min(w, h)}${mark.white ? ',W' : ''}^FS`
    }
    // mode A: the printer changes sets by the same rule as ours, and `>` is a letter like any other
    return `^FO${dots(mark.x)},${dots(mark.y)}^BY${dots(mark.module)},3,${dots(mark.height)}^BCN,${dots(mark.height)},N,N,N,A^FH_^FD${escapeZpl(mark.code.text)}^FS`
  })
  return ['^XA', '^CI28', `^PW${dots(width)}`, `^LL${dots(height)}`, '^LH0,0', ...fields, '^PQ1', '^XZ', ''].join('\n')
}

/** An SVG whose user unit is one mm; each text is held to its measured width, whatever font the browser has. */
export function drawSvg({ width, height, marks }: Drawing): string {
  const shapes = marks.map((mark) => {
    if (mark.kind === 'text') {
      const held = number(textWidth(mark.text, mark.face, mark.points))
      return `<text x="${number(mark.x)}" y="${number(mark.y)}" font-size="${number(mark.points * mmPerPoint)}"${mark.face === 'bold' ? ' font-weight="700"' : ''}${mark.white ? ' fill="#fff"' : ''} textLength="${held}" lengthAdjust="spacingAndGlyphs">${escapeXml(printable(mark.text))}</text>`
    }
    if (mark.kind === 'fill')
      return `<rect x="${number(mark.x)}" y="${number(mark.y)}" width="${number(mark.width)}" height="${number(mark.height)}"${mark.white ? ' fill="#fff"' : ''}/>`
    const bars = darkBars(mark.code).map(
      ([offset, bar]) =>
        `M${number(mark.x + offset * mark.module)} ${number(mark.y)}h${number(bar * mark.module)}v${number(mark.height)}h-${number(bar * mark.module)}z`,
    )
    return `<path shape-rendering="crispEdges" d="${bars.join('')}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}mm" height="${height}mm" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" fill="#000"><rect width="${width}" height="${height}" fill="#fff"/>${shapes.join('')}</svg>`
}

const dots = (mm: number) => Math.round(mm * dotsPerMm)
const number = (value: number) => Math.round(value * 10_000) / 10_000

const escapeZpl = (text: string) => text.replaceAll(/[\^~_\\]/g, (sign) => `_${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const escapeXml = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
