import { code128 } from '../../platform/barcode.ts'
import type { PdfPage } from '../../platform/pdf.ts'
import type { Column } from '../../platform/pdf-sheet.ts'
import { a4, drawTable, startSheet } from '../../platform/pdf-sheet.ts'
import { cut } from '../../platform/typesetting.ts'

export interface PickListLine {
  place: string
  sku: string
  name: string
  ean: string | null
  quantity: number
  /** Slot of the cart; null when all goes into one tote. */
  slot: string | null
}

/** One trip on paper, in the order of the walk. Instants are already written in the merchant's time zone. */
export interface PrintedTrip {
  /** Printable ASCII, at most 20 letters: what a scanner reads to take the trip up again. */
  code: string
  cart: string | null
  picker: string | null
  /** When the truck leaves. */
  cutOff: string | null
  printedAt: string
  lines: PickListLine[]
}

/** The picking list for the day the network is down: walk it from top to bottom, tick, write what was missing. */
export function pickListPdf(trip: PrintedTrip): Buffer {
  const sheet = startSheet(`Lista de separação ${trip.code}`, (page) => head(page, trip))
  drawTable(sheet, columns, trip.lines, 11)
  sheet.need(34)
  drawEnd(sheet.page, sheet.y + 5, trip)
  return sheet.finish()
}

const columns: Column<PickListLine>[] = [
  { title: '', width: 9, tick: true, value: () => '' },
  { title: 'Endereço', width: 38, face: 'bold', points: 14, value: ({ place }) => place },
  { title: 'Produto', width: 81, points: 9.5, value: ({ name }) => name, below: ({ sku, ean }) => (ean ? `${sku} · ${ean}` : sku) },
  { title: 'Qtd.', width: 18, align: 'right', face: 'bold', points: 16, value: ({ quantity }) => quantity.toLocaleString('pt-BR') },
  { title: 'Cesto', width: 20, align: 'center', face: 'bold', points: 14, value: ({ slot }) => slot ?? '' },
  { title: 'Separado', width: 20, align: 'right', points: 8, value: () => '______' },
]

function head(page: PdfPage, { code, cart, picker, cutOff, printedAt }: PrintedTrip): number {
  const barcode = code128(code)
  const module = Math.min(0.5, 70 / barcode.modules)
  const start = a4.right - barcode.modules * module
  page.text(a4.left, 19, 'Lista de separação', { points: 16, face: 'bold' })
  page.text(a4.left, 25.5, [cutOff && `Saída ${cutOff}`, `Impressa em ${printedAt}`].filter(Boolean).join(' · '), { points: 9 })
  page.text(a4.left, 30.5, [cart && `Carrinho ${cart}`, picker && `Separador: ${cut(picker, 'regular', 9, 60)}`].filter(Boolean).join(' · '), { points: 9 })
  page.bars(start, 12, 13.5, module, barcode)
  page.text(start + (barcode.modules * module) / 2, 30.5, code, { points: 12, face: 'bold', align: 'center' })
  page.line(a4.left, 34, a4.right, 34, 0.5)
  return 35
}

function drawEnd(page: PdfPage, y: number, { lines }: PrintedTrip) {
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  const count = (number: number, one: string, many: string) => `${number.toLocaleString('pt-BR')} ${number === 1 ? one : many}`
  page.text(a4.left, y + 3, `${count(lines.length, 'linha', 'linhas')}, ${count(units, 'unidade', 'unidades')}`, { points: 12, face: 'bold' })
  page.text(a4.left, y + 8.5, 'Faltou? Anote em “Separado” o que encontrou e avise antes de fechar o carrinho.', { points: 9 })
  for (const [x, width, caption] of [
    [a4.left, 86, 'Separador'],
    [a4.left + 96, 40, 'Início'],
    [a4.left + 146, 40, 'Fim'],
  ] as const) {
    page.line(x, y + 22, x + width, y + 22, 0.25)
    page.text(x, y + 25.6, caption, { points: 7, grey: 0.35 })
  }
}
