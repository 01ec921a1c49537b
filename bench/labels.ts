/**
 * Labels of 100 × 150 mm with the shipping data and the DANFE simplificado on one page, as a PDF of a wave. Bar: 5,000 for each second of
 * processor, and every barcode of a sample read back at 203 dpi, of numeric and of alphanumeric keys, from the PDF and from the ZPL.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ready } from 'zpl-renderer-js'
import { accessKey } from '../server/fiscal/index.ts'
import type { NotaOnLabel } from '../server/fiscal/index.ts'
import { labelPdf, notaLabelPdf, notaLabelZpl } from '../server/packing/index.ts'
import type { Label, LabelledBox } from '../server/packing/index.ts'
import { readCode128 } from '../test/barcodes.ts'
import { hasPdftoppm } from '../test/paper.ts'
import { paint, readPdf } from '../test/pdf.ts'

const count = Number(process.argv[2] ?? 20_000)
const sampled = Number(process.argv[3] ?? 40)
const wave = 200

// printed again and again: nothing is remembered between two labels, and the collector is not measured on the bench's own data
const distinct = 2000
const numeric = boxes(distinct, '12345678000195')
const alphanumeric = boxes(distinct, '12ABC34501DE35')
const both = numeric.map((box, index) => (index % 2 ? alphanumeric[index]! : box))

// a first wave, so that the compiler is done when the clock starts
pages(both)
labelPdf(both.map(({ label }) => label))

const alone = rate((some) => labelPdf(some.map(({ label }) => label)))
const value = rate(pages)
const bytes = Math.round(pages(both.slice(0, wave)).length / wave)
const zpl = rate((some) => some.map((box) => notaLabelZpl(box)))

const decoded = { numeric: await decodedOf(numeric), alphanumeric: await decodedOf(alphanumeric) }
const read = Object.values(decoded).reduce((sum, one) => sum + one.read, 0)
const tried = Object.values(decoded).reduce((sum, one) => sum + one.tried, 0)
console.log(
  `${count} labels in waves of ${wave}; shipping label alone ${alone} per CPU-second, with its nota ${value}, as ZPL ${zpl}; ${read} of ${tried} barcodes read back`,
)
console.log(
  JSON.stringify({
    name: 'labels',
    value,
    unit: 'labels/CPU-s',
    bar: 5000,
    baseline: alone,
    zpl,
    bytes_per_label: bytes,
    decoded_percent: (100 * read) / tried,
    decoded,
  }),
)
if (value < 5000 || read < tried) process.exitCode = 1
// the ZPL renderer keeps a thread
process.exit()

function pages(some: LabelledBox[]): Buffer {
  return notaLabelPdf(some)
}

/** For each second of processor, user and system, this process and its threads. */
function rate(print: (some: LabelledBox[]) => unknown): number {
  const before = process.cpuUsage()
  for (let printed = 0; printed < count; printed += wave) print(both.slice(printed % distinct, (printed % distinct) + wave))
  const { user, system } = process.cpuUsage(before)
  return Math.round(count / ((user + system) / 1e6))
}

/** Both codes of each label: from the bars of the PDF at 203 dpi (rasterised by poppler where it is installed) and from the ZPL as rendered. */
async function decodedOf(all: LabelledBox[]): Promise<{ tried: number; read: number; by: string }> {
  const some = all.slice(0, sampled)
  const images = hasPdftoppm() ? rasters(pages(some)) : readPdf(pages(some)).map((page) => paint(page))
  const { api } = await ready
  let readBack = 0
  for (const [index, box] of some.entries()) {
    const { label, nota } = box
    const rendered = Buffer.from(await api.zplToBase64Async(notaLabelZpl(box), 100, 150, 8), 'base64')
    for (const image of [images[index]!, rendered]) {
      const found = await readCode128(image)
      for (const wanted of [label.volumeCode, nota!.key]) if (found.includes(wanted)) readBack++
    }
  }
  return { tried: some.length * 4, read: readBack, by: hasPdftoppm() ? 'pdftoppm 203 dpi, ZPL 203 dpi' : 'drawn bars 203 dpi, ZPL 203 dpi' }
}

function rasters(pdf: Buffer): Buffer[] {
  const directory = mkdtempSync(join(tmpdir(), 'retaguarda-labels-'))
  try {
    writeFileSync(join(directory, 'labels.pdf'), pdf)
    execFileSync('pdftoppm', ['-r', '203.2', '-gray', '-png', join(directory, 'labels.pdf'), join(directory, 'page')], { stdio: 'pipe' })
    return readdirSync(directory)
      .filter((name) => name.endsWith('.png'))
      .sort()
      .map((name) => readFileSync(join(directory, name)))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function boxes(many: number, cnpj: string): LabelledBox[] {
  const cities = ['Belo Horizonte', 'São José do Vale do Rio Preto', 'Ivaí', 'Ribeirão Preto', 'Porto Velho']
  const carriers = ['Jadlog', 'Correios', 'Transportadora Rodoviária Ltda', 'Loggi']
  return Array.from({ length: many }, (_, index) => {
    const number = 100_000 + index
    const label: Label = {
      orderNumber: String(number),
      volumeCode: `V${String(number).padStart(10, '0')}`,
      volumeNumber: (index % 3) + 1,
      volumeCount: 3,
      carrierName: carriers[index % 4]!,
      service: index % 2 ? 'Expresso' : null,
      recipient: {
        name: index % 5 ? `Maria da Conceição dos Santos ${index}` : 'Condomínio do Edifício Comercial Presidente Juscelino Kubitschek',
        street: 'Avenida Presidente Antônio Carlos',
        number: String(index),
        complement: index % 2 ? 'apto 1203 bloco B' : null,
        district: 'Pampulha',
        city: cities[index % 5]!,
        state: 'MG',
        cep: String(30_000_000 + index),
      },
      sender: {
        name: 'Cerâmica Serra Azul',
        street: 'Av. Industrial',
        number: '900',
        complement: null,
        district: 'Distrito Industrial',
        city: 'Pedreira',
        state: 'SP',
        cep: '13920000',
      },
      weightG: 500 + index,
      dispatchBy: '22/11 15:00',
      channelName: 'Loja própria',
      channelOrder: String(number),
    }
    const numericCode = String((index * 7_919 + 13) % 100_000_000).padStart(8, '0')
    const nota: NotaOnLabel = {
      key: accessKey({ ufCode: '35', yearMonth: '2611', document: cnpj, series: 1, number, emissionType: 1, numericCode }),
      protocol: `1352600${String(index).padStart(8, '0')}`,
      authorisedAt: '22/11/2026 02:04:57',
      issuer: { name: 'INDUSTRIA E COMERCIO DE PRODUTOS CERAMICOS SERRA AZUL LTDA', cnpj, ie: '123456789012', uf: 'SP' },
      series: 1,
      number,
      direction: 1,
      issuedAt: '22/11/2026',
      recipient: { name: label.recipient.name.toUpperCase(), document: '12345678909', uf: 'MG' },
      environment: 'production',
    }
    return { label, nota }
  })
}
