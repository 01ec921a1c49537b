import { barcodeOf } from './boleto.ts'
import { collectionOf } from './collection-bill.ts'
import { payment240 } from './cnab-layouts.ts'
import type { Layout } from './fixed.ts'
import { readPayments240 } from './payment-return.ts'
import type { Fault } from './lines.ts'
import { faultsOf } from './remittance-faults.ts'

/** Who pays and from which account. What banks hand out (agreement, versions) is a setting; facts/money.md proves no bank's. */
export interface Payer {
  bank: string
  bankName: string
  taxId: string
  name: string
  /** Convênio de pagamento, as the bank gave it. */
  agreement: string
  branch: string
  branchDigit?: string
  account: string
  accountDigit: string
  /** Layout versions that the bank asks for; FEBRABAN's when left out. */
  versions?: { file?: string; transfer?: string; boleto?: string; bill?: string }
}

export interface Payment {
  /** Ours, at most 20 letters and digits, unique in the file: the return brings it back. */
  id: string
  amount: number
  payOn: string
  payee: { name: string; taxId: string }
  /** A person's pay: goes in a lot of salaries. */
  salary?: boolean
  how:
    | { kind: 'transfer'; bank: string; branch: string; branchDigit?: string; account: string; accountDigit: string; savings?: boolean }
    | { kind: 'pix'; key: string; keyKind: 'phone' | 'email' | 'tax_id' | 'random' }
    | { kind: 'boleto'; code: string; dueOn: string; nominal: number; discount: number; surcharge: number }
    /** Of a utility or a tax, with a barcode; what has none (DARF, GPS: segment N) is not written. */
    | { kind: 'bill'; code: string; dueOn: string }
}

export interface Remittance {
  /** Number of the file at this bank, one more each time. */
  sequence: number
  /** Local date and time of writing, "2026-11-21T09:30:00". */
  at: string
  payer: Payer
  payments: Payment[]
}

/** FEBRABAN's forms of entry: each is a lot of its own. */
const forms = { sameBank: '01', savings: '05', ted: '41', pix: '45', ownBoleto: '30', otherBoleto: '31', bill: '11' } as const
/** Of lots, when the bank asks for no others. */
const versions = { transfer: '046', boleto: '040', bill: '012' } as const
const pixKinds = { phone: '01', email: '02', tax_id: '03', random: '04' } as const

/**
 * Writes a CNAB 240 payment remittance: transfers within the bank and TED (segments A and B), Pix by key (A and B), boletos (J and J-52), bills of
 * utilities and taxes with a barcode (O), one lot for each form. Gives faults instead of a file when a payment cannot be written whole; nothing is cut silently but names. The file is
 * read back and compared before it leaves.
 */
export function writeRemittance(remittance: Remittance): { bytes: Buffer; faults: [] } | { bytes: null; faults: Fault[] } {
  const faults = faultsOf(remittance)
  if (faults.length) return { bytes: null, faults }
  const { payer, payments } = remittance
  const lots = new Map<string, Payment[]>()
  for (const payment of payments) {
    const lot = `${serviceOf(payment)}${formOf(payment, payer)}`
    lots.set(lot, [...(lots.get(lot) ?? []), payment])
  }
  const lines = [fileHeader(remittance)]
  for (const [index, [lot, own]] of [...lots].entries()) lines.push(...lotLines(remittance, index + 1, lot.slice(0, 2), lot.slice(2), own))
  lines.push(record(payment240.fileTrailer, { bank: payer.bank, lot: '9999', type: '9', lots: String(lots.size), records: String(lines.length + 1) }))
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
  proveReadable(bytes, payments)
  return { bytes, faults: [] }
}

/** FEBRABAN's services: bills of utilities and taxes, salaries, suppliers and whoever else is paid. */
const serviceOf = ({ how, salary }: Payment) => (how.kind === 'bill' ? '22' : salary && how.kind !== 'boleto' ? '30' : '20')

function formOf({ how }: Payment, payer: Payer): string {
  if (how.kind === 'pix') return forms.pix
  if (how.kind === 'bill') return forms.bill
  if (how.kind === 'boleto') return barcode(how.code).startsWith(payer.bank) ? forms.ownBoleto : forms.otherBoleto
  return how.bank !== payer.bank ? forms.ted : how.savings ? forms.savings : forms.sameBank
}

function fileHeader({ payer, at, sequence }: Remittance): string {
  return record(payment240.fileHeader, {
    ...payerFields(payer),
    lot: '0000',
    type: '0',
    bankName: payer.bankName,
    direction: '1',
    day: digits(at.slice(0, 10)),
    time: at.slice(11, 19).replaceAll(':', ''),
    sequence: String(sequence),
    version: payer.versions?.file ?? '103',
  })
}

function lotLines({ payer }: Remittance, lot: number, service: string, form: string, payments: Payment[]): string[] {
  const kind = form === forms.bill ? 'bill' : form === forms.ownBoleto || form === forms.otherBoleto ? 'boleto' : 'transfer'
  const version = payer.versions?.[kind] ?? versions[kind]
  const lines = [
    // 01: what is paid leaves the current account
    record(payment240.lotHeader, { ...payerFields(payer), lot: String(lot), type: '1', operation: 'C', service, form, version, debitFrom: '01' }),
  ]
  let sequence = 0
  const detail: Detail = (layout, fields) =>
    void lines.push(
      record(
        { bank: [1, 3, 'num'], lot: [4, 7, 'num'], type: [8, 8, 'num'], sequence: [9, 13, 'num'], ...layout },
        { bank: payer.bank, lot: String(lot), type: '3', sequence: String(++sequence), ...fields },
      ),
    )
  for (const payment of payments) {
    if (kind === 'bill') billLine(payment, detail)
    else if (kind === 'boleto') boletoLines(payer, payment, detail)
    else transferLines(payment, form, detail)
  }
  const sum = payments.reduce((total, payment) => total + payment.amount, 0)
  lines.push(record(payment240.lotTrailer, { bank: payer.bank, lot: String(lot), type: '5', records: String(lines.length + 1), sum: String(sum) }))
  return lines
}

type Detail = (layout: Layout, fields: Record<string, string>) => void

function transferLines({ id, amount, payOn, payee, salary, how }: Payment, form: string, detail: Detail) {
  if (how.kind === 'boleto' || how.kind === 'bill') return
  const account =
    how.kind === 'transfer'
      ? { payeeBank: how.bank, branch: how.branch, branchDigit: how.branchDigit ?? '', account: how.account, accountDigit: how.accountDigit }
      : { payeeBank: '000', branch: '0', branchDigit: '', account: '0', accountDigit: '' }
  detail(payment240.A, {
    segment: 'A',
    clearing: form === forms.ted ? '018' : form === forms.pix ? '009' : '000',
    ...account,
    name: payee.name,
    id,
    day: digits(payOn),
    currency: 'BRL',
    value: String(amount),
    purpose: form === forms.ted ? (salary ? '00004' : '00005') : '',
    accountKind: how.kind === 'transfer' && form === forms.ted ? (how.savings ? 'PP' : 'CC') : '',
  })
  const whom = { segment: 'B', taxKind: taxKind(payee.taxId), taxId: payee.taxId }
  if (how.kind === 'transfer') detail(payment240.BofTransfer, whom)
  else detail(payment240.B, { ...whom, pixKind: pixKinds[how.keyKind], pixKey: how.keyKind === 'tax_id' ? how.key.replaceAll(/[./-]/g, '') : how.key })
}

function boletoLines(payer: Payer, { id, amount, payOn, payee, how }: Payment, detail: Detail) {
  if (how.kind !== 'boleto') return
  detail(payment240.J, {
    segment: 'J',
    barcode: barcode(how.code),
    name: payee.name,
    due: digits(how.dueOn),
    nominal: String(how.nominal),
    discount: String(how.discount),
    surcharge: String(how.surcharge),
    day: digits(payOn),
    value: String(amount),
    id,
    currency: '09',
  })
  detail(payment240.J52, {
    segment: 'J',
    kind: '52',
    payerKind: taxKind(payer.taxId),
    payerTaxId: payer.taxId,
    payer: payer.name,
    payeeKind: taxKind(payee.taxId),
    payeeTaxId: payee.taxId,
    payee: payee.name,
  })
}

function billLine({ id, amount, payOn, payee, how }: Payment, detail: Detail) {
  if (how.kind !== 'bill') return
  const read = collectionOf(how.code)
  detail(payment240.O, {
    segment: 'O',
    barcode: 'barcode' in read ? read.barcode : '',
    name: payee.name,
    due: digits(how.dueOn),
    day: digits(payOn),
    value: String(amount),
    id,
  })
}

const payerFields = (payer: Payer) => ({
  bank: payer.bank,
  taxKind: taxKind(payer.taxId),
  taxId: payer.taxId,
  agreement: payer.agreement,
  branch: payer.branch,
  branchDigit: payer.branchDigit ?? '',
  account: payer.account,
  accountDigit: payer.accountDigit,
  company: payer.name,
})

/** One line of 240: numbers to the right, zeros where nothing is told; text to the left with blanks, upper case without accents. */
function record(layout: Layout, fields: Record<string, string>): string {
  const letters = Array.from({ length: 240 }, () => ' ')
  for (const [name, [first, last, kind]] of Object.entries(layout)) {
    const width = last - first + 1
    const value = fields[name] ?? ''
    const text = kind === 'num' ? value.padStart(width, '0') : name === 'pixKey' ? value : inCapitals(value)
    for (let at = 0; at < width; at++) letters[first - 1 + at] = text.charAt(at) || ' '
  }
  return letters.join('')
}

const inCapitals = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .toUpperCase()
const digits = (day: string) => day.slice(8, 10) + day.slice(5, 7) + day.slice(0, 4)
const taxKind = (taxId: string) => (taxId.length === 11 ? '1' : '2')
const barcode = (code: string) => {
  const read = barcodeOf(code)
  return 'barcode' in read ? read.barcode : ''
}

/** A file that our own reader of returns cannot read back must never reach a bank. */
function proveReadable(bytes: Buffer, payments: Payment[]) {
  const file = readPayments240(bytes)
  const read = new Map(file.payments.map((payment) => [payment.id, payment]))
  const wrong = payments.find(({ id, amount, payOn, payee, how }) => {
    const back = read.get(id)
    return !back || back.amount !== amount || back.payOn !== payOn || back.how !== how.kind || (how.kind !== 'bill' && back.payee.taxId !== payee.taxId)
  })
  if (file.faults.length || wrong || read.size !== payments.length)
    throw new Error(`The remittance does not read back: ${wrong?.id ?? JSON.stringify(file.faults[0] ?? 'count')}`)
}
