import { fixedLines, oneLine } from './cells.ts'
import { bankAccount, bankLine, closeStatements, openStatement, reporter, whole } from './collect.ts'
import type { Expected } from './collect.ts'
import { statement240 } from './cnab-layouts.ts'
import { fieldsOf } from './fixed.ts'
import type { Layout } from './fixed.ts'
import { kindOf, readMemo } from './memo.ts'
import type { BankFile, BankStatement } from './lines.ts'

/** CNAB 240 account statement (segment E): one account a lot, opening and closing balances in its header and trailer. By documentation only. */
export function readStatement240(bytes: Uint8Array, expected: Expected = {}): BankFile {
  const { faults, notices, fault, notice } = reporter()
  const file: BankFile = { format: 'cnab240', statements: [], faults, notices }
  const lines = [...fixedLines(bytes, 240)].map(({ row, text }) => ({ row, text: text.padEnd(240) }))
  const last = lines.at(-1)
  if (!lines[0] || !/^\d{3}00000/.test(lines[0].text))
    fault(null, 'Este arquivo não é um extrato CNAB 240', 'Baixe no banco o extrato para conciliação em CNAB 240')
  else if (!last || !/^\d{3}99999/.test(last.text)) fault(last?.row ?? null, 'O arquivo termina antes do fim: falta o trailer', whole)
  else notice('O extrato CNAB 240 foi lido pela documentação da FEBRABAN, ainda sem um arquivo real para conferir')
  if (faults.length) return file
  let open: BankStatement | null = null
  const read = <L extends Layout>(layout: L, text: string, row: number) =>
    fieldsOf(layout, text, (field, found, what) => fault(row, `"${found.slice(0, 20)}" não é ${what === 'day' ? 'uma data' : 'um valor'} (${field})`, whole))
  for (const { row, text } of lines) {
    const type = text.charAt(7)
    if (type === '1' && text.charAt(8) === 'E') {
      const head = read(statement240.header, text, row)
      const bank = head.text('bank').replace(/^0+(?=\d)/, '')
      open = openStatement(bankAccount(bank, head.text('branch'), head.text('account') + head.text('digit')), bank)
      const currency = head.text('currency')
      if (/^[A-Z]{3}$/.test(currency) && currency !== 'BRL') open.currency = currency
      open.from = head.day('day', 'DDMMAAAA')
      open.balances.push({ row, date: open.from, amount: side(head.centavos('balance'), head.text('side')), kind: 'opening', memo: '' })
      file.statements.push(open)
    } else if (type === '3' && text.charAt(13) === 'E' && open) {
      const entry = read(statement240.entry, text, row)
      const date = entry.day('posted', 'DDMMAAAA')
      const amount = side(entry.centavos('value'), entry.text('side'))
      if (!/^[CD]$/.test(entry.text('side'))) fault(row, 'O lançamento não diz se é crédito ou débito', whole)
      if (amount === 0) open.informational++
      else if (!date) fault(row, 'O lançamento está sem data', whole)
      else {
        const memo = oneLine(`${entry.text('memo')} ${entry.text('complement')}`)
        const line = bankLine(row, date, amount, memo, kindOf(memo), oneLine(entry.text('document')))
        if (line.fitid) line.document = line.fitid
        readMemo(line)
        open.lines.push(line)
      }
    } else if (type === '5' && open) {
      const end = read(statement240.trailer, text, row)
      open.until = end.day('day', 'DDMMAAAA')
      open.balances.push({ row, date: open.until, amount: side(end.centavos('balance'), end.text('side')), kind: 'closing', memo: '' })
      open = null
    }
  }
  if (file.statements.length === 0)
    fault(null, 'O arquivo não traz nenhum extrato de conta', 'Baixe no banco o extrato para conciliação; este arquivo é de outro serviço')
  closeStatements(file, fault, expected)
  return file
}

const side = (amount: number, letter: string) => (letter === 'D' ? -amount || 0 : amount)
