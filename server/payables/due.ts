interface Terms {
  amount: number
  discount: number
  discount_until: string | null
}

/** Centavos due on a day: less the discount for paying early while it holds. */
export const dueOn = ({ amount, discount, discount_until: until }: Terms, day: string): number => amount - (until !== null && day <= until ? discount : 0)

/** What a payment of a day is beyond what was due: more is interest, less a discount; the discount that was agreed, in its time, is no difference. */
export const beyondDue = (terms: Terms, day: string, paid: number): number => (paid === dueOn(terms, day) ? 0 : paid - terms.amount)
