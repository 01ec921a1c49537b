import { keyBarcode, quietModules } from '../platform/barcode.ts'
import type { DotsPerMm, Drawing, Mark } from '../platform/drawing.ts'
import { dotsPerMm, drawPdf, drawSvg, drawZpl } from '../platform/drawing.ts'
import { centered, column, rule, write } from '../platform/marks.ts'
import { startPdf } from '../platform/pdf.ts'
import { capHeight, fit, mmPerPoint, shrink } from '../platform/typesetting.ts'
import { dateText, directionText, documentText, keyText, notaNumberText, timeText } from './paper-text.ts'
import type { ReadNota } from './read-nota.ts'

/*
 * DANFE Simplificado - Etiqueta (NT 2020.004 v1.10): what goes outside the box of an authorised sale to a consumer. Nothing under 6 points,
 * titles in bold capitals, no total value since August 2024. Bars take at least 0.25 mm, two dots of a 203 dpi printer.
 */

export interface NotaOnLabel {
  /** 44 letters. */
  key: string
  /** nProt. */
  protocol: string
  /** Already formatted, such as `21/11/2026 10:05:09`. */
  authorisedAt: string
  /** `cnpj` may be a CPF of an issuer who has one; with or without mask. */
  issuer: { name: string; cnpj: string; ie: string; uf: string }
  series: number
  number: number
  /** 0 entry, 1 exit. */
  direction: 0 | 1
  /** Already formatted, such as `21/11/2026`. */
  issuedAt: string
  recipient: { name: string; document: string; uf: string } | null
  environment: 'production' | 'homologation'
  contingency?: 'SVC-AN' | 'SVC-RS' | null
}

/** What the label says of a nota, or null where the law allows no label yet: a nota that SEFAZ has not authorised. */
export function notaOnLabel(nota: ReadNota): NotaOnLabel | null {
  const { protocol, issuer, recipient } = nota
  if (!protocol?.number || !authorised.has(protocol.code)) return null
  return {
    key: nota.key,
    protocol: protocol.number,
    authorisedAt: `${dateText(protocol.receivedAt)} ${timeText(protocol.receivedAt)}`,
    issuer: { name: issuer.name ?? '', cnpj: issuer.document ?? '', ie: issuer.ie ?? '', uf: issuer.address?.state ?? '' },
    series: nota.series,
    number: nota.number,
    direction: nota.direction,
    issuedAt: dateText(nota.issuedAt),
    recipient: recipient && { name: recipient.name ?? '', document: recipient.document ?? '', uf: recipient.address?.state ?? '' },
    environment: nota.environment,
    contingency: nota.emissionType === 6 ? 'SVC-AN' : nota.emissionType === 7 ? 'SVC-RS' : null,
  }
}

/** Authorised, with an alert, or late. */
const authorised = new Set(['100', '120', '150'])

const left = 4
const width = 92
const right = left + width

/** Height in mm of `danfeLabelMarks`. */
export const danfeLabelHeight = 40.4

/** The nota on the lower part of a sheet 100 mm wide, below somebody's shipping label. */
export function danfeLabelMarks(nota: NotaOnLabel, top: number, resolution: DotsPerMm = dotsPerMm): Mark[] {
  const { issuer, recipient } = nota
  const tested = nota.environment === 'homologation'
  const key = shrink(keyText(nota.key), 'bold', 9, 6, width - 14)
  return [
    rule(left, top, width, 0.5),
    write(title, 'bold', tested ? 9 : 10, left, top + 4.3),
    ...(tested
      ? [{ kind: 'fill', x: right - 31, y: top + 1, width: 31, height: 4.2 } as const, centered(worthless, 'bold', 8.5, right - 31, 31, top + 4.2, true)]
      : []),
    barcode(nota.key, top + 6, 9.1, 0.25, resolution),
    write('CHAVE DE', 'bold', 6, left, top + 17.5),
    write('ACESSO', 'bold', 6, left, top + 19.7),
    centered(key.text, 'bold', key.points, left + 14, width - 14, top + 19),
    ...row(top + 20.6, 5.7, 8, [
      [protocolTitle(nota), `${nota.protocol}  ${nota.authorisedAt}`, 52],
      ['TIPO', directionText(nota.direction), 16],
      ['NÚMERO', notaNumberText(nota.number), 17.5],
      ['SÉRIE', String(nota.series), 6.5],
    ]),
    ...row(top + 26.3, 7, 8, [
      ['EMITENTE', issuer.name, 44.2],
      ['CNPJ', documentText(issuer.cnpj), 25],
      ['IE', issuer.ie, 17.8],
      ['UF', issuer.uf, 5],
    ]),
    ...row(top + 33.3, 7, 8, [
      ['DESTINATÁRIO', recipient?.name ?? '', 44.2],
      ['CNPJ/CPF', documentText(recipient?.document ?? null), 25],
      ['EMISSÃO', nota.issuedAt, 17.8],
      ['UF', recipient?.uf ?? '', 5],
    ]),
  ]
}

/** The nota alone on its 100 × 150 mm, for beside a shipping label that the marketplace made. */
export function drawDanfeLabel(nota: NotaOnLabel, resolution: DotsPerMm = dotsPerMm): Drawing {
  const { issuer, recipient } = nota
  const tested = nota.environment === 'homologation'
  const [first, second] = [nota.key.slice(0, 24), nota.key.slice(24)].map((half) => shrink(keyText(half), 'bold', 17, 10, width))
  const heading = shrink(title, 'bold', 20, 12, width)
  return {
    width: 100,
    height: 150,
    marks: [
      centered(heading.text, 'bold', heading.points, left, width, 11),
      rule(left, 14, width, 0.5),
      barcode(nota.key, 18, 28, 0.375, resolution),
      centered('CHAVE DE ACESSO', 'bold', 7, left, width, 50.5),
      centered(first!.text, 'bold', first!.points, left, width, 57.5),
      centered(second!.text, 'bold', second!.points, left, width, 65),
      ...row(69, 13, 12, [[protocolTitle(nota), `${nota.protocol}  ${nota.authorisedAt}`, width]]),
      ...row(82, 12, 12, [
        ['TIPO', directionText(nota.direction), 27],
        ['NÚMERO', notaNumberText(nota.number), 29],
        ['SÉRIE', String(nota.series), 12],
        ['EMISSÃO', nota.issuedAt, 24],
      ]),
      ...row(94, 14, 12, [['EMITENTE', issuer.name, width]]),
      ...row(108, 10, 12, [
        ['CNPJ', documentText(issuer.cnpj), 42],
        ['INSCRIÇÃO ESTADUAL', issuer.ie, 40],
        ['UF', issuer.uf, 10],
      ]),
      ...row(118, 14, 12, [['DESTINATÁRIO', recipient?.name ?? '', width]]),
      ...row(132, 10, 12, [
        ['CNPJ/CPF', documentText(recipient?.document ?? null), 82],
        ['UF', recipient?.uf ?? '', 10],
      ]),
      ...(tested
        ? [{ kind: 'fill', x: left, y: 141.5, width, height: 6.5 } as const, centered(`HOMOLOGAÇÃO - ${worthless}`, 'bold', 13, left, width, 146.4, true)]
        : []),
    ],
  }
}

/** One page of 100 × 150 mm for each nota. */
export function danfeLabelPdf(notas: NotaOnLabel[], resolution: DotsPerMm = dotsPerMm): Buffer {
  const pdf = startPdf({ title: notas.length === 1 ? `DANFE simplificado ${notas[0]!.key}` : `${notas.length} DANFEs simplificados` })
  for (const nota of notas) drawPdf(pdf, drawDanfeLabel(nota, resolution))
  return pdf.finish()
}

export const danfeLabelZpl = (nota: NotaOnLabel, resolution: DotsPerMm = dotsPerMm): string => drawZpl(drawDanfeLabel(nota, resolution), resolution)

export const danfeLabelSvg = (nota: NotaOnLabel): string => drawSvg(drawDanfeLabel(nota))

const title = 'DANFE SIMPLIFICADO - ETIQUETA'
const worthless = 'SEM VALOR FISCAL'

const protocolTitle = ({ contingency }: NotaOnLabel) => (contingency ? `PROTOCOLO DE AUTORIZAÇÃO (${contingency})` : 'PROTOCOLO DE AUTORIZAÇÃO DE USO')

/** In the middle of the sheet, on whole dots of the printer, as wide as `widest` mm for each module lets its quiet zones in. */
function barcode(key: string, y: number, height: number, widest: number, resolution: DotsPerMm): Mark {
  const code = keyBarcode(key)
  const module = Math.min(Math.floor(widest * resolution), Math.floor((100 * resolution) / (code.modules + 2 * quietModules)))
  return { kind: 'barcode', x: Math.round((100 * resolution - code.modules * module) / 2) / resolution, y, height, module: module / resolution, code }
}

/** Fields side by side under a hairline, each a bold title and what it says: as large as its room lets it, on two lines where a name is long. */
function row(top: number, height: number, points: number, cells: [caption: string, value: string, room: number][]): Mark[] {
  const marks: Mark[] = [rule(left, top, width, 0.125)]
  const [caption, gap] = points > 10 ? [7, 1.3] : [6, 0.6]
  const captionBase = top + 0.7 + caption * mmPerPoint * capHeight
  let x = left
  for (const [name, value, room] of cells) {
    // from the top of the first line's capitals to the bottom of the last line's, as `fit` counts whole lines
    const free = top + height - 0.3 - captionBase - gap + 6 * mmPerPoint * (leading - capHeight)
    const fitted = fit([value], 'regular', { width: room - 1.2, height: free, largest: points, smallest: 6, leading })
    marks.push(write(name, 'bold', caption, x, captionBase), ...column(fitted.lines, 'regular', fitted.points, captionBase + gap, leading, x))
    x += room
  }
  return marks
}

const leading = 1.08
