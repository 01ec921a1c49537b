import type { Drawing, Mark } from '../platform/drawing.ts'
import { drawPdf, drawSvg } from '../platform/drawing.ts'
import { rightward, write } from '../platform/marks.ts'
import { startPdf } from '../platform/pdf.ts'
import { mmPerPoint, printable, textWidth, wrap } from '../platform/typesetting.ts'
import { blocksOf, furtherInstalments, furtherVolumes, services } from './danfe-blocks.ts'
import { situationOf } from './danfe-facts.ts'
import type { DanfeNota } from './danfe-facts.ts'
import type { Block } from './danfe-fields.ts'
import { blockTitle, box, empty, lineHeight, sheet, stack, titleHeight } from './danfe-fields.ts'
import { heading, receipt } from './danfe-head.ts'
import { itemLines, itemTable, tableHeight, takeItems } from './danfe-items.ts'
import { keyText } from './paper-text.ts'

/*
 * DANFE on A4 portrait (MOC 7.0, Annex II), in the layout of NT 2026.010 that is obligatory from 01/12/2026. It prints what the XML holds and
 * nothing else; the XML itself cannot say that it was cancelled or that its EPEC was registered, so that comes beside it.
 */

export type { DanfeNota } from './danfe-facts.ts'

/** All sheets of one nota, or of many one after another. */
export function danfePdf(notas: DanfeNota | DanfeNota[]): Buffer {
  const all = [notas].flat()
  const pdf = startPdf({ title: all.length === 1 ? `DANFE ${all[0]!.key}` : `${all.length} DANFEs`, deflate: true })
  for (const nota of all) for (const drawing of drawDanfe(nota)) drawPdf(pdf, drawing)
  return pdf.finish()
}

/** One SVG for each sheet, for the screen. */
export const danfeSvgs = (nota: DanfeNota): string[] => drawDanfe(nota).map(drawSvg)

/** The sheets: first all is dealt out, then drawn, because each sheet says of how many it is. */
export function drawDanfe(nota: DanfeNota): Drawing[] {
  const sheets = dealOut(nota)
  return sheets.map((parts, index) => {
    const head = stack([...(index === 0 ? [receipt(nota)] : []), heading(nota, index + 1, sheets.length), ...parts])
    const marks = stack([{ marks: [], height: sheet.top }, head]).marks
    return { width: sheet.width, height: sheet.height, marks: [...overlays(situationOf(nota).overlays), ...marks] }
  })
}

/** What stands below the heading of each sheet. */
function dealOut(nota: DanfeNota): Block[][] {
  const fixed = stack([receipt(nota), heading(nota, 1, 1), blocksOf(nota)]).height
  const foot = services(nota)
  const paragraphs = additionalTexts(nota)
  const room = sheet.bottom - sheet.top - fixed - foot.height
  let items = itemLines(nota.items)
  const wanted = additionalHeight(pour(paragraphs, complementaryWidth, Infinity).lines.length)
  const all = tableHeight(items)
  // everything on one sheet if it can be; else the goods go first and the additional data keep their least height
  const least = all + wanted <= room ? wanted : Math.max(leastAdditional, Math.min(wanted, room - all))
  const first = takeItems(items, room - least)
  // a sheet full of instalments, volumes and places may have no room for goods: they begin on the next
  const kept = first.taken.length ? least : room
  items = first.left
  let { lines, left } = pour(paragraphs, complementaryWidth, linesIn(kept))
  // the last line that fits is then the one that says so
  if (left.length) ({ lines, left } = pour(paragraphs, complementaryWidth, linesIn(kept) - 1))
  const sheets: Block[][] = [
    [blocksOf(nota), first.taken.length ? itemTable(first.taken, room - kept) : empty, foot, additional(lines, kept, { first: true, last: left.length === 0 })],
  ]
  const below = sheet.bottom - sheet.top - heading(nota, 1, 1).height
  while (items.length || left.length) {
    const parts: Block[] = []
    let free = below
    if (items.length) {
      const next = takeItems(items, free)
      const height = next.left.length ? free : tableHeight(next.taken)
      parts.push(itemTable(next.taken, height))
      items = next.left
      free -= height
    }
    if (items.length === 0 && left.length && free > leastAdditional) {
      ;({ lines, left } = pour(left, sheet.room, linesIn(free) - 1))
      parts.push(additional(lines, additionalHeight(lines.length + 1), { first: false, last: left.length === 0 }))
    }
    sheets.push(parts)
  }
  return sheets
}

const textPoints = 7
const textStep = lineHeight(textPoints)
const complementaryWidth = 136
const leastAdditional = 28

const additionalHeight = (lines: number) => Math.max(leastAdditional, titleHeight + 4.6 + lines * textStep)

const linesIn = (height: number) => Math.floor((height - titleHeight - 4.4) / textStep)

/** Breaks paragraphs into at most `most` lines for a box `width` mm wide; what is left can be poured into a box of another width. */
function pour(paragraphs: string[], width: number, most: number): { lines: string[]; left: string[] } {
  const lines: string[] = []
  for (const [index, paragraph] of paragraphs.entries()) {
    const text = printable(paragraph).trim().replaceAll(/ +/g, ' ')
    let at = 0
    for (const line of wrap(text, 'serif', textPoints, width - 2)) {
      if (lines.length >= most) return { lines, left: [text.slice(at), ...paragraphs.slice(index + 1)] }
      lines.push(line)
      at += line.length
      if (text[at] === ' ') at++
    }
  }
  return { lines, left: [] }
}

/** First what the manual wants there (contingency, tests), then what is for the tax office, then the rest (3.1.8). */
function additionalTexts(nota: DanfeNota): string[] {
  const { additional: said, references, purchase } = nota
  return [
    ...situationOf(nota).notices,
    furtherInstalments(nota),
    furtherVolumes(nota),
    said.fisco ? `Inf. fisco: ${said.fisco}` : '',
    said.complementary ?? '',
    ...said.fields.map(({ name, text }) => `${name}: ${text}`),
    purchase?.order ? `Pedido de compra: ${purchase.order}` : '',
    purchase?.contract ? `Contrato: ${purchase.contract}` : '',
    ...references.map((key) => `NF-e referenciada: ${keyText(key)}`),
  ].filter(Boolean)
}

function additional(lines: string[], height: number, { first, last }: { first: boolean; last: boolean }): Block {
  const top = titleHeight
  const width = first ? complementaryWidth : sheet.room
  return {
    marks: [
      ...blockTitle(first ? 'DADOS ADICIONAIS' : 'DADOS ADICIONAIS (CONTINUAÇÃO)').marks,
      box(sheet.left, top, width, height - top),
      write('INFORMAÇÕES COMPLEMENTARES', 'serif', 6, sheet.left + 0.8, top + 2.2),
      ...lines.map((text, index) => write(text, 'serif', textPoints, sheet.left + 1, top + 5.2 + index * textStep)),
      ...(last ? [] : [rightward('CONTINUA NA PRÓXIMA FOLHA', 'serifBold', 6, sheet.left + width - 1, height - 1)]),
      ...(first
        ? [box(sheet.left + width, top, sheet.room - width, height - top), write('RESERVADO AO FISCO', 'serif', 6, sheet.left + width + 0.8, top + 2.2)]
        : []),
    ],
    height,
  }
}

/** Large and light across the sheet, under everything else. */
function overlays(texts: string[]): Mark[] {
  return texts.map((text, index) => {
    const points = Math.min(96, (230 / textWidth(text, 'serifBold', 1)) | 0)
    const turn = 52
    const half = textWidth(text, 'serifBold', points) / 2
    const [x, y] = [sheet.width / 2, sheet.height / 2 + (index - (texts.length - 1) / 2) * 70]
    const [along, up] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)]
    const lift = points * mmPerPoint * 0.33
    return { ...write(text, 'serifBold', points, x - half * along + lift * up, y + half * up + lift * along), grey: 0.87, turn }
  })
}
