import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { detect, foldCharges, readMoneyFile } from '../server/reconciliation/index.ts'
import type { BankLine, BankStatement, SettlementFile, SettlementLine } from '../server/reconciliation/index.ts'

export const moneyFolder = fileURLToPath(new URL('../../shared/money/', import.meta.url))
export const hasMoneyFiles = existsSync(`${moneyFolder}ofx/manifest.json`)

interface OfxTruth {
  file: string
  stmttrn_raw: number
  transactions: number
  sum_centavos: number
  opening_centavos: number | null
  opening_source?: string
  closing_centavos: number | null
  expected: { date: string; centavos: number; fitid: string; memo: string }[]
  overlap_with?: string
  union_transactions?: number
  union_sum_centavos?: number
}

/** Every file under shared/money with what is wrong about its reading; nothing when it says what its manifest says. */
export function faultsOfFiles(open: (name: string) => Uint8Array): { name: string; faults: string[] }[] {
  const json = (name: string) => JSON.parse(Buffer.from(open(name)).toString('utf8')) as never
  const ofx = (json('ofx/manifest.json') as { files: OfxTruth[] }).files
  const settlements = (json('settlements/manifest.json') as { files: Record<string, never> }).files
  return [
    ...ofx.map((truth) => ({ name: truth.file, faults: ofxFaults(truth, open) })),
    ...Object.entries(settlements).map(([name, truth]) => ({ name, faults: settlementFaults(name, truth, open(`settlements/${name}`)) })),
  ]
}

function ofxFaults(truth: OfxTruth, open: (name: string) => Uint8Array): string[] {
  const found = comparison()
  const statement = ofxStatement(open(`ofx/${truth.file}`), truth.file, found.faults)
  if (!statement) return found.faults
  const { lines, totals, informational } = statement
  const shown = lines.map(({ date, amount, fitid, memo }) => ({ date, centavos: amount, fitid, memo }))
  found.same('lines', shown, truth.expected)
  found.same('informational rows', informational, truth.stmttrn_raw - truth.transactions)
  found.same('sum', totals.credit + totals.debit, truth.sum_centavos)
  found.same('closing', totals.closing ?? null, truth.closing_centavos)
  const implied = truth.opening_source?.startsWith('not in the file') ?? false
  found.same('opening row', totals.opening ?? null, implied ? null : truth.opening_centavos)
  if (implied) found.same('implied opening', (totals.closing ?? 0) - totals.credit - totals.debit, truth.opening_centavos)
  if (truth.overlap_with) {
    const other = ofxStatement(open(`ofx/${truth.overlap_with}`), truth.overlap_with, found.faults)
    const union = new Map<string, BankLine>()
    for (const line of [...lines, ...(other?.lines ?? [])]) union.set(`${line.account} ${line.hash} ${line.occurrence}`, line)
    found.same('lines of the union', union.size, truth.union_transactions)
    found.same(
      'sum of the union',
      [...union.values()].reduce((sum, { amount }) => sum + amount, 0),
      truth.union_sum_centavos,
    )
  }
  return found.faults
}

function ofxStatement(bytes: Uint8Array, name: string, faults: string[]): BankStatement | null {
  const read = readMoneyFile(bytes, detect(bytes, name))
  if (read?.kind !== 'bank' || read.file.format !== 'ofx') faults.push('not found to be an OFX')
  else if (read.file.faults.length) faults.push(...read.file.faults.map(({ message }) => message))
  else return read.file.statements[0] ?? null
  return null
}

function settlementFaults(name: string, truth: Record<string, never>, bytes: Uint8Array): string[] {
  const found = comparison()
  const read = readMoneyFile(bytes, detect(bytes, name))
  const check = checks[name]
  if (read?.kind !== 'settlement') return ['not found to be a settlement file']
  if (!check) return [`no comparison is written for ${name}`]
  found.faults.push(...read.file.faults.map(({ message }) => message))
  for (const line of read.file.lines)
    if (line.gross + sum(Object.values(line.fees)) !== line.net) found.faults.push(`line ${line.row}: gross and fees do not give the net`)
  check(read.file, truth as never, found.same)
  return found.faults
}

type Same = (what: string, read: unknown, truth: unknown) => void

const checks: Record<string, (file: SettlementFile, truth: never, same: Same) => void> = {
  'mercadopago-settlement.csv'(
    { lines },
    truth: {
      by_transaction_type: Record<string, { rows: number; transaction_centavos: number; fee_centavos: number; net_centavos: number }>
      data_rows: number
      sum_transaction_centavos: number
      sum_fee_centavos: number
      sum_net_centavos: number
      expected_installments: { n: string; net_centavos: number }[]
    },
    same,
  ) {
    const parts = lines.filter(({ kind }) => kind === 'instalment')
    const money = lines.filter(({ kind }) => kind !== 'instalment')
    same('rows', lines.length, truth.data_rows)
    same(
      'instalments',
      parts.map((line) => ({ n: `${line.instalment} / ${line.instalments}`, net_centavos: line.net })),
      truth.expected_installments,
    )
    for (const [word, expected] of Object.entries(truth.by_transaction_type)) {
      const own = money.filter((line) => line.word === word)
      same(word, { rows: own.length, transaction_centavos: sum(own.map(({ gross }) => gross)), fee_centavos: fees(own), net_centavos: net(own) }, expected)
    }
    same(
      'sums',
      [sum(money.map(({ gross }) => gross)), fees(money), net(money)],
      [truth.sum_transaction_centavos, truth.sum_fee_centavos, truth.sum_net_centavos],
    )
    same('sale at 23:40-04:00', lines.find(({ row }) => row === 3)?.approvedAt, '2026-10-02T03:40:00.000Z')
    same('2E+15 in a key', lines.filter((line) => [line.externalOrder, line.paymentRef, line.reference].some((id) => id?.includes('E+'))).length, 0)
  },
  'mercadopago-release.csv'(
    { lines, totals },
    truth: {
      release_rows: number
      opening_centavos: number
      sum_credit_centavos: number
      sum_debit_centavos: number
      closing_centavos: number
      payout: { source_id: string; amount_centavos: number; balance_after: number }
    },
    same,
  ) {
    same('rows', lines.length, truth.release_rows)
    same(
      'totals',
      [totals.opening, totals.credit, -totals.debit, totals.closing],
      [truth.opening_centavos, truth.sum_credit_centavos, truth.sum_debit_centavos, truth.closing_centavos],
    )
    const payout = lines.find(({ kind }) => kind === 'payout')
    same('payout', [payout?.payoutId, -(payout?.net ?? 0), payout?.balance], [truth.payout.source_id, truth.payout.amount_centavos, truth.payout.balance_after])
    same('reserves', net(lines.filter(({ kind }) => kind === 'reserve')), 0)
  },
  'amazon-settlement-v2.txt'(
    { lines, payouts },
    truth: {
      charge_rows: number
      total_amount_centavos: number
      by_amount_type_centavos: Record<string, number>
      by_order_centavos: Record<string, number>
      deposit_date: string
    },
    same,
  ) {
    same('rows', lines.length, truth.charge_rows)
    same('payout', [payouts[0]?.amount, payouts[0]?.on, net(lines)], [truth.total_amount_centavos, truth.deposit_date, truth.total_amount_centavos])
    for (const [type, centavos] of Object.entries(truth.by_amount_type_centavos))
      same(type, net(lines.filter(({ word }) => word.split('/')[1] === type)), centavos)
    for (const [order, centavos] of Object.entries(truth.by_order_centavos))
      same(order, net(foldCharges(lines).filter((line) => line.externalOrder === order)), centavos)
  },
  'shopee-escrow.json'({ lines }, truth: { escrow_centavos: Record<string, number>; sum_escrow_centavos: number }, same) {
    for (const [order, centavos] of Object.entries(truth.escrow_centavos)) same(order, net(lines.filter((line) => line.externalOrder === order)), centavos)
    same('sum', net(lines), truth.sum_escrow_centavos)
  },
  'rede-eevc.txt'(
    { lines },
    truth: {
      rv: Record<string, { sales: number; gross: number; discount: number; net: number }>
      cv_nsu: string[]
      installments: [string, number, number, string][]
      sum_gross_centavos: number
      sum_net_centavos: number
    },
    same,
  ) {
    const sales = lines.filter(({ kind }) => kind === 'sale')
    for (const [rv, expected] of Object.entries(truth.rv)) {
      const own = sales.filter(({ batch }) => batch === rv)
      same(`RV ${rv}`, { sales: own.length, gross: sum(own.map(({ gross }) => gross)), discount: -fees(own), net: net(own) }, expected)
    }
    same(
      'NSU',
      sales.map(({ paymentRef }) => paymentRef),
      truth.cv_nsu,
    )
    const parts = lines.filter(({ kind, paymentRef }) => kind === 'instalment' && paymentRef === null)
    const ofSales = Map.groupBy(
      lines.filter(({ kind, paymentRef }) => kind === 'instalment' && paymentRef !== null),
      ({ batch, instalment, releaseOn }) => `${batch} ${instalment} ${releaseOn}`,
    )
    same(
      'instalments of sales',
      [...ofSales].map(([key, own]) => `${key} ${net(own)}`).toSorted(),
      truth.installments.map(([rv, part, centavos, on]) => `${rv} ${part} ${on} ${centavos}`).toSorted(),
    )
    same(
      'instalments',
      parts.map((line) => [line.batch, line.instalment, line.net, line.releaseOn]),
      truth.installments,
    )
    same('sums', [sum(sales.map(({ gross }) => gross)), net(sales)], [truth.sum_gross_centavos, truth.sum_net_centavos])
  },
  'rede-eefi.txt'(
    { lines },
    truth: {
      credits_034: [string, string, number, string][]
      anticipations_036: [string, string, { received: number; original: number; original_due: string; discount: number }][]
      sum_034_centavos: number
      sum_036_received_centavos: number
    },
    same,
  ) {
    const part = (line: SettlementLine) => `${String(line.instalment).padStart(2, '0')}/${String(line.instalments).padStart(2, '0')}`
    const [paid, early] = [lines.filter(({ kind }) => kind === 'payment'), lines.filter(({ kind }) => kind === 'anticipation')]
    same(
      '034',
      paid.map((line) => [line.batch, part(line), line.net, line.paidOn]),
      truth.credits_034,
    )
    same(
      '036',
      early.map((line) => [line.batch, part(line), { received: line.net, original: line.gross, original_due: line.originalDue, discount: -fees([line]) }]),
      truth.anticipations_036,
    )
    same('sums', [net(paid), net(early)], [truth.sum_034_centavos, truth.sum_036_received_centavos])
  },
  'cnab240-retorno.ret': titles,
  'cnab400-retorno.ret': titles,
}

function titles(
  { lines }: SettlementFile,
  truth: {
    titles: number
    sum_value_centavos: number
    sum_paid_centavos: number
    sum_tariff_centavos: number
    expected: {
      occurrence: string
      nosso_numero?: string
      document: string
      due: string
      value: number
      tariff: number
      interest: number
      discount?: number
      paid: number
      credit_date?: string
    }[]
  },
  same: Same,
) {
  const own = lines.filter(({ kind }) => kind !== 'fee')
  const [paid, tariffs] = [own.filter(({ kind }) => kind === 'payment'), lines.filter(({ kind }) => kind === 'fee')]
  same('titles', own.length, truth.titles)
  same('sums', [sum(own.map(({ gross }) => gross)), net(paid), -net(tariffs)], [truth.sum_value_centavos, truth.sum_paid_centavos, truth.sum_tariff_centavos])
  const iso = (text: string) =>
    text.length === 8 ? `${text.slice(4)}-${text.slice(2, 4)}-${text.slice(0, 2)}` : `20${text.slice(4)}-${text.slice(2, 4)}-${text.slice(0, 2)}`
  for (const [index, expected] of truth.expected.entries()) {
    const line = own[index]
    same(
      expected.document,
      [line?.word.slice(0, 2), line?.reference, line?.originalDue, line?.gross, line?.fees.interest ?? 0, line?.kind === 'payment' ? line.net : 0],
      [expected.occurrence, expected.document, iso(expected.due), expected.value, expected.interest, expected.paid],
    )
    same(`tariff of ${expected.document}`, -net(tariffs.filter(({ reference }) => reference === expected.document)), expected.tariff)
    if (expected.nosso_numero !== undefined) same(`nosso número of ${expected.document}`, line?.paymentRef, expected.nosso_numero)
    if (expected.credit_date !== undefined)
      same(`credit of ${expected.document}`, line?.paidOn ?? null, /^0+$/.test(expected.credit_date) ? null : iso(expected.credit_date))
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const net = (lines: SettlementLine[]) => sum(lines.map((line) => line.net))
const fees = (lines: SettlementLine[]) => sum(lines.flatMap((line) => Object.values(line.fees)))

function comparison() {
  const faults: string[] = []
  const same: Same = (what, read, truth) => {
    const [left, right] = [JSON.stringify(read), JSON.stringify(truth)]
    if (left !== right) faults.push(`${what}: read ${left}, manifest ${right}`)
  }
  return { faults, same }
}

/** An OFX of a Brazilian bank's look with `count` lines that add up. */
export function ofxOf(count: number): Buffer {
  const lines: string[] = []
  let total = 0
  for (let index = 0; index < count; index++) {
    const centavos = (index % 3 ? -1 : 1) * ((index * 7919) % 900_000) + (index % 3 ? -1 : 1)
    total += centavos
    const amount = `${centavos < 0 ? '-' : ''}${Math.floor(Math.abs(centavos) / 100)},${String(Math.abs(centavos) % 100).padStart(2, '0')}`
    const memo = index % 3 ? `PAGTO ELETRON COBRANCA FORNECEDOR ${index % 400}` : `PIX RECEBIDO MARKETPLACE ${index}`
    lines.push(
      `<STMTTRN>\r\n<TRNTYPE>${centavos < 0 ? 'DEBIT' : 'CREDIT'}\r\n<DTPOSTED>202610${String(1 + (index % 28)).padStart(2, '0')}000000[-3:BRT]\r\n<TRNAMT>${amount}\r\n<FITID>N${index}\r\n<MEMO>${memo}\r\n</STMTTRN>`,
    )
  }
  const head =
    'OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX>\r\n<BANKMSGSRSV1>\r\n<STMTTRNRS>\r\n<STMTRS>\r\n<CURDEF>BRL\r\n'
  const account = '<BANKACCTFROM>\r\n<BANKID>0237\r\n<ACCTID>1234-5\r\n</BANKACCTFROM>\r\n<BANKTRANLIST>\r\n<DTSTART>20261001\r\n<DTEND>20261031\r\n'
  const opening = '<STMTTRN>\r\n<TRNTYPE>OTHER\r\n<DTPOSTED>20260930\r\n<TRNAMT>100,00\r\n<FITID>\r\n<MEMO>SALDO ANTERIOR\r\n</STMTTRN>\r\n'
  const closing = total + 10_000
  const balance = `${closing < 0 ? '-' : ''}${Math.floor(Math.abs(closing) / 100)}.${String(Math.abs(closing) % 100).padStart(2, '0')}`
  const foot = `\r\n</BANKTRANLIST>\r\n<LEDGERBAL>\r\n<BALAMT>${balance}\r\n<DTASOF>20261031\r\n</LEDGERBAL>\r\n</STMTRS>\r\n</STMTTRNRS>\r\n</BANKMSGSRSV1>\r\n</OFX>\r\n`
  return Buffer.from(head + account + opening + lines.join('\r\n') + foot, 'latin1')
}
