import type { PdfPage } from '../../platform/pdf.ts'
import type { Column } from '../../platform/pdf-sheet.ts'
import { a4, drawTable, startSheet } from '../../platform/pdf-sheet.ts'
import { cut, shrink } from '../../platform/typesetting.ts'

export interface ManifestVolume {
  orderNumber: string
  volumeNumber: number
  volumeCount: number
  code: string
  recipient: string
  city: string | null
  state: string | null
  cep: string | null
  /** Grams; null when the box was not weighed. */
  weightG: number | null
}

/** What was handed over to a carrier. Instants are already written in the merchant's time zone. */
export interface PrintedManifest {
  number: string
  merchantName: string
  /** CNPJ of 14 signs without mask; alphanumeric since July 2026. */
  company: { legalName: string; cnpj: string }
  carrierName: string
  carrierCnpj: string | null
  openedAt: string
  /** Null while it is open: the paper then says so. */
  closedAt: string | null
  driverName: string | null
  driverDocument: string | null
  plate: string | null
  volumes: ManifestVolume[]
}

/** The romaneio on A4: every volume, the totals, and where the driver signs. */
export function manifestPdf(manifest: PrintedManifest): Buffer {
  const sheet = startSheet(`Romaneio ${manifest.number} - ${manifest.carrierName}`, (page) => head(page, manifest))
  const numbered = manifest.volumes.map((volume, index) => ({ ...volume, line: index + 1 }))
  drawTable(sheet, columns, numbered, 6)
  sheet.need(78)
  drawTotals(sheet.page, sheet.y + 4, manifest.volumes)
  drawSignatures(sheet.page, sheet.y + 22, manifest)
  return sheet.finish()
}

const columns: Column<ManifestVolume & { line: number }>[] = [
  { title: '#', width: 8, align: 'right', points: 7, value: ({ line }) => String(line) },
  { title: 'Pedido', width: 23, face: 'bold', value: ({ orderNumber }) => orderNumber },
  { title: 'Vol.', width: 11, align: 'center', value: ({ volumeNumber, volumeCount }) => `${volumeNumber}/${volumeCount}` },
  { title: 'Código', width: 27, value: ({ code }) => code },
  { title: 'Destinatário', width: 45, value: ({ recipient }) => recipient },
  { title: 'Cidade', width: 29, value: ({ city }) => city ?? '' },
  { title: 'UF', width: 7, value: ({ state }) => state ?? '' },
  { title: 'CEP', width: 17, align: 'center', value: ({ cep }) => (cep ?? '').replace(/^(\d{5})(\d{3})$/, '$1-$2') },
  { title: 'Peso (kg)', width: 14, align: 'right', value: ({ weightG }) => (weightG === null ? '–' : kilos(weightG)) },
  { title: '', width: 5, tick: true, value: () => '' },
]

function head(page: PdfPage, { number, merchantName, company, carrierName, carrierCnpj, openedAt, closedAt }: PrintedManifest): number {
  page.text(a4.left, 19, 'Romaneio de expedição', { points: 16, face: 'bold' })
  page.text(a4.right, 19, `nº ${number}`, { points: 16, face: 'bold', align: 'right' })
  page.line(a4.left, 22.5, a4.right, 22.5, 0.5)
  const fields: [number, number, string, string, string[]][] = [
    [a4.left, 72, 'REMETENTE', merchantName, [company.legalName, `CNPJ ${maskCnpj(company.cnpj)}`]],
    [a4.left + 76, 62, 'TRANSPORTADORA', carrierName, carrierCnpj ? [`CNPJ ${maskCnpj(carrierCnpj)}`] : []],
    [a4.left + 142, 44, closedAt ? 'FECHADO EM' : 'SITUAÇÃO', closedAt ?? 'Em aberto', [`Aberto em ${openedAt}`]],
  ]
  for (const [x, width, caption, value, below] of fields) {
    const main = shrink(value, 'bold', 11, 7, width)
    page.text(x, 27, caption, { points: 6.5, face: 'bold', grey: 0.35 })
    page.text(x, 32, main.text, { points: main.points, face: 'bold' })
    below.forEach((line, index) => page.text(x, 36.2 + index * 3.6, cut(line, 'regular', 8, width), { points: 8 }))
  }
  page.line(a4.left, 42.5, a4.right, 42.5, 0.15, 0.6)
  return 43.5
}

function drawTotals(page: PdfPage, y: number, volumes: ManifestVolume[]) {
  const weighed = volumes.flatMap(({ weightG }) => weightG ?? [])
  const unweighed = volumes.length - weighed.length
  const totals: [string, string][] = [
    ['PEDIDOS', String(new Set(volumes.map(({ orderNumber }) => orderNumber)).size)],
    ['VOLUMES', String(volumes.length)],
    ['PESO TOTAL', `${kilos(weighed.reduce((sum, grams) => sum + grams, 0))} kg`],
  ]
  page.fill(a4.left, y, a4.right - a4.left, 13, 0.93)
  totals.forEach(([caption, value], index) => {
    page.text(a4.left + 4 + index * 40, y + 4.4, caption, { points: 6.5, face: 'bold', grey: 0.35 })
    page.text(a4.left + 4 + index * 40, y + 10.4, value, { points: 14, face: 'bold' })
  })
  if (unweighed) page.text(a4.right - 4, y + 10.4, unweighed === 1 ? '1 volume sem peso' : `${unweighed} volumes sem peso`, { points: 8.5, align: 'right' })
}

function drawSignatures(page: PdfPage, y: number, { driverName, driverDocument, plate }: PrintedManifest) {
  page.text(a4.left, y, 'Recebi os volumes relacionados, com as embalagens fechadas e sem sinais aparentes de avaria.', { points: 9 })
  const blanks: [number, number, number, string, string | null][] = [
    [a4.left, 74, 14, 'Motorista', driverName],
    [a4.left + 80, 52, 14, 'Documento', driverDocument && maskCpf(driverDocument)],
    [a4.left + 138, 48, 14, 'Placa', plate],
    [a4.left, 74, 36, 'Assinatura do motorista', null],
    [a4.left + 80, 52, 36, 'Data e hora da saída', null],
    [a4.left + 138, 48, 36, 'Conferente', null],
  ]
  for (const [x, width, down, caption, value] of blanks) {
    page.line(x, y + down, x + width, y + down, 0.25)
    page.text(x, y + down + 3.6, caption, { points: 7, grey: 0.35 })
    if (value) page.text(x + 1, y + down - 1.6, cut(value, 'bold', 10.5, width - 2), { points: 10.5, face: 'bold' })
  }
}

const kilos = (grams: number) => (grams / 1000).toLocaleString('pt-BR', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
const maskCnpj = (cnpj: string) => cnpj.replace(/^(.{2})(.{3})(.{3})(.{4})(.{2})$/, '$1.$2.$3/$4-$5')
const maskCpf = (document: string) => document.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1.$2.$3-$4')
