/* Measures and breaks text for paper. The fonts are those that every PDF reader and printer has, so nothing is embedded. */

/** Helvetica, and Times for the DANFE, whose manual allows no other but Courier. */
export type Face = 'regular' | 'bold' | 'serif' | 'serifBold'

export const mmPerPoint = 25.4 / 72
/** Height of a capital letter, in parts of the font size (Helvetica, Adobe font metrics). */
export const capHeight = 0.718

// Advance widths in 1/1000 of the size, WinAnsi codes 32 to 255, of Helvetica and Times (Adobe's font metrics).
const widths: Record<Face, Uint16Array> = {
  regular: widthTable(`
    278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556
    1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556
    333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 350
    556 350 222 556 333 1000 556 556 333 1000 667 333 1000 350 611 350 350 222 222 333 333 350 556 1000 333 1000 500 333 944 350 500 667
    278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 333 400 584 333 333 333 556 537 278 333 333 365 556 834 834 834 611
    667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611
    556 556 556 556 556 556 889 500 556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 500`),
  bold: widthTable(`
    278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611
    975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556
    333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 350
    556 350 278 556 500 1000 556 556 333 1000 667 333 1000 350 611 350 350 278 278 500 500 350 556 1000 333 1000 556 333 944 350 500 667
    278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 333 400 584 333 333 333 611 556 278 333 333 365 556 834 834 834 611
    722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611
    556 556 556 556 556 556 889 556 556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 556`),
  serif: widthTable(`
    250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 564 564 564 444
    921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500
    333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541 350
    500 350 333 500 444 1000 500 500 333 1000 556 333 889 350 611 350 350 333 333 444 444 350 500 1000 333 980 389 333 722 350 444 722
    250 333 500 500 500 500 200 500 333 760 276 500 564 333 760 333 400 564 300 300 333 500 453 250 333 300 310 500 750 750 750 444
    722 722 722 722 722 722 889 667 611 611 611 611 333 333 333 333 722 722 722 722 722 722 722 564 722 722 722 722 722 722 556 500
    444 444 444 444 444 444 667 444 444 444 444 444 278 278 278 278 500 500 500 500 500 500 500 564 500 500 500 500 500 500 500 500`),
  serifBold: widthTable(`
    250 333 555 500 500 1000 833 278 333 333 500 570 250 333 250 278 500 500 500 500 500 500 500 500 500 500 333 333 570 570 570 500
    930 722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667 333 278 333 581 500
    333 500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 556 444 389 333 556 500 722 500 500 444 394 220 394 520 350
    500 350 333 500 500 1000 500 500 333 1000 556 333 1000 350 667 350 350 333 333 500 500 350 500 1000 333 1000 389 333 722 350 444 722
    250 333 500 500 500 500 220 500 333 747 300 500 570 333 747 333 400 570 300 300 333 556 540 250 333 300 330 500 750 750 750 500
    722 722 722 722 722 722 1000 722 667 667 667 667 389 389 389 389 722 722 778 778 778 778 778 570 778 722 722 722 722 722 611 556
    500 500 500 500 500 500 722 444 444 444 444 444 278 278 278 278 500 556 500 500 500 500 500 570 500 556 556 556 556 500 556 500`),
}

// What WinAnsi has between 0x80 and 0x9f; everywhere else its codes are those of Unicode.
const special = new Map(
  [...'€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'].flatMap((letter, index): [string, number][] => (letter === '\0' ? [] : [[letter, 0x80 + index]])),
)

const plain = /^[\x20-\x7e\xa1-\xac\xae-\xff]*$/

/** The text as paper can show it: accents composed, line breaks and tabs as spaces, every letter that WinAnsi lacks (emoji, other scripts) a visible `?`. */
export function printable(text: string): string {
  if (plain.test(text)) return text
  let shown = ''
  for (const letter of text.normalize('NFC')) {
    if (plain.test(letter) || special.has(letter)) shown += letter
    else if (/[\s\p{Cc}]/u.test(letter)) shown += ' '
    else if (/[\u2010\u2011\u2212]/.test(letter)) shown += '-'
    else if (!/[\p{Cf}\p{Mn}]/u.test(letter)) shown += '?'
  }
  return shown
}

/** One character for each byte, in WinAnsi. */
export function winAnsi(text: string): string {
  if (plain.test(text)) return text
  const shown = printable(text)
  return plain.test(shown) ? shown : shown.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, (letter) => String.fromCharCode(special.get(letter) ?? 63))
}

/** Width in mm of `text` set at `points`. */
export const textWidth = (text: string, face: Face, points: number): number => widthOfBytes(winAnsi(text), face, points)

function widthOfBytes(bytes: string, face: Face, points: number): number {
  const table = widths[face]
  let sum = 0
  for (let index = 0; index < bytes.length; index++) sum += table[bytes.charCodeAt(index)] ?? 0
  return (sum / 1000) * points * mmPerPoint
}

/** The text cut with an ellipsis so that it is at most `width` mm wide. */
export function cut(text: string, face: Face, points: number, width: number): string {
  const shown = printable(text).trim()
  if (textWidth(shown, face, points) <= width) return shown
  let [low, high] = [0, shown.length]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (textWidth(`${shown.slice(0, middle).trimEnd()}…`, face, points) <= width) low = middle
    else high = middle - 1
  }
  return `${shown.slice(0, low).trimEnd()}…`
}

export interface FittedLine {
  text: string
  points: number
}

/** One line at most `width` mm wide: the largest size from `largest` down to `smallest`, cut with an ellipsis only at the smallest. */
export function shrink(text: string, face: Face, largest: number, smallest: number, width: number): FittedLine {
  const easy = plain.test(text)
  const shown = (easy ? text : printable(text)).trim()
  const wanted = widthOfBytes(easy ? shown : winAnsi(shown), face, largest)
  if (wanted <= width) return { text: shown, points: largest }
  const points = Math.max(smallest, Math.floor((largest * width * 4) / wanted) / 4)
  return { text: cut(shown, face, points, width), points }
}

/** Lines at most `width` mm wide, broken at spaces; a word wider than the line is broken where it must. */
export const wrap = (text: string, face: Face, points: number, width: number): string[] => breakLines(measured(text, face), points, width)

/**
 * Paragraphs set into a box of `width` × `height` mm: the largest size at which all lines fit, from `largest` down to `smallest` points;
 * at the smallest, the last line that fits ends in an ellipsis. `leading` is the line height in parts of the size.
 */
export function fit(
  paragraphs: string[],
  face: Face,
  { width, height, largest, smallest, leading = 1.18 }: { width: number; height: number; largest: number; smallest: number; leading?: number },
): { lines: string[]; points: number } {
  const room = (points: number) => Math.max(1, Math.floor(height / (points * leading * mmPerPoint) + 1e-9))
  const measures = paragraphs.map((paragraph) => measured(paragraph, face))
  const space = widths[face][32] ?? 0
  let lines: string[] = []
  for (let points = largest; points >= smallest; points -= 0.5) {
    // text that would overfill its lines even if nothing but a space were lost at the end of each need not be broken to know it
    const line = (width * 1000) / (points * mmPerPoint) + space
    const least = measures.reduce((sum, { before }) => sum + Math.ceil((before.at(-1)! + space) / line - 1e-6), 0)
    if (least > room(points) && points - 0.5 >= smallest) continue
    lines = measures.flatMap((measure) => breakLines(measure, points, width))
    if (lines.length <= room(points)) return { lines, points }
  }
  const kept = lines.slice(0, room(smallest))
  const last = kept.pop() ?? ''
  return { lines: [...kept, cut(`${last} ${lines[kept.length + 1] ?? ''}`, face, smallest, width)], points: smallest }
}

interface Measured {
  text: string
  /** Width of the text before each letter, in 1/1000 of the size: measured once, whatever sizes are tried. */
  before: number[]
}

function measured(text: string, face: Face): Measured {
  const easy = plain.test(text)
  let shown = (easy ? text : printable(text)).trim()
  if (shown.includes('  ')) shown = shown.replaceAll(/ +/g, ' ')
  const bytes = easy ? shown : winAnsi(shown)
  const table = widths[face]
  const before = Array<number>(bytes.length + 1)
  let sum = 0
  before[0] = 0
  for (let index = 0; index < bytes.length; index++) before[index + 1] = sum += table[bytes.charCodeAt(index)] ?? 0
  return { text: shown, before }
}

function breakLines({ text, before }: Measured, points: number, width: number): string[] {
  const room = (width * 1000) / (points * mmPerPoint) + 1e-6
  const lines: string[] = []
  let start = 0
  while (start < text.length) {
    let end = start
    let space = -1
    while (end < text.length && before[end + 1]! - before[start]! <= room) if (text[end++] === ' ') space = end - 1
    if (end === text.length) space = end
    else if (text[end] === ' ') space = end
    const last = space > start ? space : Math.max(end, start + 1)
    lines.push(text.slice(start, last))
    start = text[last] === ' ' ? last + 1 : last
  }
  return lines
}

function widthTable(figures: string): Uint16Array {
  return Uint16Array.from([...Array<number>(32).fill(0), ...figures.trim().split(/\s+/).map(Number)])
}
