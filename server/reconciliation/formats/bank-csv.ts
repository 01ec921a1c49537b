import { centavosOf, damagedNumber, oneLine } from './cells.ts'
import { bankLine, closeStatements, notPlanilha, openStatement, reporter, whole } from './collect.ts'
import { csvRecords } from './csv-stream.ts'
import { dayBy, place, sided } from './mapping.ts'
import type { BankMapping } from './mapping.ts'
import { isBalance, isOpening, kindOf, readMemo } from './memo.ts'
import type { BankFile } from './lines.ts'

/**
 * A bank's CSV by its saved mapping. Rows before the header are skipped. With a balance column and rows in order, the running balance is
 * checked. Rows that only show a balance and rows of zero are informational.
 */
export function readBankCsv(bytes: Uint8Array, mapping: BankMapping, account = ''): BankFile {
  const { faults, notices, fault, notice } = reporter()
  const file: BankFile = { format: 'bank_csv', statements: [], faults, notices }
  const { records, rows, broken } = csvRecords(bytes)
  if (broken !== null) fault(broken, 'Há aspas que abrem nesta linha e não fecham', 'Baixe o arquivo de novo no banco; se o editou, feche ou apague as aspas')
  const names = [
    mapping.date,
    ...mapping.memo,
    mapping.amount,
    mapping.credit,
    mapping.debit,
    mapping.direction,
    mapping.balance,
    mapping.id,
    mapping.document,
  ].filter((name): name is string => name !== undefined)
  const top = records.slice(0, 50).findIndex((cells) => place(cells, names).missing.length === 0)
  if (top < 0) {
    const nearest = records.slice(0, 50).map((cells) => place(cells, names).missing)
    const missing = nearest.toSorted((left, right) => left.length - right.length)[0] ?? names
    fault(null, `Faltam as colunas ${missing.map((name) => `"${name}"`).join(', ')}`, 'O banco mudou o arquivo ou este é outro: ligue as colunas de novo')
    return file
  }
  const at = place(records[top] ?? [], names)
  const extra = place(records[top] ?? [], [])
  const statement = openStatement(account, null)
  const running: { row: number; before: number; balance: number }[] = []
  for (let index = top + 1; index < records.length; index++) {
    const cells = records[index] ?? []
    const row = rows[index] ?? 0
    const cell = (name: string | undefined, places = at) => {
      const column = places.of(name)
      return column < 0 ? '' : (cells[column] ?? '').trim()
    }
    if (cells.every((one) => one.trim() === '')) continue
    const memo = oneLine(mapping.memo.map((name) => cell(name)).join(' '))
    const amount = amountOf(mapping, cell)
    const shown = mapping.balance ? centavosOf(cell(mapping.balance)) : null
    const date = dayBy(mapping.dateFormat, cell(mapping.date))
    if (amount === null || amount === 0 || isBalance(memo)) {
      const filled = [mapping.amount, mapping.credit, mapping.debit].some((name) => cell(name) !== '')
      if (amount === null && filled && !isBalance(memo))
        fault(
          row,
          `"${cell(mapping.amount) || cell(mapping.credit) || cell(mapping.debit)}" não é um valor em reais`,
          'Confira a coluna do valor na ligação das colunas',
        )
      else {
        statement.informational++
        const balance = shown ?? (isBalance(memo) ? amount : null)
        if (isBalance(memo) && balance !== null)
          statement.balances.push({ row, date, amount: balance, kind: isOpening(memo) && !statement.lines.length ? 'opening' : 'day', memo })
      }
      continue
    }
    if (!date) {
      fault(
        row,
        `"${cell(mapping.date).slice(0, 20)}" não é uma data no formato ${words[mapping.dateFormat]}`,
        'O arquivo mistura duas formas de data, ou uma planilha as mudou. Baixe de novo no banco',
      )
      continue
    }
    for (const name of [mapping.id, mapping.document]) if (damagedNumber(cell(name))) fault(row, `${name} é "${cell(name)}"`, notPlanilha, name)
    const line = bankLine(row, date, amount, memo, kindOf(memo), cell(mapping.id))
    if (cell(mapping.document)) line.document = cell(mapping.document)
    const [name, taxId] = [cell(mapping.counterpartName, extra), cell(mapping.counterpartTaxId, extra).replaceAll(/[^\dA-Za-z]/g, '')]
    if (name || taxId) line.counterpart = { ...(name ? { name } : {}), ...(taxId ? { taxId } : {}) }
    readMemo(line)
    statement.lines.push(line)
    if (shown !== null) running.push({ row, before: amount, balance: shown })
  }
  checkRunning(running, fault, notice)
  statement.from = statement.lines.reduce<string | null>((least, { date }) => (least === null || date < least ? date : least), null)
  statement.until = statement.lines.reduce<string | null>((most, { date }) => (most === null || date > most ? date : most), null)
  if (statement.lines.length === 0 && faults.length === 0) fault(null, 'O arquivo não traz nenhum lançamento', 'Escolha um período com movimento')
  file.statements.push(statement)
  closeStatements(file, fault)
  return file
}

const words = { 'dd/mm/yyyy': 'dia/mês/ano', 'mm/dd/yyyy': 'mês/dia/ano', 'yyyy-mm-dd': 'ano-mês-dia' } as const

function amountOf(mapping: BankMapping, cell: (name: string | undefined) => string): number | null {
  const sign = mapping.inverted ? -1 : 1
  if (mapping.amount) {
    const value = mapping.direction ? sided(cell(mapping.amount), cell(mapping.direction)) : centavosOf(cell(mapping.amount))
    return value === null ? null : sign * value || 0
  }
  const [credit, debit] = [cell(mapping.credit), cell(mapping.debit)]
  if (credit === '' && debit === '') return 0
  const [inward, outward] = [credit === '' ? 0 : centavosOf(credit), debit === '' ? 0 : centavosOf(debit)]
  return inward === null || outward === null ? null : sign * (Math.abs(inward) - Math.abs(outward)) || 0
}

/** Oldest first or newest first; when neither order explains the balances, rows are missing. */
function checkRunning(
  rows: { row: number; before: number; balance: number }[],
  fault: (row: number, message: string, cure: string) => void,
  notice: (words: string) => void,
) {
  const pairs = rows.slice(1).map((next, index) => ({ next, last: rows[index] ?? next }))
  const down = pairs.filter(({ next, last }) => last.balance + next.before !== next.balance)
  const up = pairs.filter(({ next, last }) => next.balance + last.before !== last.balance)
  const least = down.length <= up.length ? down : up
  if (least.length === 0 || pairs.length === 0) return
  // some banks show a balance only once a day, which explains nothing
  if (least.length * 2 > pairs.length) notice('A coluna de saldo não acompanha cada linha e não pôde ser conferida')
  else fault(least[0]?.next.row ?? 0, 'O saldo desta linha não bate com o da linha vizinha: faltam linhas no arquivo', whole)
}
