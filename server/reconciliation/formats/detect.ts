import { decodeText } from './cells.ts'
import { csvScanner } from './csv-stream.ts'
import { columnName } from './table.ts'
import type { FormatName } from './lines.ts'

/** What a file is, so that a person only drops it. */
export type Detected =
  | { format: Exclude<FormatName, 'cnab240' | 'bank_csv' | 'settlement_csv'>; kind: 'bank' | 'settlement' }
  | { format: 'cnab240'; kind: 'settlement' | 'bank' | 'payments' }
  /** A table nobody knows: its header, for a person to say what it is and to link the columns. */
  | { format: 'csv'; kind: 'unknown'; columns: string[]; separator: string; sample: string[][] }
  | { format: null; kind: 'refused'; message: string; cure: string }

const refused = (message: string, cure: string): Detected => ({ format: null, kind: 'refused', message, cure })

/** Looks at the first 64 kB (and the name, only to word a refusal). Never throws. */
export function detect(bytes: Uint8Array, name = ''): Detected {
  if (bytes.length === 0) return refused('O arquivo está vazio', 'Baixe o arquivo de novo na origem')
  const [first, second] = bytes
  if (first === 0x50 && second === 0x4b)
    return /\.xlsx$/i.test(name)
      ? refused('É uma planilha do Excel', 'Baixe o mesmo relatório em CSV na origem; não salve a planilha como CSV, porque ela muda números longos')
      : refused('O arquivo está compactado (zip)', 'Abra o zip e envie o arquivo que está dentro')
  if (first === 0x1f && second === 0x8b) return refused('O arquivo está compactado (gzip)', 'Descompacte e envie o arquivo que está dentro')
  if (first === 0x25 && second === 0x50) return refused('É um PDF', 'Baixe o extrato no banco em OFX, CNAB ou CSV; do PDF não dá para ler com segurança')
  if (first === 0xd0 && second === 0xcf) return refused('É uma planilha antiga do Excel (.xls)', 'Baixe o mesmo relatório em CSV na origem')
  const text = decodeText(bytes.subarray(0, 65_536))
  const head = text.trimStart().slice(0, 4096)
  if (/^OFXHEADER|<OFX[\s>]/i.test(head)) return { format: 'ofx', kind: 'bank' }
  if (head.startsWith('<')) {
    if (/camt\.053|BkToCstmrStmt/.test(head)) return { format: 'camt053', kind: 'bank' }
    return refused('É um XML que não é extrato de banco', 'Notas fiscais entram em Notas recebidas; extratos em XML são só CAMT.053')
  }
  if (head.startsWith('{') || head.startsWith('[')) return ofJson(text)
  const lines = text.split(/\r?\n/, 3)
  const line = lines[0] ?? ''
  if (/^\d{3}00000/.test(line) && line.length >= 143 && line.length <= 242) return { format: 'cnab240', kind: kindOf240(text) }
  if (/^0[12](RETORNO|REMESSA)/i.test(line))
    return line.startsWith('02')
      ? { format: 'cnab400', kind: 'settlement' }
      : refused('É uma remessa, não um retorno', 'Baixe no banco o arquivo de retorno (.ret)')
  if (/^0\d{10}/.test(line) && /CIELO/.test(line.slice(40, 50))) return { format: 'cielo', kind: 'settlement' }
  if (line.startsWith('002') && /^0(04|06|08|10|12|26)/.test(lines[1] ?? '')) return { format: 'rede_eevc', kind: 'settlement' }
  if (line.startsWith('030') && /^0(3[2-9]|4\d|5\d)/.test(lines[1] ?? '')) return { format: 'rede_eefi', kind: 'settlement' }
  if (/^"?00"?,\s*"?\d{6,}/.test(line) && line.split(',').length >= 8) return { format: 'rede_eevd', kind: 'settlement' }
  return ofTable(bytes)
}

function ofJson(text: string): Detected {
  if (/"order_income"\s*:/.test(text)) return { format: 'shopee_escrow', kind: 'settlement' }
  if (/"transaction_type"\s*:/.test(text) && /"create_time"\s*:/.test(text)) return { format: 'shopee_wallet', kind: 'settlement' }
  if (/"endToEndId"\s*:/.test(text)) return { format: 'pix', kind: 'bank' }
  if (/"(?:anticipation_fee|original_payment_date|accrual_date)"\s*:/.test(text) && /"amount"\s*:/.test(text)) return { format: 'pagarme', kind: 'settlement' }
  return refused('É um JSON que não reconhecemos', 'São lidos: detalhe do repasse da Shopee, Pix recebidos e recebíveis do Pagar.me')
}

function kindOf240(text: string): 'settlement' | 'bank' | 'payments' {
  for (const line of text.split(/\r?\n/)) {
    if (line.charAt(7) === '1' && line.charAt(8) === 'E') return 'bank'
    if (line.charAt(7) === '3') {
      if (line.charAt(13) === 'E') return 'bank'
      return 'TUYGPQRS'.includes(line.charAt(13)) ? 'settlement' : 'payments'
    }
  }
  return 'settlement'
}

function ofTable(bytes: Uint8Array): Detected {
  const scanner = csvScanner()
  const { records } = scanner.push(bytes.subarray(0, 65_536))
  const all = bytes.length <= 65_536 ? [...records, ...scanner.end().records] : records
  for (const header of all.slice(0, 50)) {
    const names = new Set(header.map((cell) => columnName(/\(([A-Z_]{4,})\)\s*$/.exec(cell)?.[1] ?? cell)))
    const has = (...wanted: string[]) => wanted.every((name) => names.has(name))
    if (has('TRANSACTION_TYPE', 'TRANSACTION_AMOUNT', 'SOURCE_ID')) return { format: 'mercado_pago_settlement', kind: 'settlement' }
    if (has('RECORD_TYPE', 'NET_CREDIT_AMOUNT', 'NET_DEBIT_AMOUNT')) return { format: 'mercado_pago_release', kind: 'settlement' }
    if (has('SETTLEMENT_ID', 'TOTAL_AMOUNT', 'AMOUNT_TYPE')) return { format: 'amazon_settlement', kind: 'settlement' }
  }
  // the header of an unknown table is its first row that is as wide as most
  const widths = new Map<number, number>()
  for (const cells of all.slice(0, 200)) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1)
  const width = [...widths].filter(([cells]) => cells > 1).toSorted((left, right) => right[1] - left[1])[0]?.[0]
  const top = width === undefined ? -1 : all.findIndex((cells) => cells.length === width)
  const header = all[top]
  if (!header || all.length < 2)
    return refused(
      'Não reconhecemos este arquivo',
      'São lidos: OFX, CNAB 240 e 400, CAMT.053, CSV, e os relatórios de Mercado Pago, Shopee, Amazon, Rede, Cielo e Pagar.me',
    )
  return { format: 'csv', kind: 'unknown', columns: header, separator: scanner.separator, sample: all.slice(top + 1, top + 6) }
}
