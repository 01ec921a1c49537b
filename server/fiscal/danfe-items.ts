import type { Mark } from '../platform/drawing.ts'
import { centered, rule, write } from '../platform/marks.ts'
import { mmPerPoint, textWidth, wrap } from '../platform/typesetting.ts'
import type { Block } from './danfe-fields.ts'
import { aligned, blockTitle, box, line, lineHeight, moveDown, sheet, titleHeight } from './danfe-fields.ts'
import { dateText, decimalText, keyText, moneyText } from './paper-text.ts'
import type { ReadItem } from './read-nota.ts'

/* The goods. Columns as in the reference model of NT 2026.010: taxes in three columns (bases, rates, values), the last two side by side. */

const points = 6.5
const small = 6
const step = lineHeight(points)
const pad = 0.7

const columns = [
  { title: 'CÓDIGO', width: 17 },
  { title: 'DESCRIÇÃO DO PRODUTO / SERVIÇO', width: 42 },
  { title: 'CST / CFOP', width: 10 },
  { title: 'QTD / UN', width: 12 },
  { title: 'VALOR UNIT.', width: 15 },
  { title: 'VALOR TOTAL', width: 16 },
  { title: 'BASES DE CÁLCULO', width: 21 },
  { title: 'ALÍQUOTAS', width: 31 },
  { title: 'VALOR DOS TRIBUTOS', width: 36 },
].map((column, index, all) => ({ ...column, x: sheet.left + all.slice(0, index).reduce((sum, { width }) => sum + width, 0) }))

/** One printed line of an item: texts on a common baseline, which is y = 0. */
type Line = Mark[]

/** Height of title and column titles. */
const headHeight = titleHeight + 5.2

/** The lines of each item, ready to be dealt out to sheets. */
export const itemLines = (items: ReadItem[]): Line[][] => items.map(linesOf)

function linesOf(item: ReadItem): Line[] {
  const [code, name, situation, quantity, unit, total, bases, rates, values] = columns
  const about = [
    item.name,
    [`NCM ${item.ncm ?? ''}`, item.ibsCbs ? `cClassTrib ${item.ibsCbs.cClassTrib}` : '', item.cest ? `CEST ${item.cest}` : ''].filter(Boolean).join(' - '),
    // another taxed unit is shown too (3.1.7)
    item.taxedUnit && (item.taxedUnit !== item.unit || Number(item.taxedUnitPrice) !== Number(item.unitPrice))
      ? `Unid. trib.: ${decimalText(item.taxedQuantity, 0)} ${item.taxedUnit} x ${decimalText(item.taxedUnitPrice)}`
      : '',
    item.discount ? `Desconto: ${moneyText(item.discount)}` : '',
    ...item.lots.map((lot) =>
      ['Lote', lot.number, decimalText(lot.quantity, 0), lot.made && `fab. ${dateText(lot.made)}`, lot.expires && `val. ${dateText(lot.expires)}`]
        .filter(Boolean)
        .join(' '),
    ),
    item.original ? `Ref.: ${keyText(item.original.key)}${item.original.item ? ` item ${item.original.item}` : ''}` : '',
    item.notes ?? '',
  ]
  return merge([
    textCell([item.code], code!),
    textCell(about, name!),
    textCell([`${item.icms.origin ?? ''}${item.icms.code ?? ''}`, item.cfop ?? ''], situation!, 'center'),
    textCell([decimalText(item.quantity, 0), item.unit], quantity!, 'center'),
    textCell([decimalText(item.unitPrice)], unit!, 'right'),
    textCell([moneyText(item.gross)], total!, 'right'),
    taxCell(basesOf(item), [], bases!),
    taxCell(...ratesOf(item), rates!),
    taxCell(...valuesOf(item), values!),
  ])
}

type Labelled = [label: string, value: string]

const icmsOf = ({ icms }: ReadItem) => (icms.rate !== null || icms.value > 0 ? icms : null)
const given = (pairs: (Labelled | null | false)[]): Labelled[] => pairs.filter((pair): pair is Labelled => Boolean(pair && pair[1]))

function basesOf(item: ReadItem): Labelled[] {
  const icms = icmsOf(item)
  return given([
    icms && ['ICMS', moneyText(icms.base)],
    item.icms.stBase > 0 && ['ICMS ST', moneyText(item.icms.stBase)],
    item.ibsCbs && ['IBS/CBS', moneyText(item.ibsCbs.base)],
    taxed(item.ipi) && ['IPI', moneyText(item.ipi!.base)],
    item.is && ['IS', moneyText(item.is.base)],
  ])
}

/** ICMS and the IBS on the left; CBS, IPI and IS on the right. A reduced rate is printed as it takes effect (NT 2026.010, 4.3). */
function ratesOf(item: ReadItem): [Labelled[], Labelled[]] {
  const { ibsCbs } = item
  const inForce = (part: { rate: string; effective: string | null } | null | undefined) => (part ? percent(part.effective ?? part.rate) : '')
  return [
    given([
      icmsOf(item) && ['ICMS', percent(item.icms.rate)],
      ['IBS UF', inForce(ibsCbs?.state)],
      ['IBS MUN', inForce(ibsCbs?.municipal)],
      item.icms.st > 0 && ['ICMS ST', percent(item.icms.stRate)],
    ]),
    given([['CBS', inForce(ibsCbs?.cbs)], taxed(item.ipi) && ['IPI', percent(item.ipi!.rate)], item.is && ['IS', percent(item.is.rate)]]),
  ]
}

function valuesOf(item: ReadItem): [Labelled[], Labelled[]] {
  const { ibsCbs } = item
  const worth = (part: { value: number } | null | undefined) => (part ? moneyText(part.value) : '')
  return [
    given([
      icmsOf(item) && ['ICMS', moneyText(item.icms.value)],
      ['IBS UF', worth(ibsCbs?.state)],
      ['IBS MUN', worth(ibsCbs?.municipal)],
      item.icms.st > 0 && ['ICMS ST', moneyText(item.icms.st)],
    ]),
    given([['CBS', worth(ibsCbs?.cbs)], taxed(item.ipi) && ['IPI', moneyText(item.ipi!.value)], item.is && ['IS', moneyText(item.is.value)]]),
  ]
}

const taxed = (tax: { rate: string | null; value: number } | null) => tax !== null && (tax.rate !== null || tax.value > 0)
const percent = (rate: string | null) => (rate === null ? '' : `${decimalText(rate)}%`)

interface Place {
  x: number
  width: number
}

function textCell(paragraphs: string[], { x, width }: Place, align: 'left' | 'right' | 'center' = 'left'): Line[] {
  const room = width - 1.4
  return paragraphs.flatMap((paragraph) => wrap(paragraph, 'serif', points, room)).map((text) => [aligned(text, 'serif', points, x + 0.7, room, 0, align)])
}

/** Taxes one below the other, in two columns where there are two; what does not fit beside its label stands below it. */
function taxCell(first: Labelled[], second: Labelled[], { x, width }: Place): Line[] {
  // the longer labels are on the left
  const half = second.length ? width * 0.57 : width
  const left = labelledLines(first, x, half)
  const right = labelledLines(second, x + half, width - half)
  return merge([left, right])
}

function labelledLines(pairs: Labelled[], x: number, width: number): Line[] {
  const room = width - 1.4
  return pairs.flatMap(([label, value]): Line[] => {
    const title = write(label, 'serif', small, x + 0.7, 0)
    const said = aligned(value, 'serif', points, x + 0.7, room, 0, 'right')
    const fits = textWidth(label, 'serif', small) + textWidth(value, 'serif', points) + 0.6 <= room
    return fits ? [[title, said]] : [[title], [said]]
  })
}

/** Cells side by side. */
function merge(cells: Line[][]): Line[] {
  return Array.from({ length: Math.max(1, ...cells.map((cell) => cell.length)) }, (_, index) => cells.flatMap((cell) => cell[index] ?? []))
}

/** Height of the table with these items. */
export const tableHeight = (items: Line[][]): number => headHeight + items.reduce((sum, lines) => sum + lines.length * step + 2 * pad, 0)

/**
 * Takes from `items` what fits into `room` mm: whole items, or, where not even one fits, as many lines of the first.
 * @returns what was taken and what is left, in order
 */
export function takeItems(items: Line[][], room: number): { taken: Line[][]; left: Line[][] } {
  let free = room - headHeight
  let count = 0
  for (const lines of items) {
    const height = lines.length * step + 2 * pad
    if (height > free) break
    free -= height
    count++
  }
  const [first] = items
  if (count > 0 || !first) return { taken: items.slice(0, count), left: items.slice(count) }
  const lines = Math.floor((free - 2 * pad) / step)
  if (lines < 1) return { taken: [], left: items }
  return { taken: [first.slice(0, lines)], left: [first.slice(lines), ...items.slice(1)] }
}

/** The table, framed down to `height` mm. */
export function itemTable(items: Line[][], height: number): Block {
  const top = titleHeight
  const marks: Mark[] = [
    ...blockTitle('DADOS DOS PRODUTOS / SERVIÇOS').marks,
    box(sheet.left, top, sheet.room, height - top),
    rule(sheet.left, headHeight, sheet.room, line),
  ]
  for (const { title, x, width } of columns) {
    if (x > sheet.left) marks.push({ kind: 'fill', x: x - line / 2, y: top, width: line, height: height - top })
    const lines = wrap(title, 'serifBold', 5.5, width - 1)
    lines.forEach((text, index) => marks.push(centered(text, 'serifBold', 5.5, x, width, top + 2.6 + 1 + (index - (lines.length - 1) / 2) * 2.1 - 0.3)))
  }
  let y = headHeight
  items.forEach((lines, index) => {
    if (index > 0) marks.push(rule(sheet.left, y, sheet.room, 0.08))
    lines.forEach((texts, number) => marks.push(...moveDown(texts, y + pad + points * mmPerPoint * 0.7 + number * step)))
    y += lines.length * step + 2 * pad
  })
  return { marks, height }
}
