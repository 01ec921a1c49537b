import { createHash } from 'node:crypto'
import { creditsOf, feeTables, plusDays, refundOf } from './sale.ts'
import type { FeeTable, Sale } from './sale.ts'

/** One of GET /core/v5/payables since 2026-08-28 (docs.pagar.me/docs/financeiro): text ids, gateway_id and bulk_anticipation_id null, settlement_id told. Centavos. */
export interface Payable {
  id: string
  status: 'waiting_funds' | 'paid'
  amount: number
  fee: number
  anticipation_fee: number
  fraud_coverage_fee: number
  installment: number
  gateway_id: null
  charge_id: string
  bulk_anticipation_id: null
  recipient_id: string
  settlement_id: string | null
  payment_date: string
  original_payment_date: string | null
  type: 'credit' | 'refund'
  payment_method: string
  accrual_date: string
  created_at: string
}

/** The charge of a sale: what lines of Pagar.me name instead of the order. */
export const chargeOf = (sale: Pick<Sale, 'order' | 'payment'>) => sale.payment ?? `ch_${textOf(`charge ${sale.order}`)}`

/** Every payable of these sales as it stands on a day: one for each instalment, and one for a refund. `paidUntil`: what is due by then is paid. */
export function pagarmePayables(sales: Sale[], { paidUntil, table = feeTables.pagarme }: { paidUntil: string; table?: FeeTable }): Payable[] {
  return sales
    .flatMap((sale) => {
      const accrual = new Date(sale.approvedAt).toISOString()
      const base = {
        anticipation_fee: 0,
        fraud_coverage_fee: 0,
        gateway_id: null,
        bulk_anticipation_id: null,
        charge_id: chargeOf(sale),
        recipient_id: 're_loja',
        original_payment_date: null,
        payment_method: sale.method ?? 'credit_card',
        accrual_date: accrual,
        created_at: accrual,
      }
      const due = (day: string) => ({
        status: day <= paidUntil ? ('paid' as const) : ('waiting_funds' as const),
        settlement_id: day <= paidUntil ? `st_${day.replaceAll('-', '')}` : null,
        payment_date: `${day}T00:00:00Z`,
      })
      const payables: Payable[] = creditsOf(sale, table).map(({ instalment, day, gross, commission, fixed, payment, freight }) => ({
        ...base,
        id: `py_${textOf(`${sale.order} ${instalment}`)}`,
        ...due(day),
        amount: gross,
        fee: commission + fixed + payment + freight,
        installment: instalment,
        type: 'credit',
      }))
      const refund = refundOf(sale, table)
      if (refund)
        payables.push({
          ...base,
          id: `py_${textOf(`${sale.order} refund`)}`,
          ...due(plusDays(refund.day, 1)),
          amount: -refund.amount,
          fee: -refund.back,
          installment: 1,
          type: 'refund',
          accrual_date: `${refund.day}T15:00:00.000Z`,
          created_at: `${refund.day}T15:00:00.000Z`,
        })
      return payables
    })
    .toSorted((left, right) => left.created_at.localeCompare(right.created_at) || left.id.localeCompare(right.id))
}

/** The same as a file: what the connector keeps of one reading. */
export const pagarmeFile = (payables: Payable[]) => JSON.stringify({ data: payables }, null, 1)

const textOf = (text: string) => createHash('sha256').update(text).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16)
