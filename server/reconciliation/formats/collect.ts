import { dayNumber } from '../../platform/calendar.ts'
import { remembered } from '../../platform/remembered.ts'
import { digest, occurrences, reais, saoPauloDay } from './cells.ts'
import { effectOf } from './lines.ts'
import type { BankFile, BankLine, BankStatement, Channel, Fault, FeeKind, Fees, FormatName, SettlementFile, SettlementLine, SettlementStream } from './lines.ts'

/** What a reader notes while it reads; the same for files in memory and for streams. */
export interface Ledger {
  format: FormatName
  channel: Channel
  payouts: SettlementFile['payouts']
  totals: SettlementFile['totals']
  faults: Fault[]
  notices: string[]
  /** Gives the line its identity and counts it. */
  add: (line: SettlementLine) => SettlementLine
  /** Reports a fault; after the 200th only their number is kept. */
  fault: (row: number | null, message: string, cure: string, column?: string) => void
  /** The same words are noted once. */
  notice: (words: string) => void
}

const keptFaults = 200

export function openLedger(format: FormatName, channel: Channel): Ledger {
  const count = occurrences()
  const { faults, fault, notice, notices } = reporter()
  const totals: Ledger['totals'] = { lines: 0, credit: 0, debit: 0 }
  const add = (line: SettlementLine) => {
    line.hash = identity(
      line,
      `${line.word}|${line.kind}|${line.externalOrder}|${line.paymentRef}|${line.reference}|${line.batch}|${line.lineId}|${line.sku}|${line.instalment}|${line.gross}|${line.net}|${line.approvedAt}|${line.paidOn}|${line.releaseOn}|${line.payoutId}`,
    )
    line.occurrence = count(line.hash)
    if (effectOf[line.kind] === 'money') {
      totals.lines++
      if (line.net > 0) totals.credit += line.net
      else totals.debit += line.net
    }
    return line
  }
  return { format, channel, payouts: [], totals, faults, notices, add, fault, notice }
}

export function reporter() {
  const faults: Fault[] = []
  const notices: string[] = []
  const known = new Set<string>()
  let more = 0
  return {
    faults,
    notices,
    fault: (row: number | null, message: string, cure: string, column?: string) => {
      if (faults.length < keptFaults) faults.push({ row, message, cure, ...(column === undefined ? {} : { column }) })
      else
        faults[keptFaults] = {
          row: null,
          message: `Há mais ${++more} problemas além destes`,
          cure: 'Resolva os primeiros e envie o arquivo de novo',
        }
    },
    notice: (words: string) => {
      if (known.has(words) || known.size >= keptFaults) return
      known.add(words)
      notices.push(words)
    },
  }
}

/** Collects what a reader yields; anything that it throws becomes a fault of the file. */
export function settlementFile(format: FormatName, channel: Channel, read: (ledger: Ledger) => Iterable<SettlementLine>): SettlementFile {
  const ledger = openLedger(format, channel)
  const lines: SettlementLine[] = []
  for (const line of read(ledger)) lines.push(ledger.add(line))
  const { payouts, totals, faults, notices } = ledger
  return { format, channel, lines, payouts, totals, faults, notices }
}

/** Says that the declared sum is not the sum of the lines. */
export function checkDeclared(ledger: Ledger, row: number | null, declared: number, what: string) {
  ledger.totals.declared = declared
  const sum = ledger.totals.credit + ledger.totals.debit
  if (sum === declared) return
  ledger.fault(row, `${what} é ${reais(declared)}, mas as linhas somam ${reais(sum)}: faltam ou sobram ${reais(Math.abs(declared - sum))}`, whole)
}

export const whole = 'O arquivo está incompleto ou foi alterado. Baixe de novo na origem e envie sem abrir em planilha'
export const notPlanilha = 'Uma planilha estragou este número. Baixe o arquivo de novo na origem e envie sem abrir no Excel'

/** The day by which a line is known: of what was paid, is announced, or happened. */
export const lineDay = ({ paidOn, releaseOn, approvedAt }: SettlementLine) => paidOn ?? releaseOn ?? (approvedAt && saoPauloDay(approvedAt)) ?? '1970-01-01'

/** Four digits of its day, by which the lines of a day stand together in the index of millions, and 28 of what a line says. */
const identity = (line: SettlementLine, said: string) => dayDigits(lineDay(line)) + digest(said).slice(4)
const dayDigits = remembered((day: string) => (dayNumber(day) & 0xff_ff).toString(16).padStart(4, '0'))

/** A line with nothing said yet. */
export const blankLine = (channel: Channel, row: number, kind: SettlementLine['kind'], word: string, raw: string): SettlementLine => ({
  channel,
  row,
  kind,
  word,
  externalOrder: null,
  paymentRef: null,
  reference: null,
  batch: null,
  lineId: null,
  sku: null,
  instalment: null,
  instalments: null,
  gross: 0,
  fees: {},
  net: 0,
  approvedAt: null,
  releaseOn: null,
  paidOn: null,
  payoutId: null,
  originalDue: null,
  balance: null,
  hash: '',
  occurrence: 0,
  raw,
})

/**
 * Sets gross, net and fees so that net = gross + fees always. The net is the truth: the sign of the fees is the one that explains it, what
 * stays unexplained is the fee `rest`. A line that has only a net is all gross.
 */
export function settle(line: SettlementLine, gross: number, net: number, given: [FeeKind, number][], rest: FeeKind = 'other') {
  const gap = net - gross
  let sum = 0
  for (const [, value] of given) sum += value
  if (gross === 0 && sum === 0) {
    line.gross = net
    line.net = net
    return
  }
  const sign = sum !== gap && Math.abs(-sum - gap) < Math.abs(sum - gap) ? -1 : 1
  for (const [kind, value] of given) addFee(line.fees, kind, sign * value)
  addFee(line.fees, rest, gap - sign * sum)
  line.gross = gross
  line.net = net
}

export function addFee(fees: Fees, kind: FeeKind, value: number) {
  if (value === 0) return
  const sum = (fees[kind] ?? 0) + value
  if (sum === 0) delete fees[kind]
  else fees[kind] = sum
}

/** The half of a stream that a reader fills. */
export function settlementStream(ledger: Ledger, batches: () => AsyncGenerator<SettlementLine[]>): SettlementStream {
  const { format, channel, payouts, totals, faults, notices } = ledger
  return { format, channel, payouts, totals, faults, notices, [Symbol.asyncIterator]: batches }
}

/**
 * Lines of one sale that a channel spreads over many (Amazon: one charge a row) as one line each: same kind, order, payment, instalment, sku
 * when `bySku`, and payout. Gross, fees and net are added up; row and raw are those of the first.
 */
export function foldCharges(lines: SettlementLine[], bySku = false): SettlementLine[] {
  const folding = openFold(bySku)
  for (const line of lines) folding.add(line)
  return folding.close()
}

/** The same for a stream, whose declared payouts follow as lines of their own: memory grows with the orders, not with their charges. */
export function foldedCharges(stream: SettlementStream): SettlementStream {
  return Object.assign(
    { ...stream },
    {
      [Symbol.asyncIterator]: async function* () {
        const folding = openFold(false)
        for await (const batch of stream) for (const line of batch) folding.add(line)
        yield folding.close()
        yield stream.payouts.map((payout): SettlementLine => {
          const line = blankLine(stream.channel, payout.row, 'payout', 'payout', '')
          Object.assign(line, { payoutId: payout.payoutId, paidOn: payout.on, gross: -payout.amount, net: -payout.amount, occurrence: 1 })
          line.hash = identity(line, `payout|${payout.payoutId}|${payout.amount}|${payout.on}`)
          return line
        })
      },
    },
  )
}

function openFold(bySku: boolean) {
  const folded = new Map<string, SettlementLine>()
  return {
    add(line: SettlementLine) {
      const key = `${line.kind}|${line.externalOrder}|${line.paymentRef}|${line.instalment}|${line.payoutId}|${bySku ? line.sku : ''}|${line.externalOrder === null ? line.row : ''}`
      const kept = folded.get(key)
      if (!kept) {
        folded.set(key, { ...line, fees: { ...line.fees }, sku: bySku ? line.sku : null })
        return
      }
      kept.gross += line.gross
      kept.net += line.net
      for (const [kind, value] of Object.entries(line.fees)) addFee(kept.fees, kind as FeeKind, value)
      if (kept.word !== line.word) kept.word = kept.kind
    },
    close() {
      const count = occurrences()
      for (const line of folded.values()) {
        line.hash = identity(
          line,
          `${line.kind}|${line.externalOrder}|${line.paymentRef}|${line.instalment}|${line.payoutId}|${line.sku}|${line.gross}|${line.net}`,
        )
        line.occurrence = count(line.hash)
      }
      return [...folded.values()]
    },
  }
}

/** Which account the person expects the bank file to be of; what is left out is not checked. */
export interface Expected {
  /** Three digits, leading zeros or not. */
  bank?: string
  branch?: string
  /** With or without the check digit, dots and dashes. */
  account?: string
}

/** A bank statement that is being read. */
export function openStatement(account: string, bank: string | null): BankStatement {
  return {
    account,
    bank,
    card: false,
    currency: 'BRL',
    from: null,
    until: null,
    lines: [],
    balances: [],
    informational: 0,
    totals: { lines: 0, credit: 0, debit: 0 },
  }
}

/** Gives the lines of statements their identity, adds them up and checks opening + lines = closing, account and currency. */
export function closeStatements(file: BankFile, fault: (row: number | null, message: string, cure: string) => void, expected: Expected = {}) {
  for (const statement of file.statements) {
    const count = new Map<string, number>()
    const { totals } = statement
    for (const line of statement.lines) {
      line.account = statement.account
      line.hash = digest(`${line.fitid}|${line.date}|${line.amount}|${line.memo.toUpperCase()}`)
      line.occurrence = (count.get(line.hash) ?? 0) + 1
      count.set(line.hash, line.occurrence)
      totals.lines++
      if (line.amount > 0) totals.credit += line.amount
      else totals.debit += line.amount
    }
    const opening = statement.balances.find((balance) => balance.kind === 'opening')
    const closing = statement.balances.findLast((balance) => balance.kind === 'closing')
    if (opening) totals.opening = opening.amount
    if (closing) totals.closing = closing.amount
    if (opening && closing && opening.amount + totals.credit + totals.debit !== closing.amount)
      fault(
        closing.row,
        `Saldo inicial ${reais(opening.amount)} mais os lançamentos ${reais(totals.credit + totals.debit)} dá ${reais(opening.amount + totals.credit + totals.debit)}, mas o saldo final do arquivo é ${reais(closing.amount)}`,
        'Faltam ou sobram lançamentos no arquivo. Baixe o extrato do período inteiro de novo no banco',
      )
    if (statement.currency !== 'BRL')
      fault(null, `O extrato está em ${statement.currency}, não em reais`, 'Envie o extrato da conta em reais; contas em outra moeda ainda não são conciliadas')
    checkAccount(statement, expected, fault)
  }
}

function checkAccount(statement: BankStatement, expected: Expected, fault: (row: number | null, message: string, cure: string) => void) {
  const cure = 'Escolha a conta certa ou envie o extrato desta conta'
  if (expected.bank !== undefined && statement.bank !== null && bare(statement.bank) !== bare(expected.bank))
    fault(null, `O arquivo é do banco ${statement.bank}, mas a conta escolhida é do banco ${bare(expected.bank)}`, cure)
  else if (expected.account !== undefined && !sameAccount(statement.account, expected))
    fault(null, `O arquivo é da conta ${statement.account || '(sem número)'}, mas a conta escolhida é ${expected.account}`, cure)
}

const bare = (text: string) =>
  text
    .replaceAll(/[^0-9a-z]/gi, '')
    .replace(/^0+/, '')
    .toLowerCase()

/** Files glue branch and account, drop the check digit or pad with zeros; four digits or all of them must agree at the end. */
function sameAccount(account: string, expected: Expected): boolean {
  const own = bare(account.split('/').at(-1) ?? '')
  const wanted = bare(expected.account ?? '')
  if (own === wanted) return true
  const near = (left: string, right: string) => right.length >= 4 && left.endsWith(right)
  return near(own, wanted) || near(wanted, own) || near(own, wanted.slice(0, -1)) || near(wanted.slice(0, -1), own)
}

export const bankAccount = (...parts: (string | null)[]) => parts.filter((part): part is string => part !== null && part !== '').join('/')

/** A bank line before its statement gives it account, hash and occurrence; `memo` on one line. */
export const bankLine = (row: number, date: string, amount: number, memo: string, kind: BankLine['kind'], fitid: string): BankLine => ({
  account: '',
  row,
  date,
  amount,
  memo,
  kind,
  fitid,
  occurrence: 0,
  hash: '',
})
