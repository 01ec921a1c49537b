import { barcodeAmount, barcodeOf } from './boleto.ts'
import { dayOf, reais } from './cells.ts'
import { collectionOf } from './collection-bill.ts'
import type { Fault } from './lines.ts'
import type { Payment, Remittance } from './remittance.ts'

/** What keeps a remittance from being written whole; `row` is the payment's place in it, from 1. */
export function faultsOf({ payer, payments, at, sequence }: Remittance): Fault[] {
  const faults: Fault[] = []
  const ids = new Set<string>()
  const say = (row: number | null, message: string, cure: string) => faults.push({ row, message, cure })
  const own: [string, boolean][] = [
    ['código do banco (3 números)', /^\d{3}$/.test(payer.bank)],
    ['CNPJ', isTaxId(payer.taxId)],
    ['nome da empresa', payer.name.trim() !== ''],
    ['convênio de pagamento (até 20 letras e números)', /^[\x20-\x7e]{1,20}$/.test(payer.agreement)],
    ['agência (até 5 números)', /^\d{1,5}$/.test(payer.branch)],
    ['conta (até 12 números)', /^\d{1,12}$/.test(payer.account)],
    ['dígito da conta', /^[\dA-Z]$/i.test(payer.accountDigit)],
    ['número da remessa', Number.isInteger(sequence) && sequence > 0 && sequence <= 999_999],
    ['data e hora', isDay(at.slice(0, 10)) && /^T\d{2}:\d{2}:\d{2}/.test(at.slice(10))],
  ]
  for (const [what, right] of own)
    if (!right) say(null, `A conta que paga está sem ${what}, ou com um valor inválido`, 'Complete os dados em Configurações > Contas bancárias')
  if (payments.length === 0) say(null, 'Não há pagamentos na remessa', 'Escolha os pagamentos aprovados')
  for (const [index, payment] of payments.entries()) {
    const row = index + 1
    const { id, amount, payOn, payee, how } = payment
    const name = `Pagamento ${id || row}`
    if (!/^[A-Z0-9][A-Z0-9/-]{0,19}$/.test(id)) say(row, `${name}: o número deve ter até 20 letras maiúsculas e números`, 'Gere a remessa de novo')
    if (ids.has(id)) say(row, `${name}: o número se repete na remessa`, 'Tire o pagamento repetido')
    ids.add(id)
    if (!Number.isSafeInteger(amount) || amount <= 0 || amount > 9_999_999_999_999)
      say(row, `${name}: o valor ${reais(amount)} não pode ser pago`, 'Corrija o valor')
    if (!isDay(payOn)) say(row, `${name}: a data de pagamento não existe`, 'Escolha a data de pagamento')
    if (payee.name.trim() === '') say(row, `${name}: falta o nome do favorecido`, 'Complete o cadastro do fornecedor')
    // a bill's barcode says whom it pays
    if (how.kind !== 'bill' && !isTaxId(payee.taxId)) say(row, `${name}: o CPF ou CNPJ do favorecido está errado`, 'Corrija o cadastro do fornecedor')
    for (const [message, cure] of howFaults(how, amount)) say(row, `${name}: ${message}`, cure)
  }
  return faults
}

function* howFaults(how: Payment['how'], amount: number): Generator<[string, string]> {
  if (how.kind === 'transfer') {
    if (!/^\d{3}$/.test(how.bank) || !/^\d{1,5}$/.test(how.branch) || !/^\d{1,12}$/.test(how.account) || !/^[\dA-Z]$/i.test(how.accountDigit))
      yield ['banco, agência, conta ou dígito do favorecido está errado', 'Corrija os dados bancários do fornecedor']
  } else if (how.kind === 'pix') {
    const key = how.key.trim()
    const right =
      how.keyKind === 'phone'
        ? /^\+\d{10,14}$/
        : how.keyKind === 'email'
          ? /^[^\s@]+@[^\s@]+$/
          : how.keyKind === 'random'
            ? /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
            : /^[\dA-Z./-]{11,18}$/i
    if (!right.test(key) || key !== how.key || key.length > 99 || !/^[\x21-\x7e]+$/.test(key))
      yield [`a chave Pix "${key.slice(0, 40)}" não é válida para o tipo dela`, 'Corrija a chave no cadastro do fornecedor (telefone com +55)']
  } else if (how.kind === 'bill') {
    const read = collectionOf(how.code)
    if ('fault' in read) yield [read.fault, 'Corrija o código da conta ou guia']
    else if (read.amount !== null && read.amount !== amount)
      yield [`a conta é de ${reais(read.amount)} e o pagamento diz ${reais(amount)}`, 'Corrija o valor ou o código']
    if (!isDay(how.dueOn)) yield ['o vencimento não existe', 'Corrija o vencimento']
  } else {
    const read = barcodeOf(how.code)
    if ('fault' in read) yield [read.fault, 'Corrija o código do boleto']
    else {
      const asked = barcodeAmount(read.barcode)
      if (asked !== null && asked !== how.nominal) yield [`o boleto é de ${reais(asked)} e o pagamento diz ${reais(how.nominal)}`, 'Corrija o valor do título']
    }
    if (!isDay(how.dueOn)) yield ['o vencimento não existe', 'Corrija o vencimento']
    const parts = [how.nominal, how.discount, how.surcharge]
    if (parts.some((part) => !Number.isSafeInteger(part) || part < 0) || how.nominal - how.discount + how.surcharge !== amount)
      yield [`valor do título menos desconto mais juros não dá ${reais(amount)}`, 'Corrija o valor, o desconto ou os juros']
  }
}

const isTaxId = (taxId: string) => /^\d{11}$/.test(taxId) || /^[\dA-Z]{12}\d{2}$/.test(taxId)
const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && dayOf(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))) === day
