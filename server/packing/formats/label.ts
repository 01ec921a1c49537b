import { code128, quietModules } from '../../platform/barcode.ts'
import { startPdf } from '../../platform/pdf.ts'
import type { Face } from '../../platform/typesetting.ts'
import { capHeight, fit, mmPerPoint, shrink, textWidth } from '../../platform/typesetting.ts'
import type { Drawing, Mark } from '../../platform/drawing.ts'
import { dotsPerMm, drawPdf, drawSvg, drawZpl } from '../../platform/drawing.ts'

export interface LabelAddress {
  name: string
  street: string | null
  number: string | null
  complement: string | null
  district: string | null
  city: string | null
  state: string | null
  /** Eight digits, with or without mask. */
  cep: string | null
}

/** What one box says to the people and scanners on its way. */
export interface Label {
  orderNumber: string
  /** Printable ASCII, at most 31 letters (62 digits): the barcode that the dispatch scan reads. */
  volumeCode: string
  volumeNumber: number
  volumeCount: number
  carrierName: string
  service?: string | null
  recipient: LabelAddress
  sender: LabelAddress
  /** Weighed, box included. */
  weightG: number | null
  /** Already formatted in the merchant's time zone. */
  dispatchBy?: string | null
  channelName: string
  channelOrder: string
  /** Contents, such as `2x Caneca azul`. */
  shortItems?: string[]
}

/** One page of 100 × 150 mm for each label. */
export function labelPdf(labels: Label[]): Buffer {
  const pdf = startPdf({ title: labels.length === 1 ? `Etiqueta ${labels[0]!.volumeCode}` : `${labels.length} etiquetas` })
  for (const label of labels) drawPdf(pdf, drawLabel(label))
  return pdf.finish()
}

/** For a 203 dpi printer with 100 × 150 mm media, sent as it is to port 9100 (UTF-8). */
export const labelZpl = (label: Label): string => drawZpl(drawLabel(label))

/** For the preview on screen. */
export const labelSvg = (label: Label): string => drawSvg(drawLabel(label))

const left = 4
const width = 92
const right = left + width

/** The layout: carrier and volume are read from the aisle, CEP and city from two metres, everything else with the box in the hands. */
export function drawLabel(label: Label): Drawing {
  const marks: Mark[] = [...header(label), ...recipient(label), ...destination(label), ...barcode(label), ...references(label), ...sender(label)]
  return { width: 100, height: 150, marks }
}

function header({ carrierName, service, volumeNumber, volumeCount }: Label): Mark[] {
  const [top, height, volumeWidth] = [3, 19, 29]
  const room = width - volumeWidth - 4.5
  const kind = service ? shrink(service, 'bold', 12, 8, room) : null
  const free = height - 2.4 - (kind ? 5.4 : 0)
  const carrier = fit([carrierName], 'bold', { width: room, height: free, largest: kind ? 30 : 34, smallest: 10, leading: 1.05 })
  const carrierTop = top + 1.2 + (free - blockHeight(carrier, 1.05)) / 2
  const volume = shrink(`${volumeNumber}/${volumeCount}`, 'bold', 36, 14, volumeWidth - 3)
  const inBox = right - volumeWidth - 0.75
  const several = volumeCount > 1
  return [
    { kind: 'fill', x: left, y: top, width, height },
    // one of several boxes: the white field stands out, so that nobody ships half an order
    ...(several ? [{ kind: 'fill', x: inBox, y: top + 0.75, width: volumeWidth, height: height - 1.5, white: true } as const] : []),
    ...column(carrier.lines, 'bold', carrier.points, carrierTop, 1.05, left + 2.5, true),
    ...(kind ? [write(kind.text, 'bold', kind.points, left + 2.5, top + height - 2.8, true)] : []),
    centered('VOLUME', 'bold', 7, inBox, volumeWidth, top + 4.4, !several),
    centered(volume.text, 'bold', volume.points, inBox, volumeWidth, top + 11.5 + (volume.points * capHeight * mmPerPoint) / 2, !several),
  ]
}

function recipient({ recipient: { name, street, number, complement, district } }: Label): Mark[] {
  const bottom = 66
  const shown = fit([name], 'bold', { width, height: 14, largest: 19, smallest: 9, leading: 1.12 })
  const nameMarks = column(shown.lines, 'bold', shown.points, 28, 1.12)
  const streetTop = below(nameMarks, 28) + 2
  // complement and district keep their own room: the longest street never pushes out the flat's number
  const second = listed([complement, district], ' - ')
  const rest = (bottom - streetTop) * (second ? 0.62 : 1)
  const where = streetLines(street ?? '', number, rest)
  const streetMarks = column(where.lines, 'regular', where.points, streetTop)
  const secondTop = below(streetMarks, streetTop) + 1.6
  const other = fit([second], 'regular', { width, height: bottom - secondTop, largest: 14, smallest: 7 })
  return [write('DESTINATÁRIO', 'bold', 6.5, left, 26.2), ...nameMarks, ...streetMarks, ...column(other.lines, 'regular', other.points, secondTop)]
}

function streetLines(street: string, number: string | null, height: number): { lines: string[]; points: number } {
  const sizes = { width, height, largest: 14, smallest: 7 }
  const whole = fit([listed([street, number], ', ')], 'regular', sizes)
  if (!number || !whole.lines.at(-1)?.endsWith('…')) return whole
  const house = shrink(`nº ${number}`, 'regular', 7, 7, width)
  const cutStreet = fit([street], 'regular', { ...sizes, largest: 7, height: height - 3 })
  return { lines: [...cutStreet.lines, house.text], points: 7 }
}

function destination({ recipient: { cep, city, state } }: Label): Mark[] {
  const uf = state ?? ''
  const ufPoints = 40
  const code = shrink(maskCep(cep), 'bold', 42, 20, width - textWidth(uf, 'bold', ufPoints) - 3)
  const town = fit([city ?? ''], 'bold', { width, height: 11, largest: 28, smallest: 11, leading: 1.08 })
  return [
    rule(67),
    write(code.text, 'bold', code.points, left, 79.4),
    write(uf, 'bold', ufPoints, right - textWidth(uf, 'bold', ufPoints), 79.4),
    ...column(town.lines, 'bold', town.points, 82, 1.08),
    rule(92.6),
  ]
}

function barcode({ volumeCode }: Label): Mark[] {
  const code = code128(volumeCode)
  // whole printer dots for each module, else bars come out uneven; 2 dots (0.25 mm) is the least that a hand scanner reads with ease
  const module = Math.min(5, Math.floor((100 * dotsPerMm) / (code.modules + 2 * quietModules)))
  if (module < 2) throw new RangeError(`The volume code ${volumeCode} is too long for the label`)
  const start = Math.round((100 * dotsPerMm - code.modules * module) / 2) / dotsPerMm
  const digits = shrink(volumeCode, 'bold', 18, 8, width)
  return [{ kind: 'barcode', x: start, y: 95, height: 25, module: module / dotsPerMm, code }, centered(digits.text, 'bold', digits.points, left, width, 126.6)]
}

function references({ orderNumber, channelName, channelOrder, weightG, dispatchBy, shortItems }: Label): Mark[] {
  const cells: [string, string | null | undefined, number][] = [
    ['PEDIDO', orderNumber, 23],
    [`CANAL: ${channelName}`.toUpperCase(), channelOrder, 32],
    ['PESO', weightG === null ? null : `${(weightG / 1000).toLocaleString('pt-BR', { minimumFractionDigits: 3 })} kg`, 17.5],
    ['DESPACHAR ATÉ', dispatchBy, 19.5],
  ]
  const marks: Mark[] = [rule(129.2)]
  let x = left
  for (const [caption, value, room] of cells) {
    if (value) {
      const title = shrink(caption, 'regular', 6, 5, room - 1.5)
      const content = shrink(value, 'bold', 9.5, 6, room - 1.5)
      marks.push(write(title.text, 'regular', title.points, x, 132.2), write(content.text, 'bold', content.points, x, 136.4))
    }
    x += room
  }
  if (shortItems?.length) {
    const items = shrink(shortItems.join(' · '), 'regular', 7, 6, width)
    marks.push(write(items.text, 'regular', items.points, left, 140))
  }
  return marks
}

function sender({ sender: { name, street, number, complement, district, city, state, cep } }: Label): Mark[] {
  const first = shrink(`REMETENTE: ${name}`, 'bold', 7, 6, width)
  const address = listed([listed([street, number], ', '), complement, district, listed([city, state], '/'), maskCep(cep)], ' - ')
  const second = shrink(address, 'regular', 7, 5.5, width)
  return [rule(141.4), write(first.text, 'bold', first.points, left, 144.4), write(second.text, 'regular', second.points, left, 147.4)]
}

function write(text: string, face: Face, points: number, x: number, y: number, white = false): Mark {
  return { kind: 'text', x, y, text, points, face, ...(white ? { white } : {}) }
}

function centered(text: string, face: Face, points: number, x: number, room: number, y: number, white = false): Mark {
  return { kind: 'text', x: x + (room - textWidth(text, face, points)) / 2, y, text, points, face, white, within: { x, width: room } }
}

/** Lines one below the other; `top` is the top of the first line's capitals. */
function column(lines: string[], face: Face, points: number, top: number, leading = 1.18, x = left, white = false): Mark[] {
  return lines.map((line, index) => write(line, face, points, x, top + points * mmPerPoint * (capHeight + index * leading), white))
}

/** From the top of the first line's capitals to the last baseline. */
const blockHeight = ({ lines, points }: { lines: string[]; points: number }, leading: number) =>
  points * mmPerPoint * (capHeight + (lines.length - 1) * leading)

/** The lowest point of a column, descenders included. */
function below(column: Mark[], otherwise: number): number {
  const last = column.at(-1)
  return last?.kind === 'text' ? last.y + last.points * mmPerPoint * 0.21 : otherwise
}

const rule = (y: number): Mark => ({ kind: 'fill', x: left, y, width, height: 0.375 })

const maskCep = (cep: string | null) => (cep ?? '').replaceAll(/\D/g, '').replace(/^(\d{5})(\d{3})$/, '$1-$2')

const listed = (parts: (string | null)[], between: string) => parts.flatMap((part) => part?.trim() || []).join(between)
