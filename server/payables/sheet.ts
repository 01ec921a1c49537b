import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { plainWords, readInstant, readReais, short } from '../channels/index.ts'
import type { Applied, Field, ImportKind, Read, RowFault } from '../channels/index.ts'
import type { Actor } from '../platform/actor.ts'
import type { Tx } from '../platform/db.ts'
import { addPayables } from './add.ts'
import type { Method, NewPayable } from './add.ts'
import { judge } from './change.ts'
import { kindWords, methodWords } from './words.ts'
import type { Kind } from './words.ts'

const fields: Field[] = [
  { name: 'beneficiary', label: 'Favorecido', required: true, aliases: ['fornecedor', 'beneficiário', 'nome', 'credor', 'razão social', 'a quem'] },
  { name: 'due_on', label: 'Vencimento', required: true, aliases: ['data de vencimento', 'vence em', 'data', 'venc'] },
  { name: 'amount', label: 'Valor', required: true, aliases: ['valor (r$)', 'valor a pagar', 'total', 'valor da parcela', 'valor original'] },
  { name: 'document', label: 'CPF ou CNPJ', aliases: ['cnpj', 'cpf', 'documento', 'cnpj/cpf', 'cpf/cnpj'] },
  { name: 'kind', label: 'Tipo', aliases: ['categoria', 'natureza', 'classificação', 'plano de contas'] },
  { name: 'number', label: 'Número', aliases: ['número do documento', 'nota', 'duplicata', 'nf', 'nº', 'parcela'] },
  { name: 'description', label: 'Descrição', aliases: ['histórico', 'observação', 'detalhe'] },
  { name: 'issued_on', label: 'Emissão', aliases: ['data de emissão', 'data da compra', 'competência'] },
  { name: 'method', label: 'Forma de pagamento', aliases: ['forma', 'como paga', 'meio de pagamento'] },
  { name: 'bill', label: 'Código do boleto', aliases: ['linha digitável', 'código de barras', 'boleto'] },
  { name: 'pix_key', label: 'Chave Pix', aliases: ['pix'] },
  { name: 'stock', label: 'Mercadoria', aliases: ['é mercadoria', 'mercadoria para revenda', 'vai para o estoque', 'estoque', 'revenda'] },
]

/** Payables of a sheet, one a row. A row that came in before, in this or another file, adds nothing. */
export const payablesKind: ImportKind = {
  permission: 'money.pay',
  fields,
  groupBy: [],
  check(rows, mapping, { timeZone }) {
    const things: { rows: number[]; input: NewPayable }[] = []
    const faults: RowFault[] = []
    const seen = new Map<string, number>()
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date())
    for (const { row, values, faults: own = [] } of rows) {
      const found: RowFault[] = own.map((fault) => ({ row, ...fault }))
      const columnOf = (field: string) => mapping[field] ?? fields.find(({ name }) => name === field)?.label ?? field
      const read = <T>(field: string, parse: (text: string) => Read<T>, needed?: string): T | undefined => {
        const text = values[mapping[field] ?? '']?.trim() ?? ''
        const result: Read<T> | undefined = text === '' ? (needed ? { fault: needed } : undefined) : parse(text)
        if (!result) return undefined
        if ('value' in result) return result.value
        found.push({ row, field: columnOf(field), message: result.fault })
        return undefined
      }
      const text =
        (most: number, what: string) =>
        (value: string): Read<string> =>
          value.length > most ? { fault: `${what} tem no máximo ${most} letras` } : { value }
      const readDay = (value: string): Read<string> => {
        const day = readInstant(value, 'UTC')
        return 'fault' in day ? { fault: `"${short(value)}" não é uma data; escreva dia/mês/ano, por exemplo 21/11/2026` } : { value: day.value.slice(0, 10) }
      }
      const bill = read('bill', text(80, 'O código do boleto'))
      const pix = read('pix_key', text(99, 'A chave Pix'))
      const typed = {
        beneficiary:
          read('beneficiary', (value) => (value.length < 2 ? { fault: 'Informe quem recebe' } : text(120, 'O favorecido')(value)), 'Informe quem recebe') ?? '',
        due_on: read('due_on', readDay, 'Informe o vencimento') ?? today,
        amount:
          read(
            'amount',
            (value) => {
              const money = readReais(value)
              return 'value' in money && money.value === 0 ? { fault: 'O valor é zero; informe quanto se paga' } : money
            },
            'Informe o valor',
          ) ?? 1,
        document: read('document', readTaxId) ?? null,
        kind: read('kind', (value) => readWord<Kind>(value, kindNames, 'o tipo', Object.values(kindWords))) ?? 'other',
        number: read('number', text(60, 'O número')) ?? null,
        description: read('description', text(200, 'A descrição')) ?? '',
        issued_on: read('issued_on', readDay) ?? null,
        stock: read('stock', readYesNo),
        method: read('method', (value) => readWord<Method>(value, methodNames, 'a forma', Object.values(methodWords))) ?? (pix && !bill ? 'pix' : 'boleto'),
        bill: bill ?? null,
        pix_key: pix ?? null,
        discount: 0,
      } as const
      if (!found.length) {
        const { row: input, faults: wrong } = judge(typed, today)
        found.push(...wrong.map(({ field, message }) => ({ row, field: columnOf(field), message })))
        const key = `sheet:${createHash('sha256')
          .update(JSON.stringify([plainWords(typed.beneficiary), typed.document, typed.due_on, typed.amount, typed.number, plainWords(typed.description)]))
          .digest('hex')
          .slice(0, 32)}`
        const twin = seen.get(key)
        if (twin !== undefined)
          found.push({ row, field: columnOf('beneficiary'), message: `Esta linha repete a linha ${twin}; se são duas contas, ponha um número em cada uma` })
        else seen.set(key, row)
        if (typed.stock && typed.kind !== 'supplier')
          found.push({ row, field: columnOf('stock'), message: 'Só a conta de um fornecedor compra mercadoria; escreva Fornecedor no tipo, ou não aqui' })
        if (!found.length) things.push({ rows: [row], input: { ...input, goods: typed.stock ? typed.amount : 0, key } })
      }
      faults.push(...found)
    }
    return { things, faults }
  },
  async apply(tx: Tx, inputs: NewPayable[], actor: Actor): Promise<Applied[]> {
    const { rows } = await sql<{
      id: number
      cnpj: string
    }>`select id, cnpj from supplier where cnpj = any(${inputs.flatMap(({ document }) => document ?? [])})`.execute(tx)
    const suppliers = new Map(rows.map(({ id, cnpj }) => [cnpj, id]))
    const ids = await addPayables(
      tx,
      inputs.map((input) => ({ ...input, supplier: suppliers.get(input.document ?? '') ?? null })),
      actor,
    )
    return ids.map((id) => ({ changed: id !== null, faults: [] }))
  },
}

function readTaxId(text: string): Read<string> {
  const plain = text.replaceAll(/[.\-/\s]/g, '').toUpperCase()
  // a spreadsheet eats the zeros in front
  const whole = /^\d{9,10}$/.test(plain) ? plain.padStart(11, '0') : /^\d{12,13}$/.test(plain) ? plain.padStart(14, '0') : plain
  return /^(\d{11}|[\dA-Z]{12}\d{2})$/.test(whole) ? { value: whole } : { fault: `"${short(text)}" não é CPF nem CNPJ; confira os números` }
}

function readYesNo(text: string): Read<boolean> {
  const word = plainWords(text)
  if (['sim', 's', 'x', 'yes', '1'].includes(word)) return { value: true }
  if (['nao', 'n', 'no', '0'].includes(word)) return { value: false }
  return { fault: `"${short(text)}" não é sim nem não; escreva sim quando a conta compra mercadoria para o estoque` }
}

const named = (words: Record<string, string>, more: Record<string, string>) =>
  new Map([...Object.entries(words).map(([name, word]) => [plainWords(word), name] as const), ...Object.entries(more)])
const kindNames = named(kindWords, {
  compra: 'supplier',
  compras: 'supplier',
  mercadoria: 'supplier',
  fornecedores: 'supplier',
  imposto: 'tax',
  impostos: 'tax',
  tributo: 'tax',
  tributos: 'tax',
  salario: 'payroll',
  salarios: 'payroll',
  folha: 'payroll',
  frete: 'freight',
  fretes: 'freight',
  transporte: 'freight',
  marketing: 'ads',
  publicidade: 'ads',
  servicos: 'service',
  emprestimos: 'loan',
  financiamento: 'loan',
  outros: 'other',
  outro: 'other',
  despesa: 'other',
  despesas: 'other',
})
const methodNames = named(methodWords, {
  ted: 'transfer',
  doc: 'transfer',
  deposito: 'transfer',
  guia: 'tax_guide',
  darf: 'tax_guide',
  das: 'tax_guide',
  debito: 'debit',
  dinheiro: 'other',
  cartao: 'other',
})

function readWord<Name extends string>(text: string, names: Map<string, string>, what: string, words: string[]): Read<Name> {
  const found = names.get(plainWords(text))
  return found
    ? { value: found as Name }
    : { fault: `"${short(text)}" não é ${what === 'o tipo' ? 'um tipo' : 'uma forma'} que conhecemos; use ${words.join(', ')}` }
}
