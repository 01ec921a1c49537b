import { inflateSync } from 'node:zlib'
import type { Face } from '../server/platform/typesetting.ts'

export interface ReadPage {
  /** mm. */
  width: number
  height: number
  /** `x` and `y` are mm from the top left; `y` is the baseline. */
  texts: { text: string; x: number; y: number; points: number; face: Face }[]
  /** Filled rectangles, mm from the top left; shade 0 is black. */
  fills: { x: number; y: number; width: number; height: number; shade: number }[]
}

const mm = (points: string | number) => (Number(points) / 72) * 25.4

const faces: Record<string, Face> = { R: 'regular', B: 'bold', S: 'serif', T: 'serifBold' }

/** Reads back what our PDF writer drew, from the bytes alone, so that the writer is not proved by itself. */
export function readPdf(pdf: Buffer): ReadPage[] {
  const bytes = pdf.toString('latin1')
  const sizes = [...bytes.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)]
  const streams = [...bytes.matchAll(/<< \/Length (\d+)( \/Filter \/FlateDecode)? >>\nstream\n/g)].map(({ 0: opening, 1: length, 2: deflated, index }) => {
    const start = index + opening.length
    const stream = pdf.subarray(start, start + Number(length))
    return (deflated ? inflateSync(stream) : stream).toString('latin1')
  })
  return sizes.map(([, width, height], index) => readPage(streams[index]!, mm(width!), mm(height!)))
}

function readPage(content: string, width: number, height: number): ReadPage {
  const texts = [
    ...content.matchAll(/\/([RBST]) ([\d.]+) Tf(?: [-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+ ([-\d.]+) ([-\d.]+) Tm)? ([-\d.]+) ([-\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj/g),
  ].map(([, face, points, turnedX, turnedY, x, y, text]) => ({
    text: new TextDecoder('windows-1252').decode(Buffer.from(text!.replaceAll(/\\(.)/g, '$1'), 'latin1')),
    x: mm(turnedX ?? x!),
    y: height - mm(turnedY ?? y!),
    points: Number(points),
    face: faces[face!]!,
  }))
  const fills = [
    ...content.matchAll(/^(?:q ([\d.]+) 0 0 ([\d.]+) ([-\d.]+) ([-\d.]+) cm )?([\d.]+) g ((?:[-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+ re ?)+)f(?: Q)?$/gm),
  ].flatMap(([, scaleX, scaleY, right, up, shade, rectangles]) => {
    const [a, d, e, f] = [scaleX ?? 1, scaleY ?? 1, right ?? 0, up ?? 0].map(Number) as [number, number, number, number]
    return [...rectangles!.matchAll(/([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re/g)].map(([, x, y, w, h]) => ({
      x: mm(a * Number(x) + e),
      y: height - mm(d * Number(y) + f) - mm(d * Number(h)),
      width: mm(a * Number(w)),
      height: mm(d * Number(h)),
      shade: Number(shade),
    }))
  })
  return { width, height, texts, fills }
}

/** The page's filled rectangles as grey pixels, at `dots` a millimetre. */
export function paint({ width, height, fills }: ReadPage, dots = 8) {
  const [columns, rows] = [Math.round(width * dots), Math.round(height * dots)]
  const grey = new Uint8Array(columns * rows).fill(255)
  for (const { shade, ...box } of fills) {
    const [left, right] = [Math.round(box.x * dots), Math.round((box.x + box.width) * dots)]
    const [top, bottom] = [Math.max(0, Math.round(box.y * dots)), Math.min(rows, Math.round((box.y + box.height) * dots))]
    for (let row = top; row < bottom; row++) grey.fill(shade * 255, row * columns + left, row * columns + right)
  }
  return { width: columns, height: rows, grey }
}
