import { centavosOf, instantOf, reais, saoPauloDay } from './cells.ts'
import { bankLine, closeStatements, openStatement, reporter, whole } from './collect.ts'
import { itemsOf } from './shopee.ts'
import type { BankFile, BankLine } from './lines.ts'

/**
 * Pix received, as the Central Bank's API Pix 2.9.0 lists them (GET /pix): each Pix is a credit, each devolution that was done a debit. The
 * components must give the value. Not a whole statement: it has no balances.
 */
export function readPix(bytes: Uint8Array): BankFile {
  const { faults, notices, fault, notice } = reporter()
  const file: BankFile = { format: 'pix', statements: [], faults, notices }
  const statement = openStatement('', null)
  for (const [index, item] of itemsOf(bytes, { fault }, ['pix', 'data']).entries()) {
    const row = index + 1
    const id = text(item, 'endToEndId')
    if (!/^[ED][A-Za-z0-9]{31}$/.test(id)) {
      fault(row, `O Pix ${row} está sem endToEndId de 32 letras e números`, 'Envie a resposta inteira de GET /pix, sem editar')
      continue
    }
    const amount = amountOf(item, 'valor')
    const at = instantOf(text(item, 'horario'), 'Z')
    if (amount === null || amount <= 0) fault(row, `O Pix ${id} não tem um valor`, whole)
    else if (!at) fault(row, `O Pix ${id} não tem horário`, whole)
    else {
      const sum = componentsOf(item)
      if (sum !== null && sum !== amount) fault(row, `O Pix ${id} é de ${reais(amount)}, mas os componentes dão ${reais(sum)}`, whole)
      statement.lines.push(credit(item, row, id, amount, at))
    }
    for (const [position, back] of listOf(item, 'devolucoes').entries()) {
      const status = text(back, 'status')
      const moment = back['horario'] as Record<string, unknown> | undefined
      const done = instantOf(text(moment, 'liquidacao') || text(moment, 'solicitacao'), 'Z')
      const value = amountOf(back, 'valor')
      if (status !== 'DEVOLVIDO') {
        if (status === 'EM_PROCESSAMENTO') notice(`A devolução ${position + 1} do Pix ${id} ainda está em processamento`)
        statement.informational++
      } else if (value === null || !done) fault(row, `A devolução ${position + 1} do Pix ${id} está sem valor ou horário`, whole)
      else {
        const line = bankLine(
          row,
          saoPauloDay(done),
          -value,
          `Devolução de Pix ${text(back, 'motivo') || text(back, 'descricao')}`.trim(),
          'refund',
          text(back, 'rtrId') || `${id}/${text(back, 'id')}`,
        )
        line.endToEndId = id
        line.at = done
        statement.lines.push(line)
      }
    }
  }
  if (statement.lines.length || statement.informational) file.statements.push(statement)
  else if (!faults.length) fault(null, 'O arquivo não traz nenhum Pix', 'Escolha um período com recebimentos')
  closeStatements(file, fault)
  return file
}

function credit(item: Record<string, unknown>, row: number, id: string, amount: number, at: string): BankLine {
  const line = bankLine(row, saoPauloDay(at), amount, text(item, 'infoPagador') || 'Pix recebido', 'pix', id)
  line.endToEndId = id
  line.at = at
  const txid = text(item, 'txid')
  if (txid) line.document = txid
  const payer = (item['pagador'] ?? {}) as Record<string, unknown>
  const [name, taxId] = [text(payer, 'nome'), text(payer, 'cnpj') || text(payer, 'cpf')]
  if (name || taxId) line.counterpart = { ...(name ? { name } : {}), ...(taxId ? { taxId } : {}) }
  return line
}

/** valor = original + saque + troco + multa + juros − abatimento − desconto; null when the Pix has no components. */
function componentsOf(item: Record<string, unknown>): number | null {
  const parts = item['componentesValor'] as Record<string, Record<string, unknown>> | undefined
  if (!parts || typeof parts !== 'object' || Object.keys(parts).length === 0) return null
  const of = (name: string) => (parts[name] ? (amountOf(parts[name], 'valor') ?? 0) : 0)
  return of('original') + of('saque') + of('troco') + of('multa') + of('juros') - of('abatimento') - of('desconto')
}

const text = (holder: Record<string, unknown> | undefined, name: string): string => {
  const value = holder?.[name]
  return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : ''
}

const listOf = (holder: Record<string, unknown>, name: string): Record<string, unknown>[] => {
  const value = holder[name]
  return Array.isArray(value) ? value.filter((one): one is Record<string, unknown> => one !== null && typeof one === 'object') : []
}

/** "12.34" as the API writes it. */
function amountOf(holder: Record<string, unknown>, name: string): number | null {
  const value = text(holder, name)
  return /^-?\d{1,13}(?:\.\d{1,2})?$/.test(value) ? centavosOf(value) : null
}
