import { dayStart, fixedLines, reais } from './cells.ts'
import { addFee, blankLine, settlementFile, whole } from './collect.ts'
import type { Expected, Ledger } from './collect.ts'
import { cut, fieldsOf } from './fixed.ts'
import type { Layout } from './fixed.ts'
import { detail400For, occurrenceWords, paidOccurrences, proofOf, segmentTFor, segmentU, writtenOff } from './cnab-layouts.ts'
import type { SettlementFile, SettlementLine } from './lines.ts'

const notCnab = (width: number) =>
  [`Este arquivo não é um retorno de cobrança CNAB ${width}`, 'Baixe no banco o arquivo de retorno da cobrança, com extensão .ret, e envie sem abrir'] as const

/**
 * CNAB 240 return of boletos: segment T (the title) with its U (the money). A paid title is a payment with nosso número as key; the bank's
 * tariff is a line of its own, because most banks debit it apart. Short lines are padded. Control: lines and titles of the trailers.
 */
export function readCollection240(bytes: Uint8Array, expected: Expected = {}): SettlementFile {
  return settlementFile('cnab240', 'boleto', function* (ledger) {
    const lines = [...fixedLines(bytes, 240)].map(({ row, text }) => ({ row, text: text.padEnd(240) }))
    const [first, last] = [lines[0], lines.at(-1)]
    if (!first || !/^\d{3}0000[0]/.test(first.text)) return ledger.fault(first?.row ?? null, ...notCnab(240))
    if (!last || !/^\d{3}99999/.test(last.text)) return ledger.fault(last?.row ?? null, 'O arquivo termina antes do fim: falta o trailer', whole)
    const bank = first.text.slice(0, 3)
    if (!rightBank(bank, expected, ledger)) return
    if (proofOf('cnab240', bank) === 'documentation')
      ledger.notice(`O retorno do banco ${bank} foi lido pela documentação, ainda sem um arquivo real para conferir`)
    const declared = Number(cut(last.text, [24, 29]).trim() || 0)
    if (declared > 0 && declared !== lines.length) ledger.fault(last.row, `O arquivo diz ter ${declared} linhas e tem ${lines.length}`, whole)
    const layout = segmentTFor(bank)
    let title: { row: number; text: string } | null = null
    for (const line of lines) {
      if (line.text.charAt(7) !== '3') continue
      const segment = line.text.charAt(13)
      if (segment === 'T') {
        if (title) ledger.fault(title.row, 'O segmento T não tem o segmento U dele logo depois', whole)
        title = line
      } else if (segment === 'U') {
        if (!title) ledger.fault(line.row, 'O segmento U não tem o segmento T dele logo antes', whole)
        else yield* readTitle240(layout, title, line, ledger)
        title = null
      }
    }
    if (title) ledger.fault(title.row, 'O segmento T não tem o segmento U dele logo depois', whole)
  })
}

function* readTitle240(layout: ReturnType<typeof segmentTFor>, title: Row, money: Row, ledger: Ledger): Generator<SettlementLine> {
  const t = read(layout, title, ledger)
  const u = read(segmentU, money, ledger)
  yield* made(ledger, title, {
    occurrence: t.text('occurrence'),
    nossoNumero: t.id('nossoNumero'),
    document: t.id('document'),
    due: t.day('due', 'DDMMAAAA'),
    value: t.centavos('value'),
    tariff: t.centavos('tariff'),
    interest: u.centavos('interest'),
    discount: u.centavos('discount'),
    rebate: u.centavos('rebate'),
    iof: u.centavos('iof'),
    paid: u.centavos('paid'),
    net: u.centavos('net'),
    date: u.day('date', 'DDMMAAAA'),
    credit: u.day('credit', 'DDMMAAAA'),
    raw: `${title.text.trimEnd()}\n${money.text.trimEnd()}`,
  })
}

/**
 * CNAB 400 return of boletos. What was paid is the net: when it is the value with interest less discounts, the tariff comes apart (a line of
 * its own); when the tariff explains the rest, it was kept from the credit. Lines of 401 bytes (Bradesco) and short ones are read.
 */
export function readCollection400(bytes: Uint8Array, expected: Expected = {}): SettlementFile {
  return settlementFile('cnab400', 'boleto', function* (ledger) {
    const lines = [...fixedLines(bytes, 400)].map(({ row, text }) => ({ row, text: text.padEnd(400) }))
    const [first, last] = [lines[0], lines.at(-1)]
    if (!first || !/^02RETORNO/i.test(first.text)) return ledger.fault(first?.row ?? null, ...notCnab(400))
    if (!last || last.text.charAt(0) !== '9') return ledger.fault(last?.row ?? null, 'O arquivo termina antes do fim: falta o trailer', whole)
    const bank = cut(first.text, [77, 79])
    if (!rightBank(bank, expected, ledger)) return
    if (proofOf('cnab400', bank) === 'documentation')
      ledger.notice(`O retorno do banco ${bank} foi lido pela documentação, ainda sem um arquivo real para conferir`)
    const layout = detail400For(bank)
    for (const [index, line] of lines.entries()) {
      const sequence = cut(line.text, layout.sequence).trim()
      if (/^\d{6}$/.test(sequence) && Number(sequence) !== index + 1) {
        ledger.fault(line.row, `A linha deveria ser a de número ${index + 1} e é a ${Number(sequence)}: faltam linhas`, whole)
        return
      }
    }
    for (const line of lines.slice(1, -1)) {
      if (!/[17]/.test(line.text.charAt(0))) {
        ledger.notice(`O registro ${line.text.charAt(0)} do retorno não traz títulos e não foi lido`)
        continue
      }
      const one = read(layout, line, ledger)
      const [value, interest, paid, tariff] = [one.centavos('value'), one.centavos('interest'), one.centavos('paid'), one.centavos('tariff')]
      yield* made(ledger, line, {
        occurrence: one.text('occurrence'),
        nossoNumero: one.id('nossoNumero'),
        document: one.id('document'),
        due: one.day('due', 'DDMMAA'),
        value,
        tariff,
        interest,
        discount: one.centavos('discount'),
        rebate: one.centavos('rebate'),
        iof: 0,
        paid,
        net: paid,
        date: one.day('date', 'DDMMAA'),
        credit: one.text('credit').length === 8 ? one.day('credit', 'AAAAMMDD') : one.day('credit', 'DDMMAA'),
        raw: line.text.trimEnd(),
      })
    }
  })
}

interface Title {
  occurrence: string
  nossoNumero: string | null
  document: string | null
  due: string | null
  value: number
  tariff: number
  interest: number
  discount: number
  rebate: number
  iof: number
  paid: number
  net: number
  date: string | null
  credit: string | null
  raw: string
}

function* made(ledger: Ledger, { row }: Row, title: Title): Generator<SettlementLine> {
  const { occurrence } = title
  const paid = paidOccurrences.includes(occurrence)
  const kind = paid ? 'payment' : occurrence === '02' ? 'registered' : writtenOff.includes(occurrence) ? 'written_off' : 'notice'
  const base = () => {
    const line = blankLine('boleto', row, kind, `${occurrence} ${occurrenceWords[occurrence] ?? ''}`.trim(), title.raw)
    line.paymentRef = title.nossoNumero ?? title.document
    line.reference = title.document
    line.approvedAt = title.date && dayStart(title.date)
    line.paidOn = title.credit
    line.originalDue = title.due
    return line
  }
  const line = base()
  if (!(occurrence in occurrenceWords)) ledger.notice(`A ocorrência ${occurrence || '(vazia)'} é desconhecida: a linha entra só como aviso`)
  line.gross = title.value
  line.net = paid ? title.net || title.paid : title.value
  let apart = title.tariff
  if (paid) {
    addFee(line.fees, 'interest', title.interest)
    addFee(line.fees, 'discount', -title.discount - title.rebate)
    addFee(line.fees, 'tax', -title.iof)
    let rest = line.net - line.gross
    for (const value of Object.values(line.fees)) rest -= value
    if (rest !== 0 && rest === -title.tariff) {
      addFee(line.fees, 'tariff', rest)
      apart = 0
    } else if (rest !== 0) {
      addFee(line.fees, 'other', rest)
      ledger.notice(
        `O título ${title.document ?? title.nossoNumero ?? `da linha ${row}`} pagou ${reais(line.net)}, diferente de valor, juros e descontos do arquivo por ${reais(rest)}`,
      )
    }
    if (!title.credit && !title.date) ledger.fault(row, 'O título pago está sem data', whole)
  }
  yield line
  if (apart === 0) return
  const fee = base()
  fee.kind = 'fee'
  fee.word = `${occurrence} Tarifa`
  addFee(fee.fees, 'tariff', -apart)
  fee.net = -apart
  yield fee
}

interface Row {
  row: number
  text: string
}

const read = <L extends Layout>(layout: L, line: Row, ledger: Ledger) =>
  fieldsOf(layout, line.text, (field, found, what) =>
    ledger.fault(
      line.row,
      `"${found.slice(0, 20)}" não é ${what === 'day' ? 'uma data' : 'um valor'} (${field})`,
      `${whole}. Se for o primeiro retorno deste banco, envie-o ao suporte`,
      field,
    ),
  )

function rightBank(bank: string, expected: Expected, ledger: Ledger): boolean {
  if (expected.bank === undefined || Number(expected.bank) === Number(bank)) return true
  ledger.fault(1, `O arquivo é do banco ${bank}, mas a conta escolhida é do banco ${expected.bank}`, 'Escolha a conta certa ou envie o retorno dela')
  return false
}
