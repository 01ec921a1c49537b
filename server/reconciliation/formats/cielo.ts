import { dayStart, digitsDay, fixedLines, reais } from './cells.ts'
import { addFee, blankLine, settlementFile, whole } from './collect.ts'
import type { Ledger } from './collect.ts'
import { fieldsOf } from './fixed.ts'
import type { Layout, Proof } from './fixed.ts'
import type { SettlementFile, SettlementKind, SettlementLine } from './lines.ts'

/**
 * Positions of Cielo's Extrato Eletrônico v15, from 1. Public descriptions of v15.14 only: no real file was seen, so every file read with them
 * carries a notice and a control sum that does not hold refuses it.
 */
export const cieloLayout = {
  proof: 'documentation' as Proof,
  header: { date: [12, 19], company: [43, 47], option: [48, 49], version: [71, 73] },
  agenda: {
    status: [70, 71],
    grossSign: [72, 72],
    gross: [73, 85],
    feeSign: [86, 86],
    fee: [87, 99],
    netSign: [100, 100],
    net: [101, 113],
    entry: [150, 151],
    key: [152, 251],
    paid: [268, 275],
    originalDue: [284, 291],
  },
  detail: {
    instalment: [18, 19],
    instalments: [20, 21],
    authorisation: [22, 27],
    entry: [28, 29],
    key: [30, 129],
    nsu: [176, 181],
    tid: [192, 211],
    order: [212, 231],
    grossSign: [261, 261],
    gross: [262, 274],
    netSign: [275, 275],
    net: [276, 288],
    feeSign: [289, 289],
    fee: [290, 302],
    time: [471, 476],
    sale: [496, 510],
    authorised: [566, 573],
    entryDay: [582, 589],
    originalDue: [630, 637],
  },
  pix: {
    nsu: [62, 67],
    endToEnd: [26, 61],
    date: [14, 19],
    paid: [68, 73],
    grossSign: [74, 74],
    gross: [75, 87],
    feeSign: [88, 88],
    fee: [89, 101],
    netSign: [102, 102],
    net: [103, 115],
    txid: [240, 275],
  },
  trailer: { netSign: [13, 13], net: [14, 30], details: [31, 41] },
} as const

const kinds: Record<string, SettlementKind> = {
  '01': 'payment',
  '02': 'payment',
  '03': 'payment',
  '04': 'adjustment',
  '05': 'adjustment',
  '06': 'refund',
  '07': 'refund_reversal',
  '08': 'chargeback',
  '09': 'chargeback_reversal',
  '10': 'fee',
  '11': 'anticipation',
  '12': 'adjustment',
  '13': 'lien',
  '14': 'lien',
  '15': 'adjustment',
  '16': 'adjustment',
  '17': 'anticipation',
  '18': 'anticipation',
}

/** What a file tells: 03 and 09 announce, 04 pays, 16 is Pix. */
const announced = ['03', '09']

/**
 * Cielo: the details (E) with the agenda (D) of their receivable unit, joined by unit key and entry type; Pix (8). By documentation only. The
 * unit key is the batch. Negotiation files (15) name no sale and are only noted.
 */
export function readCielo(bytes: Uint8Array): SettlementFile {
  return settlementFile('cielo', 'cielo', function* (ledger) {
    const lines = [...fixedLines(bytes)]
    const head = fields(cieloLayout.header, lines[0], ledger)
    if (lines[0]?.text.charAt(0) !== '0' || head.text('company') !== 'CIELO')
      return ledger.fault(1, 'O arquivo não começa pelo cabeçalho do extrato da Cielo', 'Envie o extrato eletrônico como a Cielo o entrega, sem editar')
    if (lines.at(-1)?.text.charAt(0) !== '9') return ledger.fault(lines.at(-1)?.row ?? null, 'O arquivo termina antes do fim: falta o registro 9', whole)
    if (!head.text('version').startsWith('15'))
      return ledger.fault(1, `O extrato é da versão ${head.text('version') || '(sem número)'} do layout`, 'Peça à Cielo o extrato na versão 15')
    ledger.notice('O extrato da Cielo foi lido pela documentação pública da versão 15, ainda sem um arquivo real para conferir')
    const option = head.text('option')
    const agendas = new Map<string, { paid: string | null; originalDue: string | null }>()
    for (const line of lines) {
      if (line.text.charAt(0) !== 'D') continue
      const agenda = fields(cieloLayout.agenda, line, ledger)
      agendas.set(agenda.text('key') + agenda.text('entry'), { paid: agenda.day('paid', 'DDMMAAAA'), originalDue: agenda.day('originalDue', 'DDMMAAAA') })
    }
    let [details, net] = [0, 0]
    for (const line of lines) {
      const type = line.text.charAt(0)
      if (type === 'E') {
        const read = detail(line, option, agendas, ledger)
        details++
        net += read.net
        yield read
      } else if (type === '8') yield pix(line, ledger)
      else if (!'0D9'.includes(type)) ledger.notice(`O registro ${type} da Cielo ainda não é lido; o arquivo fica guardado`)
    }
    const last = lines.at(-1)
    const trailer = fields(cieloLayout.trailer, last, ledger)
    const declared = signed(trailer, 'net', 'netSign')
    if (details > 0 && Number(trailer.text('details')) !== details)
      ledger.fault(last?.row ?? null, `O arquivo diz ter ${Number(trailer.text('details'))} lançamentos e traz ${details}`, whole)
    if (details > 0 && declared !== net) ledger.fault(last?.row ?? null, `O arquivo declara ${reais(declared)} e os lançamentos somam ${reais(net)}`, whole)
    if (details > 0) ledger.totals.declared = declared
  })
}

function detail(line: Line, option: string, agendas: Map<string, { paid: string | null; originalDue: string | null }>, ledger: Ledger): SettlementLine {
  const read = fields(cieloLayout.detail, line, ledger)
  const entry = read.text('entry')
  const agenda = agendas.get(read.text('key') + entry)
  const kind = kinds[entry]
  if (!kind) ledger.notice(`Tipo de lançamento ${entry || '(vazio)'} da Cielo é desconhecido; entra como "outros"`)
  const isAnnounced = announced.includes(option)
  const made = blankLine(
    'cielo',
    line.row,
    isAnnounced && kind === 'payment' ? 'instalment' : isAnnounced ? 'notice' : (kind ?? 'other'),
    `E/${entry}`,
    line.text,
  )
  made.paymentRef = read.id('nsu')
  made.lineId = read.id('sale')
  made.reference = read.id('order')
  made.batch = read.id('key')
  made.instalment = read.number('instalment')
  made.instalments = read.number('instalments')
  const sold = read.day('authorised', 'DDMMAAAA')
  made.approvedAt = sold && dayStart(sold)
  made.originalDue = read.day('originalDue', 'DDMMAAAA') ?? agenda?.originalDue ?? null
  const paid = agenda?.paid ?? null
  if (isAnnounced) [made.releaseOn, made.originalDue] = [paid ?? made.originalDue, null]
  else made.paidOn = paid
  if (made.originalDue === made.paidOn) made.originalDue = null
  made.gross = signed(read, 'gross', 'grossSign')
  made.net = signed(read, 'net', 'netSign')
  addFee(made.fees, made.kind === 'anticipation' ? 'anticipation' : 'payment', made.net - made.gross)
  return made
}

function pix(line: Line, ledger: Ledger): SettlementLine {
  const read = fields(cieloLayout.pix, line, ledger)
  const made = blankLine('cielo', line.row, 'payment', '8', line.text)
  made.paymentRef = read.id('nsu')
  made.lineId = read.id('endToEnd')
  made.reference = read.id('txid')
  const sold = digitsDay(read.text('date'), 'AAMMDD')
  made.approvedAt = sold && dayStart(sold)
  made.paidOn = read.day('paid', 'AAMMDD')
  made.gross = signed(read, 'gross', 'grossSign')
  made.net = signed(read, 'net', 'netSign')
  addFee(made.fees, 'payment', made.net - made.gross)
  return made
}

interface Line {
  row: number
  text: string
}

const fields = <L extends Layout>(layout: L, line: Line | undefined, ledger: Ledger) =>
  fieldsOf(layout, line?.text ?? '', (field, found, what) =>
    ledger.fault(line?.row ?? null, `"${found.slice(0, 20)}" não é ${what === 'day' ? 'uma data' : 'um valor'} (${field})`, whole, field),
  )

const signed = (read: { centavos: (name: never) => number; text: (name: never) => string }, value: string, sign: string) =>
  (read.text(sign as never) === '-' ? -1 : 1) * read.centavos(value as never) || 0
