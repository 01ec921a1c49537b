/** What is wrong with the items of a nota and their taxes. */
import { isAccessKey } from './access-key.ts'
import { isDecimal, valueOf } from './arithmetic.ts'
import { isDay, reais, whole } from './checks.ts'
import type { Add } from './checks.ts'
import type { Fault, Nota, NotaItem } from './nota.ts'
import { contributionFaults, difalFaults, ibsCbsFaults, icmsFaults } from './tax-faults.ts'
import { itemTotal } from './taxes.ts'
import { fiscalText } from './text.ts'

/** Rule VC02-14: since this day each item of a return says which item it returns (NT 2025.002, production of 03/11/2026). */
const itemReferencesSince = '2026-11-03'

/** All faults of one item; `number` counts from 1. */
export function itemFaults(nota: Nota, item: NotaItem, number: number): Fault[] {
  const faults: Fault[] = []
  const add: Add = (field, code, message) =>
    faults.push({ field: `items.${field}`, item: number, code, message: `Item ${number} (${fiscalText(item.code, 60)}): ${message}` })
  productFaults(item, add)
  amountFaults(nota, item, add)
  cfopFaults(nota, item, add)
  icmsFaults(nota, item, add)
  difalFaults(nota, item, add)
  contributionFaults(item, add)
  ibsCbsFaults(item, add)
  if (item.original) {
    if (!isAccessKey(item.original.key)) add('original.key', 'original_key', 'a chave da nota devolvida não é válida; copie os 44 caracteres da nota original')
    if (!whole(item.original.item, 1, 990)) add('original.item', 'original_item', 'informe o número do item na nota original, de 1 a 990')
    if (nota.references.length > 0) add('original', 'two_references', 'a nota cita outra no cabeçalho e no item; deixe a referência só nos itens (VC02-05)')
  } else if (nota.purpose === 4 && nota.issuedAt.slice(0, 10) >= itemReferencesSince)
    add('original', 'original_missing', 'toda devolução cita, item por item, a nota e o item originais; escolha a nota de venda')
  return faults
}

function productFaults(item: NotaItem, add: Add) {
  if (fiscalText(item.code, 60) === '') add('code', 'code_missing', 'o produto está sem código; preencha o SKU no cadastro')
  if (fiscalText(item.name, 120) === '') add('name', 'name_missing', 'o produto está sem nome legível; preencha o nome no cadastro')
  for (const gtin of [item.gtin, item.taxed?.gtin ?? null])
    if (gtin !== null && !isGtin(gtin))
      add('gtin', 'gtin', `o GTIN ${gtin} não existe (tamanho ou dígito verificador); corrija o código de barras ou deixe sem GTIN`)
  if (item.ncm === '') add('ncm', 'ncm_missing', 'o produto está sem NCM; preencha os 8 números no cadastro fiscal do produto')
  else if (!/^\d{8}$/.test(item.ncm)) add('ncm', 'ncm', `o NCM "${item.ncm}" não tem 8 números; corrija no cadastro fiscal do produto`)
  if (item.cest !== null && !/^\d{7}$/.test(item.cest)) add('cest', 'cest', `o CEST "${item.cest}" não tem 7 números; corrija ou apague`)
  if (item.cBenef !== null && !/^([!-~]{8}|[!-~]{10}|SEM CBENEF)$/.test(item.cBenef))
    add('cBenef', 'cbenef', `o código de benefício "${item.cBenef}" tem 8 ou 10 caracteres, ou é SEM CBENEF; corrija na regra fiscal`)
  if (item.exTipi !== null && !/^\d{2,3}$/.test(item.exTipi)) add('exTipi', 'ex_tipi', 'a exceção da TIPI tem 2 ou 3 números; corrija ou apague')
  if (!whole(item.origin, 0, 8)) add('origin', 'origin', 'a origem da mercadoria vai de 0 a 8; corrija no cadastro fiscal do produto')
  for (const unit of [item.unit, item.taxed?.unit ?? item.unit]) {
    const length = fiscalText(unit, 60).length
    if (length < 1 || length > 6) add('unit', 'unit', `a unidade "${unit}" precisa de 1 a 6 letras, como UN, PC ou KG`)
  }
  if (item.order !== null && fiscalText(item.order, 100).length > 15)
    add('order', 'order_too_long', 'o número do pedido do cliente passa de 15 caracteres; abrevie ou deixe em branco')
  if (item.orderItem !== null && !whole(item.orderItem, 1, 999_999)) add('orderItem', 'order_item', 'o item do pedido do cliente vai de 1 a 999999')
  for (const lot of item.lots) {
    if (fiscalText(lot.number, 20) === '') add('lots', 'lot', 'o lote está sem número')
    if (!isDecimal(lot.quantity, 3) || Number(lot.quantity) >= 1e8)
      add('lots', 'lot', `a quantidade do lote ${lot.number} não é um número com até 8 casas antes do ponto e 3 depois`)
    if (!isDay(lot.made) || !isDay(lot.expires) || lot.expires < lot.made)
      add('lots', 'lot', `as datas do lote ${lot.number} não conferem; fabricação antes da validade`)
  }
}

function amountFaults(nota: Nota, item: NotaItem, add: Add) {
  const units = [
    { what: 'comercial', quantity: item.quantity, unitPrice: item.unitPrice, code: 'unit_value' },
    ...(item.taxed ? [{ what: 'tributável', ...item.taxed, code: 'taxed_unit_value' }] : []),
  ]
  for (const { what, quantity, unitPrice, code } of units) {
    const value = valueOf(quantity, unitPrice)
    if (Number.isNaN(value)) add('quantity', 'bad_number', `a quantidade ${what} (até 4 casas) ou o preço (até 10 casas) não é um número; corrija no pedido`)
    // 629 and 630: not asked of complements and adjustments, which may have no quantity
    else if ((nota.purpose === 1 || nota.purpose === 4) && Math.abs(value - item.gross) > 1)
      add('gross', code, `quantidade ${what} × preço dá ${reais(value)} e o item diz ${reais(item.gross)}; corrija o preço unitário`)
    else if (nota.purpose === 1 && Number(quantity) === 0) add('quantity', 'no_quantity', 'a quantidade é zero; tire o item da nota')
  }
  for (const name of ['gross', 'freight', 'insurance', 'discount', 'other'] as const)
    if (!whole(item[name], 0, 999_999_999_999_999)) add(name, 'bad_amount', 'os valores do item são centavos, zero ou mais')
  const expected = [itemTotal(item, false), itemTotal(item, true)]
  if (!expected.includes(item.total))
    add('total', 'item_total', `o valor do item é ${reais(item.total)} e a soma dá ${reais(expected[0]!)}; recalcule os impostos`)
  if (item.total < 0) add('discount', 'discount_over_value', 'o desconto passa do valor do item; diminua o desconto')
}

function cfopFaults(nota: Nota, item: NotaItem, add: Add) {
  if (!/^[123567]\d{3}$/.test(item.cfop)) return add('cfop', 'cfop', `o CFOP "${item.cfop}" não existe; corrija na regra fiscal`)
  const first = String(nota.reach + (nota.direction === 0 ? 0 : 4))
  if (item.cfop[0] !== first)
    add(
      'cfop',
      'cfop_direction',
      `o CFOP ${item.cfop} não serve para ${nota.direction === 0 ? 'entrada' : 'saída'} ${['', 'dentro do estado', 'interestadual', 'do exterior'][nota.reach]}: ele começa com ${first}; corrija na regra fiscal`,
    )
}

/** GTIN-8, 12, 13 or 14 with its check digit (GS1). */
export function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false
  let sum = 0
  for (let index = text.length - 2, weight = 3; index >= 0; index--, weight = 4 - weight) sum += Number(text[index]) * weight
  return (10 - (sum % 10)) % 10 === Number(text.at(-1))
}
