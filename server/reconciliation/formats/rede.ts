import { dayStart, digitsDay, fixedCentavos, fixedLines, reais } from './cells.ts'
import { addFee, blankLine, settlementFile, whole } from './collect.ts'
import type { Ledger } from './collect.ts'
import { csvRecords } from './csv-stream.ts'
import { fieldsOf } from './fixed.ts'
import type { Layout } from './fixed.ts'
import { eefi, eefiShown, eevc, eevd } from './rede-layout.ts'
import type { SettlementFile, SettlementLine } from './lines.ts'

/**
 * Rede EEVC, credit sales: each CV (012, 008 of a single credit) is a sale, each instalment of an RV (014) an announced credit with its day, and so is each instalment of a CV:
 * the NSU is the payment, the RV the batch that credits are paid by. Sums of an RV (010, 006) are checked.
 */
export function readRedeEevc(bytes: Uint8Array): SettlementFile {
  return settlementFile('rede_eevc', 'rede', function* (ledger) {
    const summaries = new Map<string, Summary>()
    const days = new Map<string, string | null>()
    const counts = new Map<string, number>()
    const lines: SettlementLine[] = []
    for (const { row, text } of records(bytes, ledger, '002', '028')) {
      const type = text.slice(0, 3)
      if (type === '010' || type === '006') {
        const fields = read(eevc[type].fields, text, row, ledger)
        const [gross, discount, net] = [fields.centavos('gross'), fields.centavos('discount'), fields.centavos('net')]
        if (gross - discount !== net)
          ledger.fault(row, `RV ${fields.text('rv')}: bruto ${reais(gross)} menos desconto ${reais(discount)} não dá o líquido ${reais(net)}`, whole)
        summaries.set(unfilled(fields.text('rv')) ?? '', { row, single: type === '006', gross, net, sales: [0, 0], parts: [0, 0] })
        if (type === '006') {
          ledger.notice('As vendas à vista do EEVC (registros 006 e 008) foram lidas pela documentação da Rede, ainda sem um arquivo real para conferir')
          days.set(`${unfilled(fields.text('rv'))} 1`, fields.day('credit', 'DDMMAAAA'))
        }
      } else if (type === '012' || type === '008') {
        const line = sale(type, row, text, ledger)
        const summary = summaries.get(line.batch ?? '')
        if (summary) summary.sales = [summary.sales[0] + line.gross, summary.sales[1] + line.net]
        lines.push(line)
        if (type === '012') lines.push(...instalments(line, ledger))
        else if (summary) summary.parts = summary.sales
      } else if (type === '014') {
        const fields = read(eevc['014'].fields, text, row, ledger)
        const line = blankLine('rede', row, 'instalment', '014', text)
        line.batch = unfilled(fields.text('rv'))
        line.instalment = fields.number('instalment')
        line.releaseOn = fields.day('credit', 'DDMMAAAA')
        days.set(`${line.batch} ${line.instalment}`, line.releaseOn)
        price(line, fields.centavos('gross'), fields.centavos('discount'), fields.centavos('net'), ledger)
        counts.set(line.batch ?? '', Math.max(counts.get(line.batch ?? '') ?? 0, line.instalment ?? 0))
        const summary = summaries.get(line.batch ?? '')
        if (summary) summary.parts = [summary.parts[0] + line.gross, summary.parts[1] + line.net]
        lines.push(line)
      } else if (!['002', '004', '026', '028'].includes(type)) unread(ledger, 'EEVC', type, row)
    }
    const wrong = new Set<string>()
    for (const [rv, { row, single, gross, net, sales, parts }] of summaries)
      for (const [what, sums] of [
        ['as vendas', sales],
        ['as parcelas', parts],
      ] as const) {
        if (sums[0] === gross && sums[1] === net) continue
        const said = `RV ${rv}: o resumo diz líquido ${reais(net)} e ${what} somam ${reais(sums[1])}`
        if (!single) ledger.fault(row, said, whole)
        else if (!wrong.has(rv)) ledger.notice(`${said}; as vendas deste RV ficaram de fora`)
        wrong.add(rv)
      }
    for (const line of lines) {
      if (wrong.has(line.batch ?? '')) continue
      if (line.word === '014') line.instalments = counts.get(line.batch ?? '') || null
      // a CV of instalments is announced by each of them; of a single credit, by itself
      if (line.word !== '014' && line.instalment !== null) line.releaseOn = days.get(`${line.batch} ${line.instalment}`) ?? null
      yield line
    }
  })
}

interface Summary {
  row: number
  /** Of sales with one credit (006). */
  single: boolean
  gross: number
  net: number
  /** Gross and net, of its sales and of its instalments. */
  sales: [number, number]
  parts: [number, number]
}

function sale(type: '012' | '008', row: number, text: string, ledger: Ledger): SettlementLine {
  const fields = read(eevc[type].fields, text, row, ledger)
  const line = blankLine('rede', row, 'sale', type, text)
  line.paymentRef = unfilled(fields.text('nsu'))
  line.batch = unfilled(fields.text('rv'))
  line.reference = fields.id('reference')
  if (type === '008') line.instalment = line.instalments = 1
  line.approvedAt = saleTime(fields.day('date', 'DDMMAAAA'), fields.text('time'))
  price(line, fields.centavos('gross'), fields.centavos('discount'), fields.centavos('net'), ledger)
  return line
}

/** What each instalment of a CV brings: the first bears what does not divide. */
function instalments(whole012: SettlementLine, ledger: Ledger): SettlementLine[] {
  const fields = read(eevc['012'].fields, whole012.raw, whole012.row, ledger)
  const count = (whole012.instalments = fields.number('instalments')) ?? 1
  const [first, other] = [fields.centavos('first'), fields.centavos('other')]
  const spread = first + (count - 1) * other
  if (spread !== whole012.net)
    ledger.fault(whole012.row, `NSU ${whole012.paymentRef}: as parcelas dão ${reais(spread)} e o líquido é ${reais(whole012.net)}`, whole)
  const gross = Math.trunc(whole012.gross / count)
  return Array.from({ length: count }, (_, index): SettlementLine => {
    const line: SettlementLine = { ...whole012, kind: 'instalment', instalment: index + 1, fees: {} }
    line.gross = index === 0 ? whole012.gross - (count - 1) * gross : gross
    line.net = index === 0 ? first : other
    addFee(line.fees, 'payment', line.net - line.gross)
    return line
  })
}

/**
 * Rede EEFI, what was credited: 034 pays an instalment of an RV, 036 anticipates one (its original due date stays: it belongs to the
 * contract). Adjustments (035, 038, 043, 049) are read by documentation only. The document number is the payout.
 */
export function readRedeEefi(bytes: Uint8Array): SettlementFile {
  return settlementFile('rede_eefi', 'rede', function* (ledger) {
    for (const { row, text } of records(bytes, ledger, '030', '052')) {
      const type = text.slice(0, 3)
      if (type === '034') yield credit(row, text, ledger)
      else if (type === '036') yield anticipation(row, text, ledger)
      else if (type === '035' || type === '038' || type === '043' || type === '049') {
        ledger.notice(`O registro ${type} foi lido pela documentação da Rede, ainda sem um arquivo real para conferir: confira estas linhas`)
        yield adjustment(type, row, text, ledger)
      } else if (eefiShown.includes(type)) ledger.notice(`O registro ${type} repete débitos já informados e não entra na conta`)
      else if (!['030', '032', '037', '050', '052', '040', '041', '042'].includes(type)) unread(ledger, 'EEFI', type, row)
    }
  })
}

function credit(row: number, text: string, ledger: Ledger): SettlementLine {
  const fields = read(eefi['034'].fields, text, row, ledger)
  const line = blankLine('rede', row, 'payment', '034', text)
  line.batch = unfilled(fields.text('rv'))
  parts(line, fields.text('instalment'))
  line.payoutId = fields.id('document')
  line.paidOn = fields.day('date', 'DDMMAAAA')
  line.approvedAt = start(fields.day('rvDate', 'DDMMAAAA'))
  line.net = fields.centavos('value')
  line.gross = fields.centavos('gross')
  addFee(line.fees, 'payment', line.net - line.gross)
  if (line.gross - fields.centavos('fee') !== line.net)
    ledger.fault(row, `RV ${line.batch}: bruto menos taxa não dá o valor creditado ${reais(line.net)}`, whole)
  return line
}

function anticipation(row: number, text: string, ledger: Ledger): SettlementLine {
  const fields = read(eefi['036'].fields, text, row, ledger)
  const line = blankLine('rede', row, 'anticipation', '036', text)
  line.batch = unfilled(fields.text('rv'))
  parts(line, fields.text('instalment'))
  line.payoutId = fields.id('document')
  line.paidOn = fields.day('date', 'DDMMAAAA')
  line.approvedAt = start(fields.day('rvDate', 'DDMMAAAA'))
  line.originalDue = fields.day('due', 'DDMMAAAA')
  // gross and fee of the record are those of the whole RV
  line.gross = fields.centavos('original')
  line.net = fields.centavos('value')
  addFee(line.fees, 'anticipation', line.net - line.gross)
  if (line.net > line.gross) ledger.fault(row, `RV ${line.batch}: a antecipação pagou ${reais(line.net)}, mais que a parcela de ${reais(line.gross)}`, whole)
  return line
}

function adjustment(type: '035' | '038' | '043' | '049', row: number, text: string, ledger: Ledger): SettlementLine {
  const fields = read<Record<string, readonly [number, number]>>(eefi[type].fields, text, row, ledger)
  const has = (name: string) => name in eefi[type].fields
  // a lowered instalment only changes what is announced; the money comes less on its day
  const line = blankLine('rede', row, type === '049' || (type === '035' && fields.text('mode') === 'D') ? 'notice' : 'adjustment', type, text)
  line.batch = unfilled(fields.text('rv'))
  line.paymentRef = has('nsu') ? unfilled(fields.text('nsu')) : null
  line.reference = has('reason') ? fields.id('reason') : fields.id('reference')
  line.instalment = has('instalment') ? fields.number('instalment') : null
  const date = fields.day('date', 'DDMMAAAA')
  line.approvedAt = start(date)
  line.paidOn =
    type === '038' ? (fields.day('debit', 'DDMMAAAA') ?? date) : type === '043' ? (fields.day('credit', 'DDMMAAAA') ?? date) : type === '035' ? date : null
  line.releaseOn = type === '049' || type === '035' ? fields.day('credit', 'DDMMAAAA') : null
  line.payoutId = has('document') ? fields.id('document') : null
  line.gross = line.net = (type === '043' ? 1 : -1) * fields.centavos('value') || 0
  return line
}

/** Rede EEVD, debit sales, separated by commas: each CV (05) is a sale paid at once on its credit day. By documentation only. */
export function readRedeEevd(bytes: Uint8Array): SettlementFile {
  return settlementFile('rede_eevd', 'rede', function* (ledger) {
    const { records: given, rows, raw } = csvRecords(bytes, ',')
    ledger.notice('O EEVD foi lido pela documentação da Rede, ainda sem um arquivo real para conferir')
    if (given[0]?.[0]?.trim() !== '00')
      ledger.fault(rows[0] ?? null, 'O arquivo não começa pelo registro 00 do EEVD', 'Envie o EEVD como a Rede o entrega, sem editar')
    else if (given.at(-1)?.[0]?.trim() !== '04') ledger.fault(rows.at(-1) ?? null, 'O arquivo termina antes do fim: falta o registro 04', whole)
    for (const [index, cells] of given.entries()) {
      const row = rows[index] ?? 0
      const type = cells[0]?.trim() ?? ''
      if (type !== '05') {
        if (!['00', '01', '02', '03', '04', '20'].includes(type)) unread(ledger, 'EEVD', type, row)
        continue
      }
      const at = eevd['05']
      const money = (column: number) => {
        const value = fixedCentavos(cells[column] ?? '')
        if (value === null) ledger.fault(row, `"${(cells[column] ?? '').slice(0, 20)}" não é um valor em centavos`, whole)
        return value ?? 0
      }
      const line = blankLine('rede', row, 'sale', '05', raw(index))
      line.paymentRef = unfilled(cells[at.nsu]?.trim() ?? '')
      line.batch = unfilled(cells[at.rv]?.trim() ?? '')
      line.instalment = line.instalments = 1
      line.approvedAt = saleTime(digitsDay(cells[at.date]?.trim() ?? '', 'DDMMAAAA'), cells[at.time]?.trim() ?? '')
      line.releaseOn = digitsDay(cells[at.credit]?.trim() ?? '', 'DDMMAAAA')
      price(line, money(at.gross), money(at.discount), money(at.net), ledger)
      yield line
    }
  })
}

function records(bytes: Uint8Array, ledger: Ledger, first: string, last: string): { row: number; text: string }[] {
  const lines = [...fixedLines(bytes)]
  if (lines[0]?.text.slice(0, 3) !== first)
    ledger.fault(lines[0]?.row ?? null, `O arquivo não começa pelo registro ${first}`, 'Envie o arquivo como a Rede o entrega, sem editar')
  else if (lines.at(-1)?.text.slice(0, 3) !== last) ledger.fault(lines.at(-1)?.row ?? null, `O arquivo termina antes do fim: falta o registro ${last}`, whole)
  else return lines
  return []
}

const read = <L extends Layout>(layout: L, text: string, row: number, ledger: Ledger) =>
  fieldsOf(layout, text, (field, found, what) =>
    ledger.fault(row, `Registro ${text.slice(0, 3)}: "${found.slice(0, 20)}" não é ${what === 'day' ? 'uma data' : 'um valor'} (${field})`, whole, field),
  )

function price(line: SettlementLine, gross: number, discount: number, net: number, ledger: Ledger) {
  line.gross = gross
  line.net = net
  addFee(line.fees, 'payment', net - gross)
  if (gross - discount !== net) ledger.fault(line.row, `Bruto ${reais(gross)} menos desconto ${reais(discount)} não dá o líquido ${reais(net)}`, whole)
}

function parts(line: SettlementLine, text: string) {
  const match = /^(\d{2})\/(\d{2})$/.exec(text)
  if (match) [line.instalment, line.instalments] = [Number(match[1]) || null, Number(match[2]) || null]
}

/** An NSU or RV: some of these files fill it up with zeros, others and the shop do not. */
const unfilled = (text: string) => text.replace(/^0+/, '') || null

const start = (day: string | null) => (day ? dayStart(day) : null)

function saleTime(day: string | null, time: string): string | null {
  if (!day) return null
  const digits = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(time)
  return digits ? new Date(`${day}T${digits[1]}:${digits[2]}:${digits[3]}-03:00`).toISOString() : dayStart(day)
}

const unread = (ledger: Ledger, file: string, type: string, row: number) =>
  ledger.notice(`${file}: o registro ${type.slice(0, 3)} (linha ${row}) ainda não é lido, porque as posições dele não são conhecidas; o arquivo fica guardado`)
