/** What is wrong with the payments and the bill of a nota. */
import { isDay, reais, whole } from './checks.ts'
import type { Add } from './checks.ts'
import type { Nota } from './nota.ts'
import { isCompany } from './party-faults.ts'
import { fiscalText } from './text.ts'

export function paymentFaults({ payments, change, totals, purpose, billing, issuedAt }: Nota, add: Add) {
  if (payments.length < 1 || payments.length > 100) add('payments', 'payments', 'a nota tem de 1 a 100 pagamentos; use "sem pagamento" se nada é pago')
  const unpaid = payments.some((payment) => payment.kind === '90')
  for (const payment of payments) {
    if (!/^\d{2}$/.test(payment.kind)) add('payments.kind', 'payment_kind', `o meio de pagamento "${payment.kind}" tem 2 números`)
    if (!whole(payment.amount, 0, Number.MAX_SAFE_INTEGER)) add('payments.amount', 'bad_amount', 'o valor do pagamento são centavos, zero ou mais')
    if (payment.kind === '99' && fiscalText(payment.description ?? '', 60).length < 2)
      add('payments.description', 'payment_description', 'o pagamento "outros" pede uma descrição')
    if (payment.description !== null && fiscalText(payment.description, 60).length < 2)
      add('payments.description', 'payment_description', 'a descrição do pagamento tem ao menos 2 letras')
    if (payment.timing !== null && ![0, 1].includes(payment.timing)) add('payments.timing', 'code', 'o pagamento é à vista (0) ou a prazo (1)')
    if (payment.paidOn !== null && !isDay(payment.paidOn)) add('payments.paidOn', 'paid_on', 'a data do pagamento não existe')
    for (const cnpj of [payment.card?.institution, payment.card?.receiver])
      if (cnpj && !isCompany(cnpj)) add('payments.card', 'card_cnpj', 'o CNPJ da instituição de pagamento não é válido; corrija ou apague')
    if (payment.card?.brand && !/^\d{2}$/.test(payment.card.brand)) add('payments.card.brand', 'card_brand', 'a bandeira do cartão tem 2 números')
  }
  if (unpaid && (payments.length > 1 || payments[0]?.amount !== 0)) add('payments', 'unpaid', '"sem pagamento" vai sozinho e com valor zero')
  // 871: what is given back or adjusted is not paid in the nota
  if ((purpose === 3 || purpose === 4) && !unpaid) add('payments', 'payment_undue', 'ajuste e devolução não têm pagamento; use "sem pagamento" (90)')
  const paid = payments.reduce((sum, payment) => sum + payment.amount, 0)
  if (!unpaid && paid - change !== totals.total)
    add(
      'payments',
      'payment_sum',
      `os pagamentos somam ${reais(paid)}${change ? ` com troco de ${reais(change)}` : ''} e a nota vale ${reais(totals.total)}; corrija o pagamento do pedido`,
    )
  if (!whole(change, 0, paid)) add('change', 'change', 'o troco não passa do valor pago')
  if (!billing) return
  const { original, discount, net, instalments } = billing
  if (fiscalText(billing.number, 60) === '') add('billing.number', 'billing', 'a fatura está sem número')
  if (original - discount !== net) add('billing', 'billing_net', 'o líquido da fatura é o valor original menos o desconto')
  const sum = instalments.reduce((all, instalment) => all + instalment.amount, 0)
  if (instalments.length > 0 && sum !== net)
    add('billing.instalments', 'billing_sum', `as parcelas somam ${reais(sum)} e a fatura é de ${reais(net)}; corrija as parcelas`)
  if (instalments.length > 120) add('billing.instalments', 'billing', 'a fatura tem no máximo 120 parcelas')
  let before = issuedAt.slice(0, 10)
  for (const { number, due, amount } of instalments) {
    if (!isDay(due) || due < before)
      add('billing.instalments', 'billing_due', `o vencimento da parcela ${number} não existe ou vem antes da emissão ou da parcela anterior`)
    if (fiscalText(number, 60) === '') add('billing.instalments', 'billing', 'há uma parcela sem número; use 001, 002 …')
    if (!whole(amount, 1, Number.MAX_SAFE_INTEGER)) add('billing.instalments', 'billing', `a parcela ${number} não tem valor`)
    before = due
  }
}
