import { fixedLines, reais } from './cells.ts'
import { reporter, whole } from './collect.ts'
import type { Expected } from './collect.ts'
import { payment240 } from './cnab-layouts.ts'
import { cut, fieldsOf } from './fixed.ts'
import type { Layout } from './fixed.ts'
import type { Fault } from './lines.ts'

/** One payment as a remittance asks for it or as the bank answers it. */
export interface PaymentRecord {
  row: number
  /** Our number (seu número). */
  id: string
  how: 'transfer' | 'pix' | 'boleto' | 'bill'
  amount: number
  payOn: string | null
  /** What the bank did; null in a remittance and when refused. */
  paidOn: string | null
  paidAmount: number | null
  payee: { name: string; taxId: string }
  /** The bank's own number. */
  bankId: string | null
  barcode: string | null
  pixKey: string | null
  /** Codes of two letters; 00 is paid, BD is accepted and waits. */
  occurrences: string[]
  state: 'sent' | 'scheduled' | 'paid' | 'refused'
  /** The refusal in Portuguese. */
  reason: string | null
}

export interface PaymentFile {
  bank: string
  direction: 'remittance' | 'return'
  sequence: number | null
  payments: PaymentRecord[]
  /** Money that was in fact paid, and how many payments. */
  totals: { payments: number; amount: number; paid: number }
  faults: Fault[]
  notices: string[]
}

/** FEBRABAN G059, the ones that operators meet. */
const reasons: Record<string, string> = {
  '01': 'Saldo insuficiente na conta que paga',
  '02': 'Crédito ou débito cancelado pelo pagador',
  AC: 'Tipo de operação inválido',
  AD: 'Forma de lançamento inválida',
  AE: 'Inscrição (CPF ou CNPJ) inválida',
  AF: 'Convênio inválido',
  AG: 'Agência, conta ou dígito do pagador inválido',
  AH: 'Número sequencial do registro inválido',
  AL: 'Banco do favorecido inválido',
  AM: 'Agência do favorecido inválida',
  AN: 'Conta ou dígito do favorecido inválido',
  AO: 'Nome do favorecido não informado',
  AP: 'Data do pagamento inválida',
  AQ: 'Tipo ou quantidade de moeda inválidos',
  AR: 'Valor do pagamento inválido',
  AT: 'CPF ou CNPJ do favorecido inválido',
  AZ: 'Código do banco do boleto inválido',
  BC: 'Nosso número inválido',
  CA: 'Código de barras: banco inválido',
  CC: 'Código de barras: dígito verificador inválido',
  CE: 'Código de barras: valor inválido',
  CF: 'Código de barras: campo livre inválido',
  CI: 'Data de vencimento inválida',
  HA: 'Lote não aceito',
  PA: 'Pix não efetivado',
  PB: 'Pagamento Pix recusado pelo banco do favorecido',
  PD: 'Chave Pix inválida ou de outro CPF ou CNPJ',
  ZI: 'Beneficiário divergente',
}
const accepted = ['00', '03', 'BD', 'BE', 'BF']

/**
 * Reads the CNAB 240 of payments, ours (remittance) or the bank's (return): segments A with B, J with J-52, and O. Sums and counts of the
 * trailers are checked. By FEBRABAN's documentation, and by our own writer.
 */
export function readPayments240(bytes: Uint8Array, expected: Expected = {}): PaymentFile {
  const { faults, notices, fault, notice } = reporter()
  const lines = [...fixedLines(bytes, 240)].map(({ row, text }) => ({ row, text: text.padEnd(240) }))
  const [first, last] = [lines[0], lines.at(-1)]
  const file: PaymentFile = {
    bank: first?.text.slice(0, 3) ?? '',
    direction: 'return',
    sequence: null,
    payments: [],
    totals: { payments: 0, amount: 0, paid: 0 },
    faults,
    notices,
  }
  if (!first || !/^\d{3}00000/.test(first.text))
    fault(first?.row ?? null, 'Este arquivo não é um CNAB 240 de pagamentos', 'Baixe no banco o retorno dos pagamentos em CNAB 240')
  else if (!last || !/^\d{3}99999/.test(last.text)) fault(last?.row ?? null, 'O arquivo termina antes do fim: falta o trailer', whole)
  else if (expected.bank !== undefined && Number(expected.bank) !== Number(file.bank))
    fault(1, `O arquivo é do banco ${file.bank}, mas a conta escolhida é do banco ${expected.bank}`, 'Escolha a conta certa ou envie o retorno dela')
  if (faults.length || !first || !last) return file
  const read = <L extends Layout>(layout: L, { row, text }: Row) =>
    fieldsOf(layout, text, (field, found, what) =>
      fault(row, `"${found.slice(0, 20)}" não é ${what === 'day' ? 'uma data' : 'um valor'} (${field})`, whole, field),
    )
  const head = read(payment240.fileHeader, first)
  file.direction = head.text('direction') === '1' ? 'remittance' : 'return'
  file.sequence = head.number('sequence')
  const declared = Number(cut(last.text, payment240.fileTrailer.records).trim() || 0)
  if (declared > 0 && declared !== lines.length) fault(last.row, `O arquivo diz ter ${declared} linhas e tem ${lines.length}`, whole)
  let form = ''
  let sum = 0
  let open: PaymentRecord | null = null
  for (const line of lines) {
    const type = line.text.charAt(7)
    if (type === '1') [form, sum, open] = [cut(line.text, payment240.lotHeader.form), 0, null]
    else if (type === '5') {
      const told = read(payment240.lotTrailer, line).centavos('sum')
      if (told !== sum) fault(line.row, `O lote declara ${reais(told)} e os pagamentos somam ${reais(sum)}`, whole)
    } else if (type === '3') {
      const segment = line.text.charAt(13)
      if (segment === 'A') open = start(file, line, form === '45' ? 'pix' : 'transfer', read(payment240.A, line))
      else if (segment === 'J' && !isJ52(line.text)) open = startBarcode(file, line, 'boleto', read(payment240.J, line))
      else if (segment === 'O') open = startBarcode(file, line, 'bill', read(payment240.O, line))
      else if (segment === 'B' && open) {
        const more = read(payment240.B, line)
        open.payee.taxId = taxId(more.text('taxId'), more.text('taxKind'))
        open.pixKey = form === '45' ? more.id('pixKey') : null
      } else if (segment === 'J' && open) {
        const more = read(payment240.J52, line)
        open.payee.taxId = taxId(more.text('payeeTaxId'), more.text('payeeKind'))
      } else if (!'Z5C'.includes(segment)) notice(`O segmento ${segment} não é de um pagamento conhecido e não foi lido`)
      if ('AO'.includes(segment) || (segment === 'J' && open?.row === line.row)) sum += open?.amount ?? 0
    }
  }
  for (const payment of file.payments) {
    file.totals.payments++
    file.totals.amount += payment.amount
    if (payment.state === 'paid') file.totals.paid += payment.paidAmount ?? payment.amount
  }
  return file
}

interface Row {
  row: number
  text: string
}

type Read<L extends Layout> = ReturnType<typeof fieldsOf<L>>

function start(file: PaymentFile, { row }: Row, how: 'transfer' | 'pix', read: Read<typeof payment240.A>): PaymentRecord {
  const payment: PaymentRecord = {
    row,
    id: read.text('id'),
    how,
    amount: read.centavos('value'),
    payOn: read.day('day', 'DDMMAAAA'),
    payee: { name: read.text('name'), taxId: '' },
    bankId: read.id('bankId'),
    barcode: null,
    pixKey: null,
    ...answer(file, read.text('occurrences'), read.day('paidDay', 'DDMMAAAA'), read.centavos('paidValue') || null),
  }
  file.payments.push(payment)
  return payment
}

/** What is paid by its barcode: a boleto, or a bill of a utility or a guide of a tax, of which only the barcode says whom it pays. */
function startBarcode(file: PaymentFile, { row }: Row, how: 'boleto' | 'bill', read: Read<typeof payment240.J> | Read<typeof payment240.O>): PaymentRecord {
  const [amount, day] = [read.centavos('value'), read.day('day', 'DDMMAAAA')]
  const payment: PaymentRecord = {
    row,
    id: read.text('id'),
    how,
    amount,
    payOn: day,
    payee: { name: read.text('name'), taxId: '' },
    bankId: read.id('bankId'),
    barcode: read.id('barcode'),
    pixKey: null,
    ...answer(file, read.text('occurrences'), day, amount),
  }
  file.payments.push(payment)
  return payment
}

/** A barcode may begin with 52 too; only J-52 has no movement code. */
const isJ52 = (text: string) => cut(text, payment240.J52.kind) === '52' && text.charAt(14) === ' '

/** Codes of occurrences; a state of "paid" needs the bank's 00. */
function answer(
  file: PaymentFile,
  text: string,
  day: string | null,
  amount: number | null,
): Pick<PaymentRecord, 'occurrences' | 'state' | 'reason' | 'paidOn' | 'paidAmount'> {
  const occurrences: string[] = text.match(/[A-Z\d]{2}/g) ?? []
  const refused = occurrences.filter((code) => !accepted.includes(code))
  const state = file.direction === 'remittance' ? 'sent' : refused.length ? 'refused' : occurrences.includes('00') ? 'paid' : 'scheduled'
  return {
    occurrences,
    state,
    reason: state === 'refused' ? refused.map((code) => reasons[code] ?? `Ocorrência ${code} do banco`).join('; ') : null,
    paidOn: state === 'paid' ? day : null,
    paidAmount: state === 'paid' ? amount : null,
  }
}

/** Kind 1 is a CPF of 11 digits, 2 a CNPJ of 14 letters and digits. */
const taxId = (text: string, kind: string) => text.slice(kind === '1' ? -11 : -14)
