import { code128, quietModules } from '../../platform/barcode.ts'
import type { DotsPerMm, Drawing, Mark } from '../../platform/drawing.ts'
import { dotsPerMm, drawPdf, drawSvg, drawZpl } from '../../platform/drawing.ts'
import { below, blockHeight, centered, column, rule, write } from '../../platform/marks.ts'
import { startPdf } from '../../platform/pdf.ts'
import { capHeight, fit, mmPerPoint, shrink, textWidth } from '../../platform/typesetting.ts'

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
export function labelPdf(labels: Label[], resolution: DotsPerMm = dotsPerMm): Buffer {
  const pdf = startPdf({ title: labels.length === 1 ? `Etiqueta ${labels[0]!.volumeCode}` : `${labels.length} etiquetas` })
  for (const label of labels) drawPdf(pdf, drawLabel(label, resolution))
  return pdf.finish()
}

/** For a printer with 100 × 150 mm media, sent as it is to port 9100 (UTF-8). */
export const labelZpl = (label: Label, resolution: DotsPerMm = dotsPerMm): string => drawZpl(drawLabel(label, resolution), resolution)

/** For the preview on screen. */
export const labelSvg = (label: Label): string => drawSvg(drawLabel(label))

const left = 4
const width = 92
const right = left + width

/** Where the parts of the label stand, in mm from the top. */
interface Plan {
  header: { top: number; height: number }
  recipient: { caption: number; top: number; bottom: number; name: number }
  destination: { top: number; town: number; bottom: number }
  barcode: { top: number; height: number; digits: number; points: number }
  references: { top: number; value: number }
  sender: { top: number }
}

const whole: Plan = {
  header: { top: 3, height: 19 },
  recipient: { caption: 26.2, top: 28, bottom: 66, name: 14 },
  destination: { top: 67, town: 11, bottom: 92.6 },
  barcode: { top: 95, height: 25, digits: 126.6, points: 18 },
  references: { top: 129.2, value: 136.4 },
  sender: { top: 141.4 },
}

/** Leaves the lower 43 mm to the nota; carrier, volume and CEP keep their size, for they are read from afar. */
const aboveNota: Plan = {
  header: { top: 3, height: 16.5 },
  recipient: { caption: 22.5, top: 24, bottom: 47, name: 11 },
  destination: { top: 47.6, town: 9, bottom: 71.4 },
  barcode: { top: 73.4, height: 13.5, digits: 91.3, points: 14 },
  references: { top: 92.8, value: 99 },
  sender: { top: 100.2 },
}

/** The layout: carrier and volume are read from the aisle, CEP and city from two metres, everything else with the box in the hands. */
export const drawLabel = (label: Label, resolution: DotsPerMm = dotsPerMm): Drawing => ({ width: 100, height: 150, marks: marksOf(label, whole, resolution) })

/** The same label on the upper 107 mm of its sheet. */
export const labelAboveNota = (label: Label, resolution: DotsPerMm = dotsPerMm): Mark[] => marksOf({ ...label, shortItems: [] }, aboveNota, resolution)

const marksOf = (label: Label, plan: Plan, resolution: DotsPerMm): Mark[] => [
  ...header(label, plan.header),
  ...recipient(label, plan.recipient),
  ...destination(label, plan.destination),
  ...barcode(label, plan.barcode, resolution),
  ...references(label, plan.references),
  ...sender(label, plan.sender),
]

function header({ carrierName, service, volumeNumber, volumeCount }: Label, { top, height }: Plan['header']): Mark[] {
  const volumeWidth = 29
  const room = width - volumeWidth - 4.5
  const kind = service ? shrink(service, 'bold', 12, 8, room) : null
  const free = height - 2.4 - (kind ? 5.4 : 0)
  // a single line too must leave its descenders room above the service
  const largest = Math.min(kind ? 30 : 34, Math.floor((free + 0.8) / (1.05 * mmPerPoint)))
  const carrier = fit([carrierName], 'bold', { width: room, height: free, largest, smallest: 10, leading: 1.05 })
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
    centered(volume.text, 'bold', volume.points, inBox, volumeWidth, top + (height + 4) / 2 + (volume.points * capHeight * mmPerPoint) / 2, !several),
  ]
}

function recipient(
  { recipient: { name, street, number, complement, district } }: Label,
  { caption, top, bottom, name: nameHeight }: Plan['recipient'],
): Mark[] {
  const shown = fit([name], 'bold', { width, height: nameHeight, largest: 19, smallest: 9, leading: 1.12 })
  const nameMarks = column(shown.lines, 'bold', shown.points, top, 1.12, left)
  const streetTop = below(nameMarks, top) + 2
  // complement and district keep their own room: the longest street never pushes out the flat's number
  const second = listed([complement, district], ' - ')
  const rest = (bottom - streetTop) * (second ? 0.62 : 1)
  const where = streetLines(street ?? '', number, rest)
  const streetMarks = column(where.lines, 'regular', where.points, streetTop, 1.18, left)
  const secondTop = below(streetMarks, streetTop) + 1.6
  const other = fit([second], 'regular', { width, height: bottom - secondTop, largest: 14, smallest: 7 })
  return [
    write('DESTINATÁRIO', 'bold', 6.5, left, caption),
    ...nameMarks,
    ...streetMarks,
    ...column(other.lines, 'regular', other.points, secondTop, 1.18, left),
  ]
}

function streetLines(street: string, number: string | null, height: number): { lines: string[]; points: number } {
  const sizes = { width, height, largest: 14, smallest: 7 }
  const whole = fit([listed([street, number], ', ')], 'regular', sizes)
  if (!number || !whole.lines.at(-1)?.endsWith('…')) return whole
  const house = shrink(`nº ${number}`, 'regular', 7, 7, width)
  const cutStreet = fit([street], 'regular', { ...sizes, largest: 7, height: height - 3 })
  return { lines: [...cutStreet.lines, house.text], points: 7 }
}

function destination({ recipient: { cep, city, state } }: Label, { top, town: townHeight, bottom }: Plan['destination']): Mark[] {
  const uf = state ?? ''
  const ufPoints = 40
  const code = shrink(maskCep(cep), 'bold', 42, 20, width - textWidth(uf, 'bold', ufPoints) - 3)
  const town = fit([city ?? ''], 'bold', { width, height: townHeight, largest: 28, smallest: 11, leading: 1.08 })
  return [
    rule(left, top, width),
    write(code.text, 'bold', code.points, left, top + 12.4),
    write(uf, 'bold', ufPoints, right - textWidth(uf, 'bold', ufPoints), top + 12.4),
    ...column(town.lines, 'bold', town.points, top + 15, 1.08, left),
    rule(left, bottom, width),
  ]
}

function barcode({ volumeCode }: Label, plan: Plan['barcode'], resolution: DotsPerMm): Mark[] {
  const code = code128(volumeCode)
  // whole printer dots for each module, else bars come out uneven; 0.25 mm is the least that a hand scanner reads with ease
  const module = Math.min(Math.floor(0.625 * resolution), Math.floor((100 * resolution) / (code.modules + 2 * quietModules)))
  if (module < 0.25 * resolution) throw new RangeError(`The volume code ${volumeCode} is too long for the label`)
  const start = Math.round((100 * resolution - code.modules * module) / 2) / resolution
  const digits = shrink(volumeCode, 'bold', plan.points, 8, width)
  return [
    { kind: 'barcode', x: start, y: plan.top, height: plan.height, module: module / resolution, code },
    centered(digits.text, 'bold', digits.points, left, width, plan.digits),
  ]
}

function references({ orderNumber, channelName, channelOrder, weightG, dispatchBy, shortItems }: Label, { top, value: baseline }: Plan['references']): Mark[] {
  const cells: [string, string | null | undefined, number][] = [
    ['PEDIDO', orderNumber, 23],
    [`CANAL: ${channelName}`.toUpperCase(), channelOrder, 32],
    ['PESO', weightG === null ? null : weightText(weightG), 17.5],
    ['DESPACHAR ATÉ', dispatchBy, 19.5],
  ]
  const marks: Mark[] = [rule(left, top, width)]
  let x = left
  for (const [caption, value, room] of cells) {
    if (value) {
      const title = shrink(caption, 'regular', 6, 5, room - 1.5)
      const content = shrink(value, 'bold', 9.5, 6, room - 1.5)
      marks.push(write(title.text, 'regular', title.points, x, top + 3), write(content.text, 'bold', content.points, x, baseline))
    }
    x += room
  }
  if (shortItems?.length) {
    const items = shrink(shortItems.join(' · '), 'regular', 7, 6, width)
    marks.push(write(items.text, 'regular', items.points, left, baseline + 3.6))
  }
  return marks
}

function sender({ sender: { name, street, number, complement, district, city, state, cep } }: Label, { top }: Plan['sender']): Mark[] {
  const first = shrink(`REMETENTE: ${name}`, 'bold', 7, 6, width)
  const address = listed([listed([street, number], ', '), complement, district, listed([city, state], '/'), maskCep(cep)], ' - ')
  const second = shrink(address, 'regular', 7, 5.5, width)
  return [rule(left, top, width), write(first.text, 'bold', first.points, left, top + 3), write(second.text, 'regular', second.points, left, top + 6)]
}

// Intl takes a sixth of a label's time
const weightText = (grams: number) => `${String(Math.floor(grams / 1000)).replaceAll(/\B(?=(?:\d{3})+$)/g, '.')},${String(grams % 1000).padStart(3, '0')} kg`

const maskCep = (cep: string | null) => (cep ?? '').replaceAll(/\D/g, '').replace(/^(\d{5})(\d{3})$/, '$1-$2')

const listed = (parts: (string | null)[], between: string) => parts.flatMap((part) => part?.trim() || []).join(between)
