import type { ReadItem, ReadNota } from '../fiscal/index.ts'
import { verdict } from './answers.ts'
import type { Verdict } from './answers.ts'

/** The arithmetic that SEFAZ repeats: item, sum of items, total, payments. Centavos; a tolerance of one a product. */
export function moneyFault(nota: ReadNota): Verdict | null {
  const wrong = nota.items.find((item) => Math.abs(item.gross - product(item)) > 1)
  if (wrong) return verdict(629, `[nItem:${wrong.item}]`)
  const counted = nota.items.filter((item) => item.inTotal)
  if (sum(counted, (item) => item.gross) !== nota.totals.products) return verdict(564)
  const { totals } = nota
  const total =
    totals.products -
    totals.discount -
    totals.icmsRelief +
    totals.st +
    totals.fcpSt +
    totals.freight +
    totals.insurance +
    totals.other +
    totals.ii +
    totals.ipi +
    totals.ipiReturned
  // relief is subtracted only where the item says so, and services are not of this nota: both readings are taken
  if (totals.total !== total && totals.total !== total + totals.icmsRelief) return verdict(610)
  const paid = sum(nota.payments, (payment) => payment.amount)
  const nothing = nota.payments.every((payment) => payment.kind === '90')
  if (!nothing && paid < totals.total) return verdict(904)
  if (!nothing && paid - nota.change !== totals.total) return verdict(866)
  return null
}

const sum = <T>(list: T[], amount: (one: T) => number) => list.reduce((total, one) => total + amount(one), 0)
const product = (item: ReadItem) => Math.round(Number(item.quantity) * Number(item.unitPrice) * 100)
