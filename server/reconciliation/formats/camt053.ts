import { child, readXml, textOf } from '../../fiscal/index.ts'
import type { Element } from '../../fiscal/index.ts'
import { Problem } from '../../platform/problem.ts'
import { centavosOf, instantOf, oneLine, saoPauloDay } from './cells.ts'
import { bankAccount, bankLine, closeStatements, openStatement, reporter } from './collect.ts'
import type { Expected } from './collect.ts'
import { kindOf, readMemo } from './memo.ts'
import type { Balance, BankFile, BankLine, BankStatement } from './lines.ts'

const balanceKinds: Record<string, Balance['kind']> = {
  OPBD: 'opening',
  PRCD: 'opening',
  CLBD: 'closing',
  ITBD: 'day',
  CLAV: 'available',
  ITAV: 'available',
  FWAV: 'available',
}

/** ISO 20022 camt.053, any version: booked entries (pending ones are only noted), one line each. By the standard only. */
export function readCamt053(bytes: Uint8Array, expected: Expected = {}): BankFile {
  const { faults, notices, fault, notice } = reporter()
  const file: BankFile = { format: 'camt053', statements: [], faults, notices }
  let root: Element
  try {
    root = readXml(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { reason, line } = error.facts as { reason?: string; line?: number | null }
    fault(line ?? null, reason ?? 'O XML não pode ser lido', 'Baixe o extrato CAMT.053 de novo no banco e envie sem editar')
    return file
  }
  const holder = root.name === 'Document' ? child(root, 'BkToCstmrStmt') : null
  const statements = holder?.children.filter((one) => one.name === 'Stmt') ?? []
  if (statements.length === 0) fault(null, 'Este XML não é um extrato CAMT.053', 'Baixe no banco o extrato no formato CAMT.053 (não 052 nem 054)')
  for (const [index, given] of statements.entries()) file.statements.push(readStatement(given, index, fault, notice))
  closeStatements(file, fault, expected)
  return file
}

type Say = (row: number | null, message: string, cure: string) => void
const again = 'Baixe o extrato de novo no banco e envie sem editar'

function readStatement(given: Element, index: number, fault: Say, notice: (words: string) => void): BankStatement {
  const account = child(given, 'Acct')
  const servicer = child(account, 'Svcr/FinInstnId')
  const bank = (textOf(servicer, 'ClrSysMmbId/MmbId') ?? '').replace(/^0+(?=\d)/, '') || null
  const statement = openStatement(bankAccount(bank, textOf(account, 'Id/IBAN') ?? textOf(account, 'Id/Othr/Id')), bank)
  statement.currency = textOf(account, 'Ccy') ?? 'BRL'
  statement.from = dayIn(textOf(given, 'FrToDt/FrDtTm'))
  statement.until = dayIn(textOf(given, 'FrToDt/ToDtTm'))
  for (const balance of given.children.filter((one) => one.name === 'Bal')) {
    const code = textOf(balance, 'Tp/CdOrPrtry/Cd') ?? ''
    const kind = balanceKinds[code]
    const amount = amountOf(balance)
    if (amount === null) fault(index + 1, `O saldo ${code} não é um valor`, again)
    else if (kind && !(code === 'PRCD' && statement.balances.some((one) => one.kind === 'opening')))
      statement.balances.push({ row: index + 1, date: dayIn(textOf(balance, 'Dt/Dt') ?? textOf(balance, 'Dt/DtTm')), amount, kind, memo: code })
  }
  const entries = given.children.filter((one) => one.name === 'Ntry')
  for (const [position, entry] of entries.entries()) {
    const row = position + 1
    const status = textOf(entry, 'Sts/Cd') ?? textOf(entry, 'Sts')
    if (status && status !== 'BOOK') {
      notice(`O lançamento ${row} ainda não foi efetivado (${status}) e não entra`)
      statement.informational++
      continue
    }
    const line = readEntry(entry, row, fault)
    if (line === 'zero') statement.informational++
    else if (line) statement.lines.push(line)
  }
  return statement
}

function readEntry(entry: Element, row: number, fault: Say): BankLine | 'zero' | null {
  const amount = amountOf(entry)
  const date = dayIn(textOf(entry, 'BookgDt/Dt') ?? textOf(entry, 'BookgDt/DtTm') ?? textOf(entry, 'ValDt/Dt') ?? textOf(entry, 'ValDt/DtTm'))
  if (amount === null) fault(row, `O lançamento ${row} não tem um valor com sinal`, again)
  else if (!date) fault(row, `O lançamento ${row} está sem data`, again)
  if (amount === null || !date) return null
  if (amount === 0) return 'zero'
  const details = entry.children.filter((one) => one.name === 'NtryDtls').flatMap((one) => one.children.filter((two) => two.name === 'TxDtls'))
  const only = details.length === 1 ? (details[0] ?? null) : null
  const words = [textOf(entry, 'AddtlNtryInf'), textOf(only, 'RmtInf/Ustrd'), textOf(only, 'AddtlTxInf')].filter(
    (text): text is string => text !== null && text !== '',
  )
  const memo = oneLine([...new Set(words)].join(' '))
  const fitid = textOf(entry, 'AcctSvcrRef') ?? textOf(only, 'Refs/AcctSvcrRef') ?? textOf(entry, 'NtryRef') ?? ''
  const line = bankLine(row, date, amount, memo, kindOf(memo), fitid)
  const time = textOf(entry, 'BookgDt/DtTm')
  const at = time && instantOf(time)
  if (at) line.at = at
  const parties = child(only, 'RltdPties')
  const other = child(parties, amount > 0 ? 'Dbtr' : 'Cdtr')
  const name = textOf(other, 'Nm') ?? textOf(other, 'Pty/Nm')
  const taxId =
    textOf(other, 'Id/OrgId/Othr/Id') ?? textOf(other, 'Id/PrvtId/Othr/Id') ?? textOf(other, 'Pty/Id/OrgId/Othr/Id') ?? textOf(other, 'Pty/Id/PrvtId/Othr/Id')
  if (name || taxId) line.counterpart = { ...(name ? { name } : {}), ...(taxId ? { taxId: taxId.replaceAll(/[./-]/g, '') } : {}) }
  readMemo(line)
  const endToEnd = textOf(only, 'Refs/EndToEndId')
  if (endToEnd && /^[ED]\d{20}[A-Za-z0-9]{11}$/.test(endToEnd)) {
    line.endToEndId = endToEnd
    line.kind = 'pix'
  } else if (endToEnd && endToEnd !== 'NOTPROVIDED') line.document = endToEnd
  return line
}

/** CRDT is in, DBIT is out; a reversal keeps the side that it says. */
function amountOf(holder: Element): number | null {
  const side = textOf(holder, 'CdtDbtInd')
  const text = textOf(holder, 'Amt') ?? ''
  // the standard writes a dot, and never groups
  const amount = /^\d+(?:\.\d+)?$/.test(text) ? centavosOf(text.includes('.') ? text.replace(/(\.\d\d)0+$/, '$1') : text) : null
  if (amount === null || (side !== 'CRDT' && side !== 'DBIT')) return null
  return side === 'DBIT' ? -amount || 0 : amount
}

const dayIn = (text: string | null): string | null => {
  const instant = text && instantOf(text)
  return instant ? saoPauloDay(instant) : null
}
