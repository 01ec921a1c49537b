import { houseLedger, payableLedger, supplierLedger } from '../money/index.ts'
import type { Account } from '../money/index.ts'
import { kindWords } from './words.ts'
import type { Kind } from './words.ts'

const expense = (code: string, name: string): Account => ({ code: `expense:${code}`, name, kind: 'expense' })

/** Where what we owe goes when it is no stock. A loan's instalment is no expense: it makes the loan smaller. */
const expenses: Record<Kind, Account> = {
  supplier: expense('supplies', 'Compras que não são mercadoria'),
  tax: houseLedger.taxes,
  payroll: expense('payroll', 'Folha de pagamento'),
  rent: expense('rent', 'Aluguel'),
  freight: houseLedger.freight_in,
  ads: houseLedger.ads,
  service: houseLedger.services,
  loan: { code: 'loans', name: 'Empréstimos', kind: 'payable' },
  other: expense('other', 'Outras despesas'),
}

/** The two ends of what we owe: whom, and for what. */
export const endsOf = ({ kind, supplier_id, beneficiary }: { kind: Kind; supplier_id: number | null; beneficiary: string }) => ({
  creditor: supplier_id === null ? payableLedger(kind, kindWords[kind]) : supplierLedger({ id: supplier_id, name: beneficiary }),
  expense: expenses[kind],
})
