import { keyBarcode, quietModules } from '../platform/barcode.ts'
import type { Mark } from '../platform/drawing.ts'
import { centered, column, write } from '../platform/marks.ts'
import { fit, shrink } from '../platform/typesetting.ts'
import { address, situationOf } from './danfe-facts.ts'
import type { DanfeNota } from './danfe-facts.ts'
import type { Block } from './danfe-fields.ts'
import { aligned, box, cutLine, field, fieldRow, lineHeight, sheet, stack } from './danfe-fields.ts'
import { cepText, dateText, documentText, keyText, moneyText, notaNumberText, phoneText } from './paper-text.ts'
import type { ReadNota } from './read-nota.ts'

/** The receipt that the recipient signs and the carrier brings back, on the first sheet only. */
export function receipt(nota: ReadNota): Block {
  const [wide, narrow, height] = [165, 35, 16]
  const said = `RECEBEMOS DE ${nota.issuer.name ?? ''} OS PRODUTOS E/OU SERVIÇOS CONSTANTES DA NOTA FISCAL ELETRÔNICA INDICADA AO LADO`.toUpperCase()
  const about =
    `EMISSÃO: ${dateText(nota.issuedAt)} - VALOR TOTAL: R$ ${moneyText(nota.totals.total)} - DESTINATÁRIO: ${nota.recipient?.name ?? ''}`.toUpperCase()
  const first = fit([said, about], 'serif', { width: wide - 2, height: 8.2, largest: 7, smallest: 6, leading: 1.12 })
  const right = sheet.left + wide
  return {
    marks: [
      box(sheet.left, 0, wide, 9),
      ...column(first.lines, 'serif', first.points, 0.9, 1.12, sheet.left + 1),
      ...fieldRow([field('DATA DE RECEBIMENTO', '', 40), field('IDENTIFICAÇÃO E ASSINATURA DO RECEBEDOR', '', 125)], sheet.left, wide).marks.map((mark) => ({
        ...mark,
        y: mark.y + 9,
      })),
      box(right, 0, narrow, height),
      centered('NF-e', 'serifBold', 13, right, narrow, 5.2),
      centered(`Nº ${notaNumberText(nota.number)}`, 'serifBold', 10, right, narrow, 9.8),
      centered(`SÉRIE ${nota.series}`, 'serifBold', 10, right, narrow, 14),
      ...cutLine(height + 2),
    ],
    height: height + 4,
  }
}

/** Repeated on every sheet (3.5): issuer, number and sheet, key, nature, protocol, registrations, tax regime. */
export function heading(nota: DanfeNota, page: number, pages: number): Block {
  const { issuer } = nota
  const situation = situationOf(nota)
  return stack([
    identification(nota, page, pages),
    fieldRow([field('NATUREZA DA OPERAÇÃO', nota.nature, 103), { ...field(situation.protocolTitle, situation.protocol, 97, 'center'), face: 'serifBold' }]),
    fieldRow([
      field('INSCRIÇÃO ESTADUAL', issuer.ie ?? '', 66),
      field('INSCRIÇÃO ESTADUAL DO SUBST. TRIBUTÁRIO', issuer.stIe ?? '', 67),
      field(issuer.document?.length === 11 ? 'CPF' : 'CNPJ', documentText(issuer.document), 67),
    ]),
    // the second field is reserved by NT 2026.010 (4.2) until another NT says which tag fills it
    fieldRow([field('CÓDIGO DO REGIME TRIBUTÁRIO', regimes[issuer.crt ?? 0] ?? '', 103), field('TIPO DE REGIME DE APURAÇÃO DO IBS E DA CBS', '', 97)]),
  ])
}

/** CRT (NT 2026.010, 4.2). */
const regimes: Record<number, string> = {
  1: '1 - SIMPLES NACIONAL',
  2: '2 - SIMPLES NACIONAL, EXCESSO DE SUBLIMITE DE RECEITA BRUTA',
  3: '3 - REGIME NORMAL',
  4: '4 - SIMPLES NACIONAL, MEI',
}

function identification(nota: DanfeNota, page: number, pages: number): Block {
  const [issuerWidth, numberWidth, keyWidth, height] = [66, 37, 97, 37]
  const [numberLeft, keyLeft] = [sheet.left + issuerWidth, sheet.left + issuerWidth + numberWidth]
  const key = shrink(keyText(nota.key), 'serifBold', 10, 8, keyWidth - 2)
  return {
    marks: [
      box(sheet.left, 0, issuerWidth, height),
      ...issuerMarks(nota, issuerWidth, height),
      box(numberLeft, 0, numberWidth, height),
      centered('DANFE', 'serifBold', 15, numberLeft, numberWidth, 5.6),
      ...['DOCUMENTO AUXILIAR', 'DA NOTA FISCAL', 'ELETRÔNICA'].map((text, index) => centered(text, 'serif', 8, numberLeft, numberWidth, 9.4 + index * 3)),
      write('0 - ENTRADA', 'serif', 8, numberLeft + 4, 19.6),
      write('1 - SAÍDA', 'serif', 8, numberLeft + 4, 23),
      box(numberLeft + 26, 17, 6.6, 6.6),
      centered(String(nota.direction), 'serifBold', 12, numberLeft + 26, 6.6, 21.8),
      centered(`Nº ${notaNumberText(nota.number)}`, 'serifBold', 11, numberLeft, numberWidth, 28),
      centered(`SÉRIE ${nota.series}`, 'serifBold', 10, numberLeft, numberWidth, 31.9),
      centered(`FOLHA ${page}/${pages}`, 'serifBold', 10, numberLeft, numberWidth, 35.8),
      // no overlay behind what a scanner reads
      { kind: 'fill', x: keyLeft, y: 0, width: keyWidth, height: 14.6, white: true },
      box(keyLeft, 0, keyWidth, 14.6),
      keyBars(nota.key, keyLeft, keyWidth),
      box(keyLeft, 14.6, keyWidth, 8),
      write('CHAVE DE ACESSO', 'serif', 6, keyLeft + 0.8, 16.8),
      centered(key.text, 'serifBold', key.points, keyLeft, keyWidth, 21.2),
      box(keyLeft, 22.6, keyWidth, 14.4),
      ...situationOf(nota).consultation.map((text, index) => centered(text, 'serif', 9, keyLeft, keyWidth, 28.6 + index * 4)),
    ],
    height,
  }
}

function issuerMarks({ issuer }: ReadNota, width: number, height: number): Mark[] {
  const room = width - 3
  const name = fit([issuer.name ?? ''], 'serifBold', { width: room, height: 15.5, largest: 12, smallest: 9, leading: 1.1 })
  const { address: place } = issuer
  const about = [
    address(place),
    [place?.district, [place?.municipality.name, place?.state].filter(Boolean).join('/')].filter(Boolean).join(' - '),
    [place?.cep ? `CEP ${cepText(place.cep)}` : '', issuer.phone ? `Fone ${phoneText(issuer.phone)}` : ''].filter(Boolean).join(' - '),
  ]
  const top = 4.2 + name.lines.length * name.points * 0.39
  const rest = fit(about.filter(Boolean), 'serifBold', { width: room, height: height - top - 0.6, largest: 8, smallest: 6, leading: 1.15 })
  return [
    write('IDENTIFICAÇÃO DO EMITENTE', 'serif', 6, sheet.left + 0.8, 2.2),
    ...name.lines.map((text, index) => aligned(text, 'serifBold', name.points, sheet.left + 1.5, room, 7.2 + index * name.points * 0.39, 'center')),
    ...rest.lines.map((text, index) =>
      aligned(text, 'serifBold', rest.points, sheet.left + 1.5, room, top + 2.6 + index * lineHeight(rest.points) * 1.03, 'center'),
    ),
  ]
}

/** Modules of 0.25 mm, where the manual asks for 0.2: an alphanumeric key then still reads on a 203 dpi printer. */
function keyBars(key: string, left: number, width: number): Mark {
  const code = keyBarcode(key)
  const module = Math.min(0.25, width / (code.modules + 2 * quietModules))
  return { kind: 'barcode', x: Math.round((left + (width - code.modules * module) / 2) * 8) / 8, y: 1.8, height: 11, module, code }
}
