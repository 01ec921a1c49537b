import type { Drawing, Mark } from '../platform/drawing.ts'
import { drawPdf, drawSvg } from '../platform/drawing.ts'
import { rightward, write } from '../platform/marks.ts'
import { startPdf } from '../platform/pdf.ts'
import { mmPerPoint, textWidth, wrap } from '../platform/typesetting.ts'
import { blocksOf, furtherInstalments, furtherVolumes, services } from './danfe-blocks.ts'
import { situationOf } from './danfe-facts.ts'
import type { DanfeNota } from './danfe-facts.ts'
import type { Block } from './danfe-fields.ts'
import { blockTitle, box, lineHeight, sheet, stack, titleHeight } from './danfe-fields.ts'
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
  const texts = additionalLines(nota)
  const room = sheet.bottom - sheet.top - fixed - foot.height
  let items = itemLines(nota.items)
  const wanted = additionalHeight(texts.length)
  const all = tableHeight(items)
  // everything on one sheet if it can be; else the goods go first and the additional data keep their least height
  const kept = all + wanted <= room ? wanted : Math.max(leastAdditional, Math.min(wanted, room - all))
  const first = takeItems(items, room - kept)
  items = first.left
  const shownFirst = linesIn(kept, texts.length)
  const sheets: Block[][] = [[blocksOf(nota), itemTable(first.taken, room - kept), foot, additional(texts.slice(0, shownFirst), kept, { first: true, last: shownFirst === texts.length })]]
  let rest = texts.slice(shownFirst)
  const below = sheet.bottom - sheet.top - heading(nota, 1, 1).height
  while (items.length || rest.length) {
    const parts: Block[] = []
    let free = below
    if (items.length) {
      const next = takeItems(items, free)
      const height = next.left.length ? free : tableHeight(next.taken)
      parts.push(itemTable(next.taken, height))
      items = next.left
      free -= height
    }
    if (items.length === 0 && rest.length && free > leastAdditional) {
      const count = Math.min(rest.length, Math.floor((free - titleHeight - 5) / textStep))
      parts.push(additional(rest.slice(0, count), additionalHeight(count), { first: false, last: count === rest.length }))
      rest = rest.slice(count)
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

/** How many of `count` lines the box shows; when not all, its last line says that they go on. */
function linesIn(height: number, count: number): number {
  const most = Math.floor((height - titleHeight - 4.2) / textStep)
  return count <= most ? count : most - 1
}

/** First what the manual wants there (contingency, tests), then what is for the tax office, then the rest (3.1.8). */
function additionalLines(nota: DanfeNota): string[] {
  const { additional: said, references, purchase } = nota
  const paragraphs = [
    ...situationOf(nota).notices,
    furtherInstalments(nota),
    furtherVolumes(nota),
    said.fisco ? `Inf. fisco: ${said.fisco}` : '',
    said.complementary ?? '',
    ...said.fields.map(({ name, text }) => `${name}: ${text}`),
    purchase?.order ? `Pedido de compra: ${purchase.order}` : '',
    purchase?.contract ? `Contrato: ${purchase.contract}` : '',
    ...references.map((key) => `NF-e referenciada: ${keyText(key)}`),
  ]
  return paragraphs.flatMap((paragraph) => wrap(paragraph, 'serif', textPoints, complementaryWidth - 2))
}

function additional(lines: string[], height: number, { first, last }: { first: boolean; last: boolean }): Block {
  const top = titleHeight
  // the same width on every sheet, so that the lines are broken once
  const width = complementaryWidth
  return {
    marks: [
      ...blockTitle(first ? 'DADOS ADICIONAIS' : 'DADOS ADICIONAIS (CONTINUAÇÃO)').marks,
      box(sheet.left, top, width, height - top),
      write('INFORMAÇÕES COMPLEMENTARES', 'serif', 6, sheet.left + 0.8, top + 2.2),
      ...lines.map((text, index) => write(text, 'serif', textPoints, sheet.left + 1, top + 5.2 + index * textStep)),
      ...(last ? [] : [rightward('CONTINUA NA PRÓXIMA FOLHA', 'serifBold', 6, sheet.left + width - 1, height - 1)]),
      ...(first ? [box(sheet.left + width, top, sheet.room - width, height - top), write('RESERVADO AO FISCO', 'serif', 6, sheet.left + width + 0.8, top + 2.2)] : []),
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
    return { ...write(text, 'serifBold', points, x - half * along + lift * up, y + half * up + lift * along), grey: 0.84, turn }
  })
}
